package auditlogs

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/go-querystring/query"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// check gathers what is wrong with the arguments of one call, so that the caller learns all of it at once.
type check struct {
	op   string
	errs []error
}

// refuse notes that a field cannot be asked for. The reason never quotes the value.
func (c *check) refuse(field, reason string) {
	c.errs = append(c.errs, &FilterError{Op: c.op, Field: field, Reason: reason})
}

// err is what was gathered, or nil.
func (c *check) err() error { return errors.Join(c.errs...) }

// id checks a value that becomes an element of a path, or a value that the API compares whole.
func (c *check) id(field, value string) {
	switch {
	case value == "":
		c.refuse(field, "is required")
	case value == "." || strings.Contains(value, ".."):
		c.refuse(field, "is not an id")
	case strings.ContainsAny(value, `/\?#%`) || strings.ContainsFunc(value, unprintable) || strings.TrimSpace(value) != value:
		c.refuse(field, "has a character that no id has")
	case len(value) > 256:
		c.refuse(field, "is longer than any id")
	}
}

// uuid checks a UUID, with dashes or without.
func (c *check) uuid(field, value string) {
	hex := value
	if len(value) == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-' {
		hex = strings.ReplaceAll(value, "-", "")
	}
	if value == "" {
		c.refuse(field, "is required")
	} else if len(hex) != 32 || strings.Trim(hex, "0123456789abcdefABCDEF") != "" {
		c.refuse(field, "is not a UUID")
	}
}

// text checks free text, which has one line.
func (c *check) text(field, value string) {
	if strings.ContainsFunc(value, unprintable) {
		c.refuse(field, "has a control character or a line break, or is not UTF-8")
	}
}

func unprintable(r rune) bool {
	return r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp)
}

// timeRange checks a listing's range.
func (c *check) timeRange(since, until time.Time) {
	c.year("Since", since)
	c.year("Until", until)
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		c.refuse("Since", "is not before Until")
	}
}

// year refuses times that have no RFC 3339 form once the client has widened them by a day.
func (c *check) year(field string, t time.Time) {
	if y := t.UTC().Year(); !t.IsZero() && (y < 2 || y > 9998) {
		c.refuse(field, "is out of range")
	}
}

// notNegative checks a duration.
func (c *check) notNegative(field string, d time.Duration) {
	if d < 0 {
		c.refuse(field, "is negative")
	}
}

// paging checks the options that all listings share; no page is larger than maxSize.
func (c *check) paging(o ListOptions, maxSize int) {
	if o.PageSize < 0 {
		c.refuse("PageSize", "is negative")
	}
	if o.PageSize > 0 && maxSize == 0 {
		c.refuse("PageSize", "does not exist in the API, whose server chooses")
	} else if o.PageSize > maxSize {
		c.refuse("PageSize", "is larger than "+strconv.Itoa(maxSize)+", the largest page of the API")
	}
	if o.Offset < 0 {
		c.refuse("Offset", "is negative")
	}
	if o.Offset > 0 && o.Cursor != "" {
		c.refuse("Offset", "cannot be used with Cursor")
	}
	if o.Prefetch < 0 {
		c.refuse("Prefetch", "is negative")
	}
}

// encodeQuery writes the parameters of an API: a struct with url tags. One that cannot be written is a mistake in this
// package, which tests of every parameter would show; the request is sent without it then.
func encodeQuery(parameters any) url.Values {
	values, _ := query.Values(parameters)
	return values
}

// floorTo and ceilTo round a bound outwards to what an API can say.
func floorTo(t time.Time, step time.Duration) time.Time { return t.UTC().Truncate(step) }

func ceilTo(t time.Time, step time.Duration) time.Time {
	if low := floorTo(t, step); low.Before(t) {
		return low.Add(step)
	}
	return t.UTC()
}

// stamp is a time as the APIs and scopes write it; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// rangeOf is a range that the server is asked for as the caller asked for it.
func rangeOf(since, until time.Time) exact.Range {
	return exact.Range{Since: since, Until: until, Low: since, High: until}
}

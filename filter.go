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

// check collects the faults of the arguments of one call, so that the caller learns about all of them at once.
type check struct {
	op   string
	errs []error
}

// refuse adds a fault of a field. The reason never quotes the value.
func (c *check) refuse(field, reason string) {
	c.errs = append(c.errs, &FilterError{Op: c.op, Field: field, Reason: reason})
}

// err returns the collected faults, or nil.
func (c *check) err() error { return errors.Join(c.errs...) }

// id checks a value that becomes an element of a path, or that the API compares as a whole.
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

// text checks free text, which must be one line.
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

// year refuses times that have no RFC 3339 form.
func (c *check) year(field string, t time.Time) {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		c.refuse(field, "is out of range")
	}
}

// notNegative checks a duration.
func (c *check) notNegative(field string, d time.Duration) {
	if d < 0 {
		c.refuse(field, "is negative")
	}
}

// paging checks the options that all listings share. maxSize is the largest page of the API; 0 if none is known.
func (c *check) paging(o ListOptions, maxSize int) {
	if o.PageSize < 0 {
		c.refuse("PageSize", "is negative")
	}
	if maxSize > 0 && o.PageSize > maxSize {
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

// encodeQuery encodes the parameters of an API: a struct with url tags. A parameter that cannot be encoded is a bug in
// this package, which the tests of every parameter would find; the request is then sent without it.
func encodeQuery(parameters any) url.Values {
	values, _ := query.Values(parameters)
	return values
}

// floorTo and ceilTo round a bound outwards to a value that an API can express.
func floorTo(t time.Time, step time.Duration) time.Time { return t.UTC().Truncate(step) }

func ceilTo(t time.Time, step time.Duration) time.Time {
	if low := floorTo(t, step); low.Before(t) {
		return low.Add(step)
	}
	return t.UTC()
}

// lastTime is the last one that has an RFC 3339 form. The first one is the zero time.
var lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)

// within returns a bound that has an RFC 3339 form in whole units, where rounding or widening has taken it past the first or
// the last year.
func within(t time.Time, unit time.Duration) time.Time {
	switch {
	case t.Before(time.Time{}):
		return time.Time{}
	case t.After(lastTime):
		return floorTo(lastTime, unit)
	default:
		return t
	}
}

// stamp returns a time in the format of the APIs and scopes; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// rangeOf returns a range for which the server is asked for the same bounds as the caller set.
func rangeOf(since, until time.Time) exact.Range {
	return exact.Range{Since: since, Until: until, Low: since, High: until}
}

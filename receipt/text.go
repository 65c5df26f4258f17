package receipt

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrInvalid means that a text is not a receipt in the form of this package, or that a receipt contradicts itself.
var ErrInvalid = errors.New("invalid receipt")

const originPrefix = "auditlogs.go/receipt/v1/"

// Origin returns the first line of the text form: what the receipt is about, as the origin of a checkpoint. API and Source
// are escaped, as in the path of a URL.
func (r Receipt) Origin() string {
	return originPrefix + url.PathEscape(r.API) + "/" + url.PathEscape(r.Source)
}

// MarshalText writes the receipt as text; "Text form" in the package documentation describes it. Two receipts with equal
// fields have the same text. A receipt that contradicts itself is [ErrInvalid]: its days are not in ascending order, lie
// outside the window or do not add up to Count.
func (r Receipt) MarshalText() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, "%s\n%d\n%v\n", r.Origin(), r.Count, tlog.Hash(r.Root))
	if r.Scope != "" {
		text = fmt.Appendf(text, "scope %s\n", url.PathEscape(r.Scope))
	}
	for _, t := range r.times() {
		if !t.at.IsZero() {
			text = fmt.Appendf(text, "%s %s\n", t.name, t.at.UTC().Format(time.RFC3339Nano))
		}
	}
	for _, d := range r.Days {
		text = fmt.Appendf(text, "day %s %d %v\n", d.Date.UTC().Format(time.DateOnly), d.Count, tlog.Hash(d.Root))
	}
	return text, nil
}

// UnmarshalText reads what MarshalText wrote, and nothing else: a text that MarshalText would have written differently is
// [ErrInvalid]. On an error, the receipt stays as it is.
func (r *Receipt) UnmarshalText(text []byte) error {
	read, err := parse(string(text))
	if err != nil {
		return fmt.Errorf("receipt: %w: %w", ErrInvalid, err)
	}
	again, err := read.MarshalText()
	if err != nil {
		return err
	}
	if string(again) != string(text) {
		return fmt.Errorf("receipt: %w: it is not written as receipts are", ErrInvalid)
	}
	*r = read
	return nil
}

type namedTime struct {
	name string
	at   *time.Time
}

// times returns the times in the order of the text.
func (r *Receipt) times() []namedTime {
	return []namedTime{{"since", &r.Since}, {"until", &r.Until}, {"read", &r.ReadAt}}
}

// parse reads a receipt. It is generous, because the result is written again and compared.
func parse(text string) (r Receipt, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	origin, ok := strings.CutPrefix(lines[0], originPrefix)
	api, source, two := strings.Cut(origin, "/")
	if !ok || !two || len(lines) < 3 {
		return r, errors.New("it does not begin with an origin, a count and a root")
	}
	if r.API, err = url.PathUnescape(api); err != nil {
		return r, errors.New("the API in its origin is not escaped correctly")
	}
	if r.Source, err = url.PathUnescape(source); err != nil {
		return r, errors.New("the source in its origin is not escaped correctly")
	}
	if r.Count, r.Root, err = parseCounted(lines[1], lines[2]); err != nil {
		return r, err
	}
	for i, line := range lines[3:] {
		if err := r.parseLine(line); err != nil {
			return r, fmt.Errorf("line %d: %w", i+4, err)
		}
	}
	return r, nil
}

// parseLine reads one of the lines after the root.
func (r *Receipt) parseLine(line string) (err error) {
	name, value, _ := strings.Cut(line, " ")
	switch name {
	case "scope":
		if r.Scope, err = url.PathUnescape(value); err != nil {
			return errors.New("the scope is not escaped correctly")
		}
		return nil
	case "day":
		fields := strings.Split(value, " ")
		if len(fields) != 3 {
			return errors.New("a day is a date, a count and a root")
		}
		var d Day
		if d.Date, err = time.Parse(time.DateOnly, fields[0]); err != nil {
			return errors.New("no date")
		}
		d.Count, d.Root, err = parseCounted(fields[1], fields[2])
		r.Days = append(r.Days, d)
		return err
	}
	for _, t := range r.times() {
		if t.name == name {
			if *t.at, err = time.Parse(time.RFC3339Nano, value); err != nil {
				return errors.New("no time")
			}
			return nil
		}
	}
	return errors.New("unknown")
}

func parseCounted(count, root string) (uint64, [32]byte, error) {
	n, err := strconv.ParseUint(count, 10, 64)
	if err != nil {
		return 0, [32]byte{}, errors.New("no count")
	}
	hash, err := tlog.ParseHash(root)
	if err != nil {
		return 0, [32]byte{}, errors.New("no root")
	}
	return n, hash, nil
}

// check returns ErrInvalid for a receipt that contradicts itself, or that cannot be written.
func (r *Receipt) check() error {
	if reason := r.contradiction(); reason != "" {
		return fmt.Errorf("receipt: %w: %s", ErrInvalid, reason)
	}
	return nil
}

func (r *Receipt) contradiction() string {
	for _, t := range r.times() {
		if !writable(*t.at) {
			return t.name + " is outside the years 0 to 9999"
		}
	}
	if !r.Since.IsZero() && !r.Until.IsZero() && !r.Since.Before(r.Until) {
		return "since is not before until"
	}
	sum := uint64(0)
	for i, d := range r.Days {
		switch {
		case !writable(d.Date) || !d.Date.Equal(midnight(d.Date)):
			return "a day does not begin at midnight, or is outside the years 0 to 9999"
		case i > 0 && !r.Days[i-1].Date.Before(d.Date):
			return "the days are not in ascending order"
		case !r.coversDay(d.Date):
			return "a day is outside the window"
		case d.Count == 0 || d.Count > math.MaxUint64-sum:
			return "a day has no records, or more than can be counted"
		}
		sum += d.Count
	}
	switch {
	case sum != r.Count:
		return "the days do not add up to the count"
	case len(r.Days) == 0 && r.Root != sha256.Sum256(nil):
		return "the root is not that of no records"
	case len(r.Days) == 1 && r.Root != r.Days[0].Root:
		return "the root is not that of the only day"
	default:
		return ""
	}
}

// coversDay reports whether the window has a part of a day. The first day of all may have records without a time.
func (r *Receipt) coversDay(date time.Time) bool {
	return date.IsZero() || (r.Since.IsZero() || date.AddDate(0, 0, 1).After(r.Since)) && (r.Until.IsZero() || date.Before(r.Until))
}

func midnight(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

package wire

import (
	"strconv"
	"strings"
	"time"
)

// LooseTime is a time in one of the forms that an API without a documented form could use.
type LooseTime struct{ time.Time }

// MarshalJSON writes RFC 3339, or null for the zero time.
func (t LooseTime) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.Time.MarshalJSON()
}

// LooseTime reads a time in one of the forms that an API without a documented form could use, or null.
func (r *Reader) LooseTime(to *time.Time) {
	value := r.value()
	if r.err != nil {
		return
	}
	t, err := parseLooseTime(value)
	if err != nil {
		r.fail(err)
		return
	}
	*to = t
}

// looseForms are the forms beside RFC 3339: with a blank, without a zone, or with a zone in ISO 8601's other forms, +0800 and +08,
// which Java writes. A fraction of a second is read in each.
var looseForms = []string{
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05Z07", "2006-01-02 15:04:05Z07",
}

// parseLooseTime reads RFC 3339, one of the looseForms, Unix milliseconds or seconds, or null. Without a zone the time is
// UTC.
func parseLooseTime(value []byte) (time.Time, error) {
	var t time.Time
	if string(value) == "null" || string(value) == `""` {
		return t, nil
	}
	strict := t.UnmarshalJSON(value)
	if strict == nil {
		return t, nil
	}
	text := strings.Trim(string(value), `"`)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if t = time.Unix(n, 0).UTC(); n > 1e11 {
			t = time.UnixMilli(n).UTC()
		}
		if t.Year() < 0 || t.Year() > 9999 { // such a time could not be written again
			return time.Time{}, strconv.ErrRange
		}
		return t, nil
	}
	for _, form := range looseForms {
		at, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if _, err := at.MarshalJSON(); err != nil { // such a zone could not be written again
			return time.Time{}, err
		}
		return at, nil
	}
	return t, strict
}

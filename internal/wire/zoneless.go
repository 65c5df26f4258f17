package wire

import (
	"bytes"
	"time"
)

// ZonelessTime reads a time as RFC 3339, also with a blank in place of the T and without a zone, or null. Without a zone
// the time is UTC.
func (r *Reader) ZonelessTime(to *time.Time) {
	raw := r.value()
	if !r.is(kindText, raw) {
		return
	}
	said := raw[1 : len(raw)-1]
	var t time.Time
	strict := t.UnmarshalText(said)
	if strict != nil && t.UnmarshalText(withZone(said)) != nil {
		r.fail(strict)
		return
	}
	*to = t
}

// withZone returns a time with a T and a zone, if the rest of it is RFC 3339.
func withZone(text []byte) []byte {
	const date, seconds = len("2006-01-02"), len("2006-01-02T15:04:05")
	if len(text) < seconds {
		return nil
	}
	full := bytes.Clone(text)
	if full[date] == ' ' {
		full[date] = 'T'
	}
	if !bytes.ContainsAny(full[seconds:], "Zz+-") {
		full = append(full, 'Z')
	}
	return full
}

package auditlogs

import (
	"encoding/binary"
	"sort"
	"time"
)

// followState is a place in a log that is followed.
type followState struct {
	start time.Time // nothing before it is delivered: it was not asked for, or is remembered no longer
	end   time.Time // of the last poll: all that was visible before it is delivered
	poll  *position // the poll under way
	keep  time.Time // start of the next poll: what this one delivers from there on is remembered; zero while not known
	recent

	rising bool // the API lists the oldest first,
	hint   int  // and this is about where its new rows begin
}

// recent is what was delivered and will be read again, with the second of its time.
type recent map[digest]time.Time

// forget drops what lies before the second of the given time.
func (r recent) forget(before time.Time) {
	for d, t := range r {
		if t.Before(before.Truncate(time.Second)) {
			delete(r, d)
		}
	}
}

// followCursor is what a cursor of Follow holds, beside the digests: those of the poll's keys, then those of recent
// records, each with its age in seconds before End. The place has a member of its own, so that listings, whose cursors
// have other members, can read the scope, and see that it is not theirs.
type followCursor struct {
	Scope string      `json:"s"`
	Place followPlace `json:"follow"`
}

type followPlace struct {
	Start  time.Time    `json:"b,omitzero"`
	End    time.Time    `json:"u,omitzero"`
	Poll   *cursorState `json:"p,omitempty"`
	Since  time.Time    `json:"l,omitzero"` // of the poll
	Keep   time.Time    `json:"n,omitzero"`
	Lag    int64        `json:"a,omitempty"`
	Keys   int          `json:"k,omitempty"`
	Rising bool         `json:"o,omitempty"`
	Hint   int          `json:"h,omitempty"`
}

// encode writes the state as a cursor.
func (f *followState) encode(scope string) (Cursor, error) {
	s := followPlace{Start: f.start, End: f.end, Keep: f.keep, Rising: f.rising, Hint: f.hint}
	var rest []byte
	if p := f.poll; p != nil {
		state := p.state("")
		s.Poll, s.Since, s.Lag = &state, p.since, int64(p.lag)
		rest = p.keys.bytes()
		s.Keys = len(rest)
	}
	return sealCursor(followCursor{scope, s}, append(rest, f.bytes(f.end)...))
}

// decodeFollow is the inverse of encode.
func decodeFollow(c Cursor, scope string, unbounded bool) (f followState, err error) {
	var sealed followCursor
	rest, err := openCursor(c, &sealed)
	if err != nil {
		return f, err
	}
	if sealed.Scope != scope {
		return f, ErrCursorMismatch
	}
	s := sealed.Place
	if s.Keys < 0 || s.Keys > len(rest) || s.Hint < 0 || s.End.IsZero() {
		return f, ErrInvalidCursor
	}
	f = followState{start: s.Start, end: s.End, keep: s.Keep, rising: s.Rising, hint: s.Hint}
	var ok bool
	if f.recent, ok = recentFrom(rest[s.Keys:], s.End); !ok {
		return f, ErrInvalidCursor
	}
	if s.Poll != nil {
		if f.poll, err = s.Poll.position(pollBounds(s.Since, unbounded), rest[:s.Keys]); err != nil {
			return f, err
		}
		f.poll.lag, f.poll.floor = time.Duration(s.Lag), s.End
	}
	return f, nil
}

// pollBounds are those of a poll: its end is fixed by its first answer.
func pollBounds(since time.Time, unbounded bool) bounds {
	if unbounded {
		return bounds{since: since}
	}
	return bounds{since: since, low: since}
}

// bytes joins the records, sorted so that equal states give equal cursors.
func (r recent) bytes(end time.Time) []byte {
	list := make([]digest, 0, len(r))
	for d := range r {
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return string(list[i][:]) < string(list[j][:]) })
	var out []byte
	for _, d := range list {
		out = append(out, d[:]...)
		out = binary.AppendVarint(out, int64(end.Truncate(time.Second).Sub(r[d])/time.Second))
	}
	return out
}

// recentFrom is the inverse of bytes.
func recentFrom(b []byte, end time.Time) (recent, bool) {
	r := recent{}
	for len(b) > digestSize {
		d := digest(b[:digestSize])
		age, n := binary.Varint(b[digestSize:])
		if n <= 0 {
			return nil, false
		}
		r[d] = end.Truncate(time.Second).Add(-time.Duration(age) * time.Second)
		b = b[digestSize+n:]
	}
	return r, len(b) == 0
}

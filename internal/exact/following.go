package exact

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"time"
)

// Poller says how to make the polls of one log.
type Poller struct {
	Lag      time.Duration              // a poll ends this long before the server's now
	Lookback time.Duration              // and begins this long before the end of the previous poll
	Begin    func(since time.Time) Walk // begins the walk of a poll
}

// Following is a position in a log that is followed by polls. Each poll is a walk of its own that overlaps the previous
// one. Following remembers what earlier polls delivered and a later poll reads again.
type Following struct {
	Poller
	place
	poll   Walk // the current walk; nil between two polls
	recent recent

	formerEnd time.Time // unless Renamed is set: what happened from here on is not remembered by a former key
}

// place is written into cursors unchanged: fields may be added, but never renamed.
type place struct {
	Start  time.Time `json:"b,omitzero"`  // nothing before it is delivered: it was not requested, or is no longer remembered
	End    time.Time `json:"u,omitzero"`  // of the last poll: all that was visible before it is delivered
	Since  time.Time `json:"l,omitzero"`  // of the current poll
	Keep   time.Time `json:"n,omitzero"`  // start of the next poll: what this poll delivers from there on is remembered; zero while not known
	Rising bool      `json:"o,omitempty"` // the API lists the oldest first,
	Hint   int       `json:"h,omitempty"` // and this is about where its new rows begin

	Renamed bool `json:"y,omitempty"` // no record is remembered by a former key; not in cursors of earlier releases
}

// NewFollowing returns a Following that begins at a time.
func NewFollowing(p Poller, since time.Time) *Following {
	return &Following{Poller: p, place: place{Start: since, End: since, Renamed: true}, recent: recent{}}
}

// Begun reports whether it is known where to begin.
func (f *Following) Begun() bool { return !f.End.IsZero() }

// BeginAt sets where to begin, and forgets the polls before.
func (f *Following) BeginAt(now time.Time) {
	f.place, f.poll, f.recent = place{Start: now, End: now}, nil, recent{}
}

// Untouched reports whether nothing was read since the beginning.
func (f *Following) Untouched() bool {
	return f.poll == nil && len(f.recent) == 0 && f.Start.Equal(f.End)
}

// Reached returns where the current poll ends or, if that is not known, where the last one ended.
func (f *Following) Reached() time.Time {
	if f.poll == nil {
		return f.End
	}
	return f.pollEnd()
}

// Poll returns the current walk. Between two polls it begins a new one: from the lookback before the end of the last
// poll to the lag before the server's now.
func (f *Following) Poll() Walk {
	if f.poll != nil {
		return f.poll
	}
	f.Since = Latest(f.Start, f.End.Add(-f.Lookback))
	f.poll = f.walk(f.Lag)
	if l, ok := f.poll.(*Listing); ok && f.Rising && l.traits.Granule == 0 {
		l.lookBehind(f.Since.Add(-1), f.Hint) // the API has no parameter for where to begin, so look there
	}
	return f.poll
}

func (f *Following) walk(lag time.Duration) Walk {
	w := f.Begin(f.Since)
	w.base().lag, w.base().floor = lag, f.End
	if k, ok := w.(*TokenWalk); ok && !f.Renamed {
		k.former.rename = f.recent.rename
	}
	return w
}

// lookBehind begins a listing in oldest-first order as if everything up to time t had been read. place is about where t
// is in the listing.
func (l *Listing) lookBehind(t time.Time, place int) {
	l.Started, l.Frontier, l.Order = true, t, OldestFirst
	l.GroupStart, l.End = place, place
	l.all.forget() // of what lies before, none is known
}

// PollOpen reports whether the current poll is still waiting for its first answer.
func (f *Following) PollOpen() bool { return f.poll != nil && f.poll.base().Until.IsZero() }

// Known reports whether an earlier poll delivered a record.
func (f *Following) Known(key string) bool {
	_, known := f.recent[digestOf(key)]
	return known
}

// Meet records that the current poll returned a record, and reports whether the record is new. It remembers what the
// next poll reads again. It remembers a record without a time as long as polls show it.
func (f *Following) Meet(key string, t time.Time) (fresh bool) {
	f.fixKeep()
	if t.IsZero() {
		t = f.pollEnd()
	}
	d := digestOf(key)
	_, known := f.recent[d]
	if !t.Before(f.Keep) {
		f.recent[d] = t.Truncate(time.Second)
	}
	return !known
}

// fixKeep sets which records must be remembered, as soon as the end of the poll is known.
func (f *Following) fixKeep() {
	if f.Keep.IsZero() {
		f.Keep = Latest(f.Start, f.pollEnd().Add(-f.Lookback))
	}
}

// pollEnd returns where the current poll ends, as far as that is known.
func (f *Following) pollEnd() time.Time { return Latest(f.End, f.poll.base().Until) }

// FinishPoll moves on to the poll's end and forgets what no later poll reads again.
func (f *Following) FinishPoll() {
	f.fixKeep()
	f.Start, f.End = f.Keep, f.pollEnd()
	f.Rising = f.poll.base().Order == OldestFirst
	f.Hint = 0
	if l, ok := f.poll.(*Listing); ok {
		f.Hint = max(0, l.End-margin(l.traits.MaxSize))
	}
	f.recent.forget(f.Start)
	f.Renamed = f.Renamed || f.Start.After(f.formerEnd.Add(time.Second))
	f.poll, f.Since, f.Keep = nil, time.Time{}, time.Time{}
}

// recent holds what was delivered and will be read again, with its time truncated to the second.
type recent map[digest]time.Time

// forget drops what lies before the second of the given time.
func (r recent) forget(before time.Time) {
	for d, t := range r {
		if t.Before(before.Truncate(time.Second)) {
			delete(r, d)
		}
	}
}

// savedFollowing is what a cursor of Follow contains besides the digests: those of the poll's keys, and then those of
// recent records, each with its age in seconds before End. The place has its own member, so that listings, whose
// cursors have other members, can read the scope and see that the cursor is not theirs.
type savedFollowing struct {
	Scope string     `json:"s"`
	Place savedPlace `json:"follow"`
}

type savedPlace struct {
	place
	Poll json.RawMessage `json:"p,omitempty"`
	Lag  int64           `json:"a,omitempty"` // of the poll
	Keys int             `json:"k,omitempty"` // bytes of its keys
}

// Seal writes the cursor. The scope names the log to which it belongs.
func (f *Following) Seal(scope string) (string, error) {
	s := savedPlace{place: f.place}
	var rest []byte
	if f.poll != nil {
		saved, keys := f.poll.save("")
		text, err := json.Marshal(saved)
		if err != nil {
			return "", err
		}
		s.Poll, s.Lag, s.Keys = text, int64(f.poll.base().lag), len(keys)
		rest = keys
	}
	return Seal(savedFollowing{scope, s}, append(rest, f.recent.bytes(f.End)...))
}

// OpenFollowing is the inverse of Seal. A cursor of another scope gives ErrMismatch.
func OpenFollowing(cursor, scope string, p Poller) (*Following, error) {
	var sealed savedFollowing
	rest, err := Open(cursor, &sealed)
	if err != nil {
		return nil, err
	}
	if sealed.Scope != scope {
		return nil, ErrMismatch
	}
	s := sealed.Place
	if s.Keys < 0 || s.Keys > len(rest) || s.Hint < 0 || s.End.IsZero() {
		return nil, ErrInvalid
	}
	f := &Following{Poller: p, place: s.place}
	var ok bool
	if f.recent, ok = recentFrom(rest[s.Keys:], s.End); !ok {
		return nil, ErrInvalid
	}
	if len(s.Poll) > 0 && string(s.Poll) != "null" {
		f.poll = f.walk(time.Duration(s.Lag))
		if err := f.poll.restore(s.Poll, rest[:s.Keys]); err != nil {
			return nil, err
		}
	}
	f.formerEnd = f.End
	if f.poll != nil {
		f.formerEnd = f.pollEnd()
	}
	return f, nil
}

// bytes joins the records, sorted so that equal states give equal cursors.
func (r recent) bytes(end time.Time) []byte {
	var out []byte
	for _, d := range sorted(maps.Keys(r)) {
		out = append(out, d[:]...)
		out = binary.AppendVarint(out, end.Unix()-r[d].Unix()) // not as a Duration, which may be too short
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
		r[d] = time.Unix(end.Unix()-age, 0).UTC()
		b = b[digestSize+n:]
	}
	return r, len(b) == 0
}

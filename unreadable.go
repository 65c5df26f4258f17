package auditlogs

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// unreadable is a record that could not be read. The engine counts it as a row, so that nothing around it is missed, but
// no page has it.
type unreadable struct {
	raw   json.RawMessage
	err   *DecodeError
	time  time.Time
	timed bool      // the time is the record's own
	until time.Time // otherwise, the time of the newer record beside it; zero if there is none
	equal int       // number among equal rows, for records without an ID
}

// key returns the identity that takes the place of the record's own.
func (u *unreadable) key() string {
	return exact.ContentKey("unreadable", string(u.raw), strconv.Itoa(u.equal))
}

// setAside sets the unreadable records of answers aside, as far as their place among the others is known.
func (s *spec[T]) setAside(fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, op, w)
		if err != nil || got.list == nil || !got.list.HasFault() {
			return got, err
		}
		if !got.setAside(op, w, s.time) {
			first := got.list.Faults[0]
			return nil, &DecodeError{Op: op, Index: first.Index, Err: first.Err}
		}
		return got, nil
	}
}

// setAside finds the unreadable records and places each among the others by its time. If the time is unreadable too, or
// does not fit, it is that of the newer record beside it. It reports whether there is any time to go by.
func (a *answer[T]) setAside(op string, w exact.Window, own func(*T) time.Time) bool {
	a.unreadable = map[int]*unreadable{}
	for i, fault := range a.list.FaultsOf(a.items) {
		a.unreadable[i] = &unreadable{raw: fault.Raw, err: &DecodeError{Op: op, Index: fault.Index, Err: fault.Err}}
	}
	times := make([]time.Time, len(a.items)) // zero if not known
	for i := range a.items {
		times[i] = own(&a.items[i])
	}
	if !slices.ContainsFunc(times, func(t time.Time) bool { return !t.IsZero() }) && len(a.unreadable) == len(a.items) {
		return a.placeAll(w)
	}
	after, order := a.timesAfter(times), a.order(times)
	var before time.Time
	for i, t := range times {
		if u := a.unreadable[i]; u != nil {
			u.place(t, before, after[i])
			switch order {
			case exact.NewestFirst:
				u.until = before
			case exact.OldestFirst:
				u.until = after[i]
			default:
			}
			t = u.time
		}
		if !t.IsZero() {
			before = t
		}
	}
	a.cutUntimed()
	return true
}

// place sets the time: the record's own if that lies between those of the records beside it, else the later of these.
func (u *unreadable) place(own, before, after time.Time) {
	late, both := exact.Latest(before, after), !before.IsZero() && !after.IsZero()
	u.timed = !own.IsZero() && !(both && (own.After(late) || own.Before(before) && own.Before(after)))
	if u.time = late; u.timed {
		u.time = own
	}
}

// order returns the order of the readable records that have a time, by the first and the last one.
func (a *answer[T]) order(times []time.Time) exact.Order {
	var ends []time.Time
	for i, t := range times {
		if a.unreadable[i] == nil && !t.IsZero() {
			ends = append(ends[:min(len(ends), 1)], t)
		}
	}
	return exact.OrderOf(ends)
}

// placeAll sets the times of an answer in which no record has one: the beginning of what was asked for. It does so only
// at the end of a poll that had other answers. Otherwise the answer may be no listing at all, and placeAll reports false.
func (a *answer[T]) placeAll(w exact.Window) bool {
	first, full := w.High.IsZero() && w.Token == "", a.Asked > 0 && len(a.items) >= a.Asked
	if first || full || w.Low.IsZero() || a.More == exact.MoreYes {
		return false
	}
	for _, u := range a.unreadable {
		u.time = w.Low
	}
	return true
}

// timesAfter returns for each record the time of the next readable one that has a time.
func (a *answer[T]) timesAfter(times []time.Time) []time.Time {
	all := make([]time.Time, len(times))
	var after time.Time
	for i, t := range slices.Backward(times) {
		if all[i] = after; a.unreadable[i] == nil && !t.IsZero() {
			after = t
		}
	}
	return all
}

// cutUntimed lets an answer that overlaps the one before begin with a record whose time is known. What comes before it
// was shown by that one, together with the record before it.
func (a *answer[T]) cutUntimed() {
	n := 0
	for a.unreadable[n] != nil && !a.unreadable[n].timed {
		n++
	}
	if a.Skip == 0 || n == 0 || n == len(a.items) {
		return
	}
	rest := map[int]*unreadable{}
	for i, u := range a.unreadable {
		if i >= n {
			rest[i-n] = u
		}
	}
	a.items, a.unreadable = a.items[n:], rest
	a.Skip += n
	a.Asked = max(0, a.Asked-n)
}

// aside returns the unreadable records of the spans, and all whose time is not known: they may be in the range.
func (a *answer[T]) aside(spans []exact.Span) (all []*unreadable) {
	if len(a.unreadable) == 0 {
		return nil
	}
	for i := range a.items {
		u := a.unreadable[i]
		within := func(s exact.Span) bool { return s.From <= i && i < s.To }
		if u != nil && (!u.timed || slices.ContainsFunc(spans, within)) {
			all = append(all, u)
		}
	}
	return all
}

// readable returns the records of the spans without the unreadable ones.
func (a *answer[T]) readable(spans []exact.Span) (items []T) {
	for _, s := range spans {
		for i := s.From; i < s.To; i++ {
			if a.unreadable[i] == nil {
				items = append(items, a.items[i])
			}
		}
	}
	return items
}

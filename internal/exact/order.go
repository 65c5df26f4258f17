package exact

import "time"

// Order is the order in which an API returns its rows.
type Order int8

// The orders by time, and none.
const (
	OrderUnknown Order = iota // too few rows to tell
	NewestFirst
	OldestFirst
	Unordered // not by time: only the set of keys shows what was read
)

// relation is the position of a time relative to the frontier, in the direction of reading.
type relation int8

const (
	behind relation = iota - 1 // read before the frontier
	level                      // at the frontier's time
	ahead                      // still to be read
)

// relate compares a time with the frontier. Without an order by time, all rows are level, so that the whole listing is
// one group and only its keys show what was read.
func (o Order) relate(t, frontier time.Time) relation {
	if o == Unordered {
		return level
	}
	switch c := t.Compare(frontier); {
	case c == 0:
		return level
	case (c < 0) == (o == NewestFirst):
		return ahead
	case o == OrderUnknown:
		return ahead
	default:
		return behind
	}
}

// follows reports whether a row of time t may come right after a row of time before.
func (o Order) follows(t, before time.Time) bool {
	switch o {
	case NewestFirst:
		return !t.After(before)
	case OldestFirst:
		return !t.Before(before)
	default:
		return true
	}
}

// opposite returns the order turned round. Without an order by time, nothing is known of it.
func (o Order) opposite() Order {
	switch o {
	case NewestFirst:
		return OldestFirst
	case OldestFirst:
		return NewestFirst
	default:
		return OrderUnknown
	}
}

// Holds reports whether the times are in this order.
func (o Order) Holds(times []time.Time) bool {
	for i := 1; i < len(times); i++ {
		if !o.follows(times[i], times[i-1]) {
			return false
		}
	}
	return true
}

// OrderOf returns the order of the rows of one answer. Rows of a single time do not show an order.
func OrderOf(times []time.Time) Order {
	switch {
	case distinct(times) == 0:
		return OrderUnknown
	case NewestFirst.Holds(times):
		return NewestFirst
	case OldestFirst.Holds(times):
		return OldestFirst
	default:
		return Unordered
	}
}

// distinct counts the times that differ from the previous one.
func distinct(times []time.Time) int {
	n := 0
	for i := 1; i < len(times); i++ {
		if !times[i].Equal(times[i-1]) {
			n++
		}
	}
	return n
}

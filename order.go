package auditlogs

import "time"

// order is the order in which an API gives its rows.
type order int8

const (
	orderUnknown order = iota // too few rows to tell
	newestFirst
	oldestFirst
	unordered // not by time: only the set of keys tells what was read
)

// relation says where a time stands to the frontier, in the direction of reading.
type relation int8

const (
	behind relation = iota - 1 // read before the frontier
	level                      // of the frontier's time
	ahead                      // still to be read
)

// relate compares a time to the frontier. Without an order by time all rows are level, so that the whole listing is one
// group and its keys alone tell what was read.
func (o order) relate(t, frontier time.Time) relation {
	if o == unordered {
		return level
	}
	switch c := t.Compare(frontier); {
	case c == 0:
		return level
	case (c < 0) == (o == newestFirst):
		return ahead
	case o == orderUnknown:
		return ahead
	default:
		return behind
	}
}

// follows tells whether a row of time t may stand right after one of time before.
func (o order) follows(t, before time.Time) bool {
	switch o {
	case newestFirst:
		return !t.After(before)
	case oldestFirst:
		return !t.Before(before)
	default:
		return true
	}
}

// holds tells whether times stand in the order.
func (o order) holds(times []time.Time) bool {
	for i := 1; i < len(times); i++ {
		if !o.follows(times[i], times[i-1]) {
			return false
		}
	}
	return true
}

// orderOf reads the order off the rows of one answer; rows of one time alone do not show it.
func orderOf(times []time.Time) order {
	switch {
	case distinct(times) == 0:
		return orderUnknown
	case newestFirst.holds(times):
		return newestFirst
	case oldestFirst.holds(times):
		return oldestFirst
	default:
		return unordered
	}
}

// distinct counts the times that differ from the one before.
func distinct(times []time.Time) int {
	n := 0
	for i := 1; i < len(times); i++ {
		if !times[i].Equal(times[i-1]) {
			n++
		}
	}
	return n
}

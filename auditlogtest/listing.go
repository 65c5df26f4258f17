package auditlogtest

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// query selects rows and puts them in order.
type query[T any] struct {
	key      string // identifies match: queries with equal keys select the same rows
	match    func(*T) bool
	from, to time.Time // from inclusive, to exclusive; zero: no bound
	order    ordering[T]
}

// ordering is an order of rows. The zero value is the order of the store, newest first.
type ordering[T any] struct {
	key      string                 // identifies compare
	compare  func(a, b *row[T]) int // nil: by time
	backward bool                   // the reverse of the store's order; only without compare
}

// byTime returns the ordering for Quirks.Order.
func byTime[T any](o Order) ordering[T] {
	switch o {
	case TimeAscending:
		return ordering[T]{backward: true}
	case Unordered:
		return ordering[T]{key: "unordered", compare: func(a, b *row[T]) int { return cmp.Compare(mix(a.seq), mix(b.seq)) }}
	case TimeDescending:
	}
	return ordering[T]{}
}

// ties compares two rows by the order alone. It ignores how the store distinguishes rows with equal times.
func (o ordering[T]) ties(a, b *row[T]) int {
	switch {
	case o.compare != nil:
		return o.compare(a, b)
	case o.backward:
		return a.at.Compare(b.at)
	}
	return b.at.Compare(a.at)
}

// listing is the result of a query: rows that do not change any more.
type listing[T any] struct {
	rows  []*row[T]
	order ordering[T]
}

func (s *store[T]) list(q query[T]) listing[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.sorted()
	if q.match != nil {
		rows = s.remember("match "+q.key, func() []*row[T] {
			var kept []*row[T]
			for _, r := range s.rows {
				if q.match(&r.record) {
					kept = append(kept, r)
				}
			}
			return kept
		})
	}
	rows = between(rows, q.from, q.to)
	if q.order.compare != nil {
		name := "order " + q.order.key + " " + q.from.String() + " " + q.to.String() + " " + q.key
		unsorted := rows
		rows = s.remember(name, func() []*row[T] {
			ordered := slices.Clone(unsorted)
			slices.SortStableFunc(ordered, q.order.compare)
			return ordered
		})
	}
	return listing[T]{rows: rows, order: q.order}
}

// between returns the rows within a time range. rows must be sorted, newest first.
func between[T any](rows []*row[T], from, to time.Time) []*row[T] {
	if !from.IsZero() {
		rows = rows[:sort.Search(len(rows), func(i int) bool { return rows[i].at.Before(from) })]
	}
	if !to.IsZero() {
		rows = rows[sort.Search(len(rows), func(i int) bool { return rows[i].at.Before(to) }):]
	}
	return rows
}

func (l listing[T]) total() int { return len(l.rows) }

// without returns the listing without its last n rows.
func (l listing[T]) without(n int) listing[T] {
	n = min(n, len(l.rows))
	if l.order.backward {
		l.rows = l.rows[n:]
	} else {
		l.rows = l.rows[:len(l.rows)-n]
	}
	return l
}

// visible returns the rows of a page that are shown.
func visible[T any](q Quirks, rows []*row[T]) []*row[T] {
	if q.HideTo.IsZero() {
		return rows
	}
	return slices.DeleteFunc(rows, func(r *row[T]) bool { return !r.at.Before(q.HideFrom) && r.at.Before(q.HideTo) })
}

func (l listing[T]) at(i int) *row[T] {
	if l.order.backward {
		i = len(l.rows) - 1 - i
	}
	return l.rows[i]
}

// page returns up to n rows, beginning at position. A shuffle other than 0 puts ties into an order of its own. A group
// of ties is shuffled as a whole, even if the page contains only a part of it, so that all pages with the same shuffle
// still make up the listing.
func (l listing[T]) page(position, n int, shuffle uint64) []*row[T] {
	position = min(position, len(l.rows))
	end := min(position+n, len(l.rows))
	if position == end {
		return nil
	}
	first, last := position, end
	for shuffle != 0 && first > 0 && l.order.ties(l.at(first-1), l.at(first)) == 0 {
		first--
	}
	for shuffle != 0 && last < len(l.rows) && l.order.ties(l.at(last-1), l.at(last)) == 0 {
		last++
	}
	rows := make([]*row[T], 0, last-first)
	for i := first; i < last; i++ {
		rows = append(rows, l.at(i))
	}
	if shuffle != 0 {
		shuffleTies(rows, l.order, shuffle)
	}
	return rows[position-first : end-first]
}

func shuffleTies[T any](rows []*row[T], order ordering[T], shuffle uint64) {
	slices.SortFunc(rows, func(a, b *row[T]) int {
		if c := order.ties(a, b); c != 0 {
			return c
		}
		return cmp.Compare(mix(a.seq^shuffle), mix(b.seq^shuffle))
	})
}

// array writes rows as a JSON array.
func array[T any](k kind[T], rows []*row[T], as form) []byte {
	return appendRows(nil, k, rows, as, 0)
}

// rowsIn writes an object with the rows as one member, next to others. It does not parse the rows: a record's Raw may
// be invalid JSON, and a page is long.
func rowsIn[T any](member string, k kind[T], rows []*row[T], as form, others any) []byte {
	rest := encodeJSON(others)
	rest[0] = ','
	buf := appendRows([]byte(`{"`+member+`":`), k, rows, as, len(rest))
	return append(buf, rest...)
}

// rowsOrNull is rowsIn for services that may send null in place of no rows.
func rowsOrNull[T any](c *call, member string, k kind[T], rows []*row[T], others object) []byte {
	if c.quirks.NullLists && len(rows) == 0 {
		others[member] = nil
		return encodeJSON(others)
	}
	return rowsIn(member, k, rows, c.quirks.form(), others)
}

// appendRows appends the rows as an array and leaves capacity for more bytes after it.
func appendRows[T any](buf []byte, k kind[T], rows []*row[T], as form, more int) []byte {
	size := 2 + len(rows) + more
	for _, r := range rows {
		size += len(r.encoding(k, as))
	}
	buf = append(slices.Grow(buf, size), '[')
	for i, r := range rows {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, r.encoding(k, as)...)
	}
	return append(buf, ']')
}

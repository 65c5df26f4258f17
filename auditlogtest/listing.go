package auditlogtest

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// query selects rows and puts them in order.
type query[T any] struct {
	key      string // names match; equal keys select equally
	match    func(*T) bool
	from, to time.Time // from inclusive, to exclusive; zero: open
	order    ordering[T]
}

// ordering is an order of rows; its zero value is that of the store, newest first.
type ordering[T any] struct {
	key      string                 // names compare
	compare  func(a, b *row[T]) int // nil: by time
	backward bool                   // the stored order from its end; without compare
}

// byTime is the order that quirks ask for.
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

// ties compares two rows by the order alone, without what the store adds to tell equal times apart.
func (o ordering[T]) ties(a, b *row[T]) int {
	switch {
	case o.compare != nil:
		return o.compare(a, b)
	case o.backward:
		return a.at.Compare(b.at)
	}
	return b.at.Compare(a.at)
}

// listing is the answer to a query: rows that do not change any more.
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

// between cuts rows, newest first, to those of a range of time.
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

func (l listing[T]) at(i int) *row[T] {
	if l.order.backward {
		i = len(l.rows) - 1 - i
	}
	return l.rows[i]
}

// page returns up to n rows from a position on. A shuffle other than 0 brings ties into an order of its own: a group is
// shuffled whole, also where the page cuts it, so that all pages of one shuffle still make up the listing.
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
func array[T any](k kind[T], rows []*row[T], numericIDs bool) []byte {
	return appendRows(nil, k, rows, numericIDs, 0)
}

// rowsIn writes an object with the rows as a member beside others. It does not look at the rows: a record's Raw may be
// no JSON at all, and a page is long.
func rowsIn[T any](member string, k kind[T], rows []*row[T], numericIDs bool, others any) []byte {
	rest := encodeJSON(others)
	rest[0] = ','
	buf := appendRows([]byte(`{"`+member+`":`), k, rows, numericIDs, len(rest))
	return append(buf, rest...)
}

// appendRows writes an array and leaves room for more bytes behind it.
func appendRows[T any](buf []byte, k kind[T], rows []*row[T], numericIDs bool, more int) []byte {
	size := 2 + len(rows) + more
	for _, r := range rows {
		size += len(r.encoding(k, numericIDs))
	}
	buf = append(slices.Grow(buf, size), '[')
	for i, r := range rows {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, r.encoding(k, numericIDs)...)
	}
	return append(buf, ']')
}

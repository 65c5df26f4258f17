package auditlogs

import (
	"context"
	"slices"
	"sync"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// EDS's documents call the offset of its lists a page in some editions and a number of rows in others. What it counts is found
// out by comparing answers.

// What the offset counts, once it is known: records or pages. For pages, the value is the largest number of rows of a page.
const (
	offsetUnknown = 0
	offsetRecords = -1
)

// learning reports whether it is still unknown what the offset counts.
func (l *edsList[T]) learning() bool { return l.unit.Load() == offsetUnknown }

// edsHead remembers the answer for the first rows of a range, as long as it is not known what the offset counts.
type edsHead[T record] struct {
	mu    sync.Mutex
	query string // the parameters of the range
	items []T
}

// keep remembers the first rows of a range, if they may be all of it: fewer than were asked for. The memory of the answer serves
// again.
func (h *edsHead[T]) keep(query string, items []T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.query, h.items = query, slices.Clone(items)
}

// rows returns the first rows of a range, if they were the last that were asked for.
func (h *edsHead[T]) rows(query string) []T {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.query != query {
		return nil
	}
	return h.items
}

// edge asks whether a row follows the n rows that are known, and learns what the offset counts if one does. With offset 1 and
// limit n, the row after them is in the answer either way: as the last of the rows 1 to n, or as the first of page 1.
func (l *edsList[T]) edge(ctx context.Context, op string, w exact.Window, head []T) (*answer[T], error) {
	n := len(head)
	got, err := l.ask(ctx, op, w, 1, n, 1)
	switch {
	case err != nil || n == 1 && len(got.items) > 0: // row 1 is page 1
		return got, err
	case len(got.items) == 0: // an offset of rows shows those that are known
		got.Skip = n
	case overlapping(head, got.items):
		l.unit.Store(offsetRecords)
	default:
		l.unit.Store(int64(n))
		got.Skip = n
	}
	return got, nil
}

// probe finds out what the offset counts. It compares the rows at offset 1 with those at offset 0: they are mostly the
// same only if the offset counts records. If there are no rows at offset 1, the rows at offset 0 are all there are:
// they are returned as the answer, without the rows to skip.
func (l *edsList[T]) probe(ctx context.Context, op string, w exact.Window) (all *answer[T], err error) {
	first, err := l.ask(ctx, op, w, 0, w.Limit, 0)
	if err != nil {
		return nil, err
	}
	second, err := l.ask(ctx, op, w, 1, w.Limit, 1)
	if err != nil {
		return nil, err
	}
	if len(second.items) == 0 && first.Total > len(first.items) { // rows that are counted and not shown tell nothing
		return l.ask(ctx, op, w, w.Skip, w.Size, w.Skip)
	}
	if n := len(first.items); len(second.items) == 0 && 1 < n && n < w.Limit { // the server may have cut the first page
		if second, err = l.ask(ctx, op, w, 1, n, 1); err != nil {
			return nil, err
		}
	}
	if len(second.items) == 0 {
		first.Skip = min(w.Skip, len(first.items))
		first.items = first.items[first.Skip:]
		return first, nil
	}
	if overlapping(first.items, second.items) {
		l.unit.Store(offsetRecords)
	} else {
		l.unit.Store(int64(len(first.items))) // a page before another page has the maximum length
	}
	return nil, nil
}

// overlapping reports whether both lists have most of the rows that they should share if the second begins one row
// later.
func overlapping[T record](first, second []T) bool {
	known, common := map[string]bool{}, 0
	for i := range first {
		known[first[i].Key()] = true
	}
	same := min(len(first)-1, len(second))
	for i := range same {
		if known[second[i].Key()] {
			common++
		}
	}
	return 2*common >= same
}

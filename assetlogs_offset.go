package auditlogs

import (
	"context"
	"sync"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// dataAssetLogHead remembers the answer for the first rows of a range, as long as it is not known what the offset counts.
type dataAssetLogHead struct {
	mu       sync.Mutex
	low, end string // bounds of the range
	items    []DataAssetLog
}

// keep remembers the first rows of a range.
func (h *dataAssetLogHead) keep(q dataAssetLogQuery, items []DataAssetLog) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.low, h.end, h.items = q.StartTime, q.EndTime, items
}

// rows returns the first rows of a range, if they were the last that were asked for.
func (h *dataAssetLogHead) rows(q dataAssetLogQuery) []DataAssetLog {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.low != q.StartTime || h.end != q.EndTime {
		return nil
	}
	return h.items
}

// edge asks whether a row follows the n rows that are known, and learns what the offset counts if one does. With offset 1 and
// limit n, the row after them is in the answer either way: as the last of the rows 1 to n, or as the first of page 1.
func (e *dataAssetLogEndpoint) edge(ctx context.Context, op string, w exact.Window, head []DataAssetLog) (*answer[DataAssetLog], error) {
	n := len(head)
	got, err := e.ask(ctx, op, w, 1, n, 1)
	switch {
	case err != nil || n == 1 && len(got.items) > 0: // row 1 is page 1
		return got, err
	case len(got.items) == 0: // an offset of rows shows those that are known
		got.Skip = n
	case overlapping(head, got.items):
		e.unit.Store(offsetRecords)
	default:
		e.unit.Store(int64(n))
		got.Skip = n
	}
	return got, nil
}

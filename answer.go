package auditlogs

import (
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// answer is what an API returned for a window: the part that the engine sees, and the records themselves.
type answer[T record] struct {
	exact.Answer
	items     []T
	rateLimit RateLimit
	requestID string
	gone      bool // the API has no such page: there was an answer, but without records

	spec *spec[T]
}

// newAnswer creates the answer of a request for size records. Its first record is at row skip.
func newAnswer[T record](r *transport.Reply, items []T, skip, size int) *answer[T] {
	return &answer[T]{
		Answer: exact.Answer{Skip: skip, Asked: size, Total: -1, Date: r.Date},
		items:  items, rateLimit: RateLimit(r.RateLimit), requestID: r.RequestID,
	}
}

// end returns the index after the last row.
func (a *answer[T]) end() int { return a.Skip + len(a.items) }

// Len, Time, Key and Number let the engine see the records as rows.
func (a *answer[T]) Len() int             { return len(a.items) }
func (a *answer[T]) Time(i int) time.Time { return a.spec.time(&a.items[i]) }
func (a *answer[T]) Key(i int) string     { return a.items[i].Key() }
func (a *answer[T]) Number(i, n int)      { a.spec.number(&a.items[i], n) }

// pick returns the records of the spans. A single span, which is the usual case, is not copied: the page uses the
// memory of the answer, without spare capacity, so that an append copies.
func (a *answer[T]) pick(spans []exact.Span) []T {
	switch len(spans) {
	case 0:
		return nil
	case 1:
		return a.items[spans[0].From:spans[0].To:spans[0].To]
	}
	var items []T
	for _, s := range spans {
		items = append(items, a.items[s.From:s.To]...)
	}
	return items
}

// readAnswer reads the list of records in a reply.
func readAnswer[T record](op string, r *transport.Reply, shared *wire.Shared, rows *wire.List[T], needed bool, read func(*wire.Reader)) error {
	if index, err := wire.ReadAnswer(r.Body, shared, rows, needed, read); err != nil {
		return &DecodeError{Op: op, Index: index, Err: r.CleanError(err)}
	}
	return nil
}

// readRecord reads a reply that is one record.
func readRecord[T record](op string, r *transport.Reply, codec *wire.Codec[T]) (*T, error) {
	defer r.Release()
	record, err := codec.Record(r.Body)
	if err != nil {
		return nil, &DecodeError{Op: op, Index: 0, Err: r.CleanError(err)}
	}
	return record, nil
}

package s3

import (
	"context"
	"fmt"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Events reads what was committed of a source, in the order of the commits, up to the place that the source has when it
// begins. It holds one batch at a time in memory, and costs one request for each, beside those of Place. A batch that is not
// there any more, is not readable, or has another number of events than its place says, is an error: so the events
// are all, or there is an error at the end.
func (s *Sink) Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		end, err := s.Place(ctx, source)
		if err != nil {
			yield(auditlogs.Event{}, err)
			return
		}
		var count uint64
		for seq := uint64(1); seq <= end.Seq; seq++ {
			more, err := s.batch(ctx, source, seq, &count, yield)
			if err != nil {
				yield(auditlogs.Event{}, fmt.Errorf("s3: Events: batch %d: %w", seq, err))
				return
			}
			if !more {
				return
			}
		}
	}
}

// batch gives the events of a batch, and counts them. more is false if the caller wants no more.
func (s *Sink) batch(ctx context.Context, source string, seq uint64, count *uint64, yield func(auditlogs.Event, error) bool) (more bool, err error) {
	data, meta, err := s.get(ctx, s.key(source, seq))
	if missing(err) {
		return false, fmt.Errorf("%w: it was deleted", deliver.ErrRefused)
	}
	if err != nil {
		return false, failure("GetObject", err)
	}
	at, err := plain(meta)
	if err != nil || at.Seq != seq {
		return false, fmt.Errorf("%w: its metadata were changed or lost", deliver.ErrRefused)
	}
	for e, err := range s.format.decode(data) {
		if err != nil {
			return false, fmt.Errorf("%w: it is not readable: %w", deliver.ErrRefused, err)
		}
		*count++
		if !yield(e, nil) {
			return false, nil
		}
	}
	if *count != at.Count {
		return false, fmt.Errorf("%w: there should be %d events up to its end, and there are %d", deliver.ErrRefused, at.Count, *count)
	}
	return true, nil
}

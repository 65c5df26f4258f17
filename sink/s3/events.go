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
			events, err := s.batch(ctx, source, seq, count)
			if err != nil {
				yield(auditlogs.Event{}, fmt.Errorf("s3: Events: batch %d: %w", seq, err))
				return
			}
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
			count += uint64(len(events))
		}
	}
}

// batch reads the events of a batch, before which there are so many.
func (s *Sink) batch(ctx context.Context, source string, seq, before uint64) ([]auditlogs.Event, error) {
	data, meta, err := s.get(ctx, s.key(source, seq))
	if missing(err) {
		return nil, fmt.Errorf("%w: it was deleted", deliver.ErrRefused)
	}
	if err != nil {
		return nil, failure("GetObject", err)
	}
	at, err := plain(meta)
	if err != nil || at.Seq != seq {
		return nil, fmt.Errorf("%w: its metadata were changed or lost", deliver.ErrRefused)
	}
	events, err := s.format.decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not readable: %w", deliver.ErrRefused, err)
	}
	if n := before + uint64(len(events)); n != at.Count {
		return nil, fmt.Errorf("%w: there should be %d events up to its end, and there are %d", deliver.ErrRefused, at.Count, n)
	}
	return events, nil
}

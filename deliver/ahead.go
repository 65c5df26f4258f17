package deliver

import (
	"context"
	"iter"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type page = auditlogs.Page[auditlogs.Event]

// ahead reads the next page while the caller works on the one before, and no further: so a slow sink slows the reading. The
// reading has ended when the range has.
func ahead(ctx context.Context, read func(context.Context) iter.Seq2[*page, error]) iter.Seq2[*page, error] {
	type result struct {
		page *page
		err  error
	}
	return func(yield func(*page, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		results := make(chan result)
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(results)
			for page, err := range read(ctx) {
				select {
				case results <- result{page, err}:
				case <-ctx.Done():
					return
				}
			}
		})
		defer reading.Wait()
		defer cancel()
		for r := range results {
			if !yield(r.page, r.err) {
				return
			}
		}
	}
}

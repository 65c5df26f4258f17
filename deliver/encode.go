package deliver

import (
	"fmt"
	"runtime"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// JSON returns events as [auditlogs.Event.MarshalJSON] writes them, for sinks that store that text. To write it is most of the
// work of many commits, so all processors do it. The error of an event that cannot be written, such as one of the year 10000,
// is ErrRefused.
func JSON(events []auditlogs.Event) ([][]byte, error) {
	const share = 32 // fewer are written sooner than another goroutine has begun
	texts := make([][]byte, len(events))
	workers := max(1, min(runtime.GOMAXPROCS(0), len(events)/share))
	errs := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(events) && errs[w] == nil; i += workers {
				var err error
				if texts[i], err = events[i].MarshalJSON(); err != nil {
					errs[w] = fmt.Errorf("%w: event %d of the batch cannot be written as JSON: %w", ErrRefused, i, err)
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}

package postgres

import (
	"fmt"
	"runtime"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// share is how many events are worth a goroutine.
const share = 32

// marshal returns the JSON of events. It takes about as long as the server takes to store them, so all processors do it.
func marshal(events []auditlogs.Event) ([]string, error) {
	texts := make([]string, len(events))
	workers := max(1, min(runtime.GOMAXPROCS(0), len(events)/share))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(events) && errs[w] == nil; i += workers {
				text, err := events[i].MarshalJSON()
				if err != nil {
					errs[w] = fmt.Errorf("%w: event %d of the batch cannot be written as JSON", deliver.ErrRefused, i+1)
				}
				texts[i] = string(text)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}

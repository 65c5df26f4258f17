package fleet_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/stretchr/testify/assert"
)

// Whoever asks for a place while the first batch is committed gets the one before it or the one after it, and no error.
func TestPlaceWhileTheFirstBatchIsCommitted(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	sink := newSink(t, nc)
	for i := range 50 {
		source := fmt.Sprintf("tenant %d/waldur", i)
		var asking sync.WaitGroup
		asking.Go(func() {
			for {
				p, err := sink.Place(t.Context(), source)
				if !assert.NoError(t, err) || p.Seq == 1 {
					return
				}
			}
		})
		commit(t, sink, source, deliver.Place{}, "1")
		asking.Wait()
	}
}

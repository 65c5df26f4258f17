package exact

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRowsThatAreDeletedUnderABound: if fewer rows are left under a bound than there must be, the listing goes on without it, from
// where it was, however much was read until then.
func TestRowsThatAreDeletedUnderABound(t *testing.T) {
	t.Parallel()
	for _, read := range []int{100, 1000, 2500} {
		log := rowsAt(span(3000, 1)...)
		l := NewListing(Options{Traits: Traits{MaxSize: 40, Granule: time.Second, Undocumented: true}})
		requests, gone := 0, false
		got := readAll(t, l, func(w Window) Answer {
			if requests++; !gone && w.Moved && l.Examined > read {
				gone = true
				log = log[:len(log)-20] // the oldest
			}
			return log.serve(w, false)
		}, nil)
		require.True(t, gone)
		reason, _ := l.Incomplete()
		require.Empty(t, reason, "after %d rows", read)
		require.Equal(t, log.pick([]Span{{0, len(log)}}), got)
		require.Less(t, requests, 3000/30+20, "after %d rows", read)
	}
}

package s3

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	"github.com/stretchr/testify/require"
)

// What this process knows of a source is relied upon for an hour, and not once a listing came to its end.
func TestKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := New(s3server.Client("http://127.0.0.1"), "audit", "")
		require.NoError(t, err)
		s.remember("s", deliver.Place{Seq: 7})
		time.Sleep(fresh)
		require.EqualValues(t, 7, s.recall("s").place.Seq)
		time.Sleep(time.Nanosecond)
		require.Zero(t, s.recall("s"))

		s.remember("s", deliver.Place{Seq: 8})
		require.EqualValues(t, 8, s.recall("s").place.Seq)
		s.remember("s", deliver.Place{Seq: 9, Done: true})
		require.Zero(t, s.recall("s"))
		require.Empty(t, s.known)
	})
}

// A batch that is on its way is given some time after its context has ended.
func TestOutlast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		longer, stop := outlast(ctx)
		defer stop()
		cancel()
		time.Sleep(grace - time.Nanosecond)
		synctest.Wait()
		require.NoError(t, longer.Err())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.Error(t, longer.Err())
	})
	synctest.Test(t, func(t *testing.T) { // and nothing waits for a context that does not end
		_, stop := outlast(t.Context())
		stop()
	})
}

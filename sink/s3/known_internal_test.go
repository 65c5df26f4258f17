package s3

import (
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

package clustertest

import (
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/stretchr/testify/require"
)

// TestCluster is the proof. Its parts share a cluster: first it is disturbed, and then it is not.
//
//nolint:paralleltest,tparallel // see above
func TestCluster(t *testing.T) {
	t.Parallel()
	c := newCluster(t, [size]string{always, always, often})
	t.Run("a node that does not synchronise", func(t *testing.T) { testUnsynced(t, c) })
	c.configure(2, always)
	c.restart(2)
	c.awaitWhole(c.connect("fleet"))
	t.Run("a stream on one node", func(t *testing.T) { testSingle(t, c) })
	t.Run("every record once", func(t *testing.T) { testChaos(t, c, wanted) })
	t.Run("a worker that wakes up", func(t *testing.T) {
		t.Parallel()
		testPaused(t, c, "fenced")
	})
	t.Run("a worker that wakes up, without the fence", func(t *testing.T) {
		t.Parallel()
		testPaused(t, c, "unfenced")
	})
	t.Run("sink", func(t *testing.T) {
		t.Parallel()
		nc := c.connect("sink")
		delivertest.Run(t, func(t *testing.T) deliver.Sink {
			s, err := fleet.NewSink(t.Context(), nc)
			require.NoError(t, err)
			return s
		})
	})
}

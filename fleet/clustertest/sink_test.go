package clustertest

import (
	"context"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// alone starts a node that is alone.
func alone(t *testing.T, sync string) *node {
	t.Helper()
	n := newNode(t, "alone")
	n.configure(sync)
	n.start()
	n.awaitReady()
	return n
}

// awaitReady waits until the node answers.
func (n *node) awaitReady() {
	n.t.Helper()
	nc := connected(n.t, "sink", n.address)
	js, err := jetstream.New(nc)
	require.NoError(n.t, err)
	eventually(n.t, "the node does not answer", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err := js.AccountInfo(ctx)
		return err
	})
}

func TestSinkOfOneNode(t *testing.T) {
	t.Parallel()
	n := alone(t, always)
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		s, err := openSink(n.address)
		require.NoError(t, err)
		return s
	})
}

func TestSinkOfOneNodeThatIsKilled(t *testing.T) {
	t.Parallel()
	n := alone(t, always)
	delivertest.Kill(t, delivertest.Store{Address: n.address, Open: openSink, Outage: func(t *testing.T) func() {
		t.Helper()
		n.kill()
		return func() {
			n.start()
			n.awaitReady()
		}
	}})
}

func TestOneNodeThatDoesNotSynchronise(t *testing.T) {
	t.Parallel()
	n := alone(t, often)
	nc := connected(t, "fleet", n.address)
	require.ErrorIs(t, refused(t, nc, fleet.Options{System: connected(t, "system", n.address)}), fleet.ErrNotSynced)
}

package clustertest

import (
	"context"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// refused runs a worker that must end because of the servers, and returns why.
func refused(t *testing.T, nc *nats.Conn, o fleet.Options) error {
	t.Helper()
	return fleet.Run(t.Context(), nc, o, func(context.Context, fleet.Spec) (auditlogs.Source, error) {
		t.Error("a log was opened")
		return nil, context.Canceled
	})
}

// setUp makes the streams of an account.
func setUp(t *testing.T, nc *nats.Conn, s fleet.Streams) {
	t.Helper()
	eventually(t, "Setup", func(ctx context.Context) error { return fleet.Setup(ctx, nc, s) })
}

func testUnsynced(t *testing.T, c *cluster) {
	nc := c.connect("fleet")
	setUp(t, nc, fleet.Streams{})
	c.awaitWhole(nc)
	err := refused(t, nc, fleet.Options{System: c.connect("system")})
	require.ErrorIs(t, err, fleet.ErrNotSynced)
	require.ErrorContains(t, err, `"node2"`)
}

func testSingle(t *testing.T, c *cluster) {
	nc := c.connect("single")
	setUp(t, nc, fleet.Streams{Replicas: 1})
	require.ErrorIs(t, refused(t, nc, fleet.Options{System: c.connect("system")}), fleet.ErrReplicas)
}

package fleet_test

import (
	"context"
	"testing"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/stretchr/testify/require"
)

// A worker says when it begins, and one that cannot begin does not.
func TestReady(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, fleet.Run(ctx, nc, fleet.Options{Ready: cancel}, madeup.Open), context.Canceled)
	begun := func() { t.Error("the worker has begun") }
	require.ErrorIs(t, fleet.Run(t.Context(), nc, fleet.Options{Ready: begun, Replicas: 3}, madeup.Open), fleet.ErrReplicas)
}

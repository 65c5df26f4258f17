package fleet_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// runBriefly runs a worker until it has begun to work, and returns its error and its warnings.
func runBriefly(t *testing.T, nc *nats.Conn, o fleet.Options) (warnings []error, err error) {
	t.Helper()
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	o.Turned = func(fleet.Turn) { cancel() }
	o.Warn = func(err error) {
		mu.Lock()
		defer mu.Unlock()
		warnings = append(warnings, err)
	}
	err = fleet.Run(ctx, nc, o, only(given("x", &page{Next: "1", CaughtUp: true})))
	mu.Lock()
	defer mu.Unlock()
	return warnings, err
}

// A worker does not begin where a server is known to answer before it has synchronised, and warns where nobody can say.
func TestSyncIsChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		always, system bool
		want, warns    error
	}{
		"always":              {always: true, system: true, want: context.Canceled},
		"now and then":        {system: true, want: fleet.ErrNotSynced},
		"always, and unknown": {always: true, want: context.Canceled, warns: fleet.ErrSyncUnknown},
		"unknown":             {want: context.Canceled, warns: fleet.ErrSyncUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc, system := serve(t, func(o *server.Options) { o.SyncAlways = test.always })
			if !test.system {
				system = nil
			}
			warnings, err := runBriefly(t, nc, fleet.Options{System: system})
			require.ErrorIs(t, err, test.want)
			if test.warns == nil {
				require.Empty(t, warnings)
				return
			}
			require.Len(t, warnings, 1)
			require.ErrorIs(t, warnings[0], test.warns)
		})
	}
}

// A connection that is not of the system account shows nothing, and nothing is not "always".
func TestSyncWithoutAnswer(t *testing.T) {
	t.Parallel()
	nc, _ := serve(t, func(o *server.Options) { o.SyncAlways = true })
	_, err := runBriefly(t, nc, fleet.Options{System: nc})
	require.ErrorIs(t, err, fleet.ErrNotSynced)
	require.ErrorContains(t, err, "no connection of the system account")
}

func TestReplicasAreChecked(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	_, err := runBriefly(t, nc, fleet.Options{Replicas: 3})
	require.ErrorIs(t, err, fleet.ErrReplicas)
	warnings, err := runBriefly(t, nc, fleet.Options{Replicas: 1})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, warnings, "an embedded node is known to synchronise")
}

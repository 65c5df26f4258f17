package fleet_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// embedded starts a node with a folder of its own.
func embedded(t *testing.T) *nats.Conn {
	t.Helper()
	nc, stop, err := fleet.Embedded(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	return nc
}

// crew is workers that run until the test ends, or they are stopped.
type crew struct {
	stop func()

	mu    sync.Mutex
	turns []fleet.Turn
}

// often is how logs are followed in tests.
var often = auditlogs.FollowOptions{Interval: 50 * time.Millisecond, Lag: time.Nanosecond}

func work(t *testing.T, nc *nats.Conn, workers int, o fleet.Options, open fleet.Opener) *crew {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := &crew{}
	var all sync.WaitGroup
	if o.Follow.Interval == 0 {
		o.Follow = often
	}
	o.Turned = func(turn fleet.Turn) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.turns = append(c.turns, turn)
	}
	o.Warn = func(err error) { t.Log(err) }
	for range workers {
		all.Go(func() { assert.ErrorIs(t, fleet.Run(ctx, nc, o, open), context.Canceled) })
	}
	c.stop = func() { cancel(); all.Wait() }
	t.Cleanup(c.stop)
	return c
}

// caughtUp waits until all logs have caught up after a time.
func caughtUp(t *testing.T, nc *nats.Conn, after time.Time) {
	t.Helper()
	require.Eventually(t, func() bool {
		all, err := fleet.List(t.Context(), nc)
		if err != nil {
			return false
		}
		for _, one := range all {
			if !one.CaughtUp.After(after) {
				return false
			}
		}
		return true
	}, time.Minute, 50*time.Millisecond)
}

func TestRun(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	since := time.Now().Add(-240 * time.Hour).Truncate(time.Second)
	tenants := madeup.New(20, since)
	defer tenants.Close()
	for _, one := range tenants {
		one.Add(since, since.Add(200*time.Hour), 300)
	}
	require.NoError(t, fleet.Add(t.Context(), nc, tenants.Specs()...))
	crew := work(t, nc, 3, fleet.Options{}, madeup.Open)
	caughtUp(t, nc, since)
	for _, one := range tenants {
		one.Add(time.Now().Add(-30*time.Second), time.Now(), 50)
	}
	caughtUp(t, nc, time.Now())
	crew.stop()
	d, err := tenants.Compare(t.Context(), fleet.Events(t.Context(), nc, ""))
	require.NoError(t, err)
	require.True(t, d.Whole(), d)
	require.Equal(t, 20*350, d.Records)
	for _, turn := range crew.turns {
		require.False(t, turn.Err != nil && !errors.Is(turn.Err, context.Canceled), turn.Err)
	}
}

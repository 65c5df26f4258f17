package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// only returns an Opener of one source.
func only(s auditlogs.Source) fleet.Opener {
	return func(context.Context, fleet.Spec) (auditlogs.Source, error) { return s, nil }
}

func spec(tenant string) fleet.Spec { return fleet.Spec{Tenant: tenant, API: "made up"} }

// eventually waits until a condition about the states holds.
func eventually(t *testing.T, nc *nats.Conn, condition func([]fleet.State) bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		all, err := fleet.List(t.Context(), nc)
		return err == nil && condition(all)
	}, time.Minute, 20*time.Millisecond)
}

// ids returns the IDs of all events that are stored, in their order.
func ids(t *testing.T, nc *nats.Conn) (all []string) {
	t.Helper()
	for e, err := range fleet.Events(t.Context(), nc, "") {
		require.NoError(t, err)
		all = append(all, e.ID)
	}
	return all
}

// Windows of the past are read by all workers, and the log is followed from their end: every record once. What is read is gone from
// the list, and reading it again adds nothing.
func TestBackfillAndFollow(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	now := time.Now()
	since := now.Add(-10 * 24 * time.Hour).Truncate(24 * time.Hour)
	tenants := madeup.New(5, time.Time{})
	defer tenants.Close()
	var specs []fleet.Spec
	for _, one := range tenants {
		one.Add(since, now.Add(-time.Hour), 500)
		all, err := fleet.Backfill(one.Spec, deliver.Windows{Since: since, Until: now.Add(-24 * time.Hour).Truncate(time.Hour), Step: 24 * time.Hour})
		require.NoError(t, err)
		specs = append(specs, all...)
	}
	require.NoError(t, fleet.Add(t.Context(), nc, specs...))
	crew := work(t, nc, 2, fleet.Options{}, madeup.Open)
	read := func(all []fleet.State) bool { return len(all) == len(tenants) && !all[0].CaughtUp.IsZero() }
	eventually(t, nc, read)
	require.NoError(t, fleet.Add(t.Context(), nc, specs...), "finished windows are added again")
	eventually(t, nc, read)
	caughtUp(t, nc, time.Now())
	crew.stop()
	got := map[string]bool{}
	n := 0
	for e, err := range fleet.Events(t.Context(), nc, "") {
		require.NoError(t, err)
		ordinal, _ := e.Ordinal()
		key := fmt.Sprint(e.API, e.ID, ordinal, string(e.Raw))
		require.False(t, got[key], "twice: %s", key)
		got[key] = true
		n++
	}
	require.Equal(t, 5*500, n)
	for _, turn := range crew.turns {
		require.NoError(t, turn.Err)
	}
}

// An Opener that forgets Since and Until would store the whole log in every window: that is an error.
func TestOpenerForgetsTheRange(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := spec("a")
	s.Since, s.Until = day, day.AddDate(0, 0, 1)
	require.NoError(t, fleet.Add(t.Context(), nc, s))
	work(t, nc, 1, fleet.Options{}, only(given("x", &page{Items: []auditlogs.Event{event("of another day")}})))
	eventually(t, nc, func(all []fleet.State) bool { return all[0].Failures > 0 })
	require.Contains(t, list(t, nc)[0].Error, "the Opener must filter by Since and Until")
	require.Empty(t, ids(t, nc))
}

// endless is a log that always has more.
func endless() *source {
	return &source{name: "endless", follow: func(ctx context.Context, from auditlogs.Cursor, yield func(*page, error) bool) {
		n := 0
		_, _ = fmt.Sscan(string(from), &n)
		for ; ctx.Err() == nil; n++ {
			if !yield(&page{Items: []auditlogs.Event{event(fmt.Sprint("e", n))}, Next: auditlogs.Cursor(fmt.Sprint(n + 1))}, nil) {
				return
			}
		}
	}}
}

// A log that always has more gives others their turn, goes on where it was, and is gone soon after it was removed.
func TestEndlessLog(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("flood"), spec("quiet")))
	added := time.Now()
	quiet := given("quiet", &page{Next: "1", CaughtUp: true})
	open := func(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
		if s.Tenant == "flood" {
			return endless(), nil
		}
		return quiet, nil
	}
	crew := work(t, nc, 1, fleet.Options{Parallel: 1, Windows: -1, Turn: 20 * time.Millisecond}, open)
	turns := func(tenant string) (n int) {
		crew.mu.Lock()
		defer crew.mu.Unlock()
		for _, turn := range crew.turns {
			if turn.Spec.Tenant == tenant {
				n++
			}
		}
		return n
	}
	require.Eventually(t, func() bool { return turns("flood") > 3 && turns("quiet") > 3 }, time.Minute, 10*time.Millisecond)
	since := time.Since(added)
	require.Greater(t, list(t, nc)[0].Lag, since, "it has never caught up, however often it was put back")
	require.NoError(t, fleet.Remove(t.Context(), nc, spec("flood")))
	require.Eventually(t, func() bool { // it has no turn any more
		before := turns("flood")
		more := turns("quiet") + 5
		require.Eventually(t, func() bool { return turns("quiet") > more }, time.Minute, 5*time.Millisecond)
		return turns("flood") == before
	}, time.Minute, 10*time.Millisecond)
	crew.stop()
	for i, id := range ids(t, nc) {
		require.Equal(t, fmt.Sprint("e", i), id)
	}
	require.Len(t, list(t, nc), 1)
}

// A log that fails is told of, waits longer each time, and is well again when it is.
func TestFailingLog(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
	var well atomic.Bool
	open := func(context.Context, fleet.Spec) (auditlogs.Source, error) {
		if !well.Load() {
			return nil, errors.New("no such credential")
		}
		return given("x", &page{Next: "1", CaughtUp: true}), nil
	}
	crew := work(t, nc, 1, fleet.Options{MaxPause: 400 * time.Millisecond}, open)
	eventually(t, nc, func(all []fleet.State) bool { return all[0].Failures >= 5 })
	state := list(t, nc)[0]
	require.Equal(t, "no such credential", state.Error)
	require.NotEmpty(t, state.Owner)
	well.Store(true)
	eventually(t, nc, func(all []fleet.State) bool {
		return all[0].Failures == 0 && all[0].Error == "" && !all[0].CaughtUp.IsZero()
	})
	crew.stop()
	for i, turn := range crew.turns[:5] {
		base := min(50*time.Millisecond<<i, 400*time.Millisecond)
		require.GreaterOrEqual(t, turn.Pause, base)
		require.LessOrEqual(t, turn.Pause, base+base/10+1)
	}
}

// A log of which something cannot be stored has not caught up, although all of it was read.
func TestWhatCannotBeStored(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 20<<10)
	large := event("large")
	large.Raw = []byte(`"` + text + `"`)
	for name, pages := range map[string][]*page{
		"an event": {{Items: []auditlogs.Event{large}, Next: "1"}, {Next: "2", CaughtUp: true}},
		"a place":  {{Next: auditlogs.Cursor(text), CaughtUp: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc, _ := serve(t, func(o *server.Options) { o.MaxPayload = 16 << 10 })
			require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
			work(t, nc, 1, fleet.Options{}, only(given("x", pages...)))
			eventually(t, nc, func(all []fleet.State) bool { return all[0].Failures > 1 })
			state := list(t, nc)[0]
			require.Zero(t, state.CaughtUp)
			require.Contains(t, state.Error, "max_payload")
			require.Empty(t, ids(t, nc))
		})
	}
}

// A log that hangs is given up after a while, longer each time, and does not keep others from their turns.
func TestHangingLog(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("hangs"), spec("well")))
	open := func(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
		if s.Tenant == "well" {
			return given("x", &page{Next: "1", CaughtUp: true}), nil
		}
		return &source{name: "x", follow: func(ctx context.Context, _ auditlogs.Cursor, yield func(*page, error) bool) {
			<-ctx.Done()
			yield(nil, ctx.Err())
		}}, nil
	}
	crew := work(t, nc, 1, fleet.Options{Parallel: 4, Turn: 20 * time.Millisecond}, open)
	eventually(t, nc, func(all []fleet.State) bool { return all[0].Failures >= 2 && !all[1].CaughtUp.IsZero() })
	require.Contains(t, list(t, nc)[0].Error, "nothing could be committed for a long time")
	crew.stop()
	var took []time.Duration
	for _, turn := range crew.turns {
		if turn.Spec.Tenant == "hangs" && turn.Err != nil {
			took = append(took, turn.Took)
		}
	}
	require.Greater(t, took[1], took[0], "it may only be slow")
}

// Two workers that read one log store nothing twice: the one that comes second is told so, and it is no failure.
func TestRivalWorkers(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
	s := newSink(t, nc)
	var once sync.Once
	open := only(&source{name: "x", follow: func(ctx context.Context, from auditlogs.Cursor, yield func(*page, error) bool) {
		once.Do(func() { // another worker, which took this one for dead, reads the same page first
			place, err := s.Place(ctx, spec("a").Source())
			assert.NoError(t, err)
			b := deliver.Batch{Source: spec("a").Source(), From: place, To: deliver.Place{Seq: place.Seq + 1, Count: place.Count + 1, Cursor: "rival"}, Events: []auditlogs.Event{event("one")}}
			assert.NoError(t, s.Commit(ctx, b))
		})
		if from == "" {
			yield(&page{Items: []auditlogs.Event{event("one")}, Next: "1", CaughtUp: true}, nil)
			return
		}
		yield(&page{Next: from, CaughtUp: true}, nil)
	}})
	crew := work(t, nc, 1, fleet.Options{}, open)
	eventually(t, nc, func(all []fleet.State) bool { return !all[0].CaughtUp.IsZero() })
	crew.stop()
	require.Equal(t, []string{"one"}, ids(t, nc))
	require.True(t, crew.turns[0].Moved)
	require.NoError(t, crew.turns[0].Err)
	require.Zero(t, list(t, nc)[0].Failures)
}

// What a worker was reading when it ended is read by another at once.
func TestWorkerThatEnds(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
	reading := make(chan struct{}, 1)
	first := work(t, nc, 1, fleet.Options{Worker: "first"}, only(&source{name: "x", follow: func(ctx context.Context, _ auditlogs.Cursor, yield func(*page, error) bool) {
		if yield(&page{Items: []auditlogs.Event{event("one")}, Next: "1"}, nil) {
			reading <- struct{}{}
			<-ctx.Done()
			yield(nil, ctx.Err())
		}
	}}))
	<-reading
	require.Eventually(t, func() bool { return len(ids(t, nc)) == 1 }, time.Minute, 10*time.Millisecond)
	first.stop()
	work(t, nc, 1, fleet.Options{Worker: "second"}, only(given("x", &page{Items: []auditlogs.Event{event("two")}, Next: "2", CaughtUp: true})))
	eventually(t, nc, func(all []fleet.State) bool { return all[0].Owner == "second" && !all[0].CaughtUp.IsZero() })
	require.Subset(t, ids(t, nc), []string{"one", "two"})
	require.Empty(t, list(t, nc)[0].Error, "that a worker ended says nothing about the log")
}

// A consumer that somebody deletes is made again, a task that is none is told of, and nothing else is forgotten.
func TestQueueIsDisturbed(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a"), spec("b")))
	js := stream(t, nc)
	_, err := js.Publish(t.Context(), "auditlogs.task.follow.odd.one", []byte("{"))
	require.NoError(t, err)
	work(t, nc, 1, fleet.Options{}, only(given("x", &page{Next: "1", CaughtUp: true})))
	well := func(after time.Time) {
		t.Helper()
		eventually(t, nc, func(all []fleet.State) bool {
			n := 0
			for _, one := range all {
				if one.CaughtUp.After(after) {
					n++
				}
			}
			return n == 2
		})
	}
	well(time.Time{})
	require.NoError(t, js.DeleteConsumer(t.Context(), "AUDITLOGS_TASKS", "follow"))
	well(time.Now())
	all := list(t, nc)
	require.Len(t, all, 3)
	require.Contains(t, all[0].Error, "the task cannot be read")
}

func TestRunRefusesBadInput(t *testing.T) {
	t.Parallel()
	nc := new(nats.Conn)
	for name, o := range map[string]fleet.Options{
		"no slots": {Parallel: -1, Windows: -1}, "a negative share": {PerTenant: -1}, "a negative turn": {Turn: -1}, "a negative pause": {MaxPause: -1},
		"a negative interval": {Follow: auditlogs.FollowOptions{Interval: -1}}, "negative replicas": {Replicas: -1},
	} {
		require.ErrorIs(t, fleet.Run(t.Context(), nc, o, noOpener), auditlogs.ErrInvalidFilter, name)
	}
	require.ErrorIs(t, fleet.Run(t.Context(), nil, fleet.Options{}, noOpener), auditlogs.ErrInvalidFilter)
	require.ErrorIs(t, fleet.Run(t.Context(), nc, fleet.Options{}, nil), auditlogs.ErrInvalidFilter)
}

// A worker whose connection is closed for good ends, since it could never work again.
func TestConnectionIsClosed(t *testing.T) {
	t.Parallel()
	nc, stop, err := fleet.EmbeddedAt(t.TempDir(), "127.0.0.1:0")
	require.NoError(t, err)
	defer stop()
	mine, err := nats.Connect(nc.ConnectedUrl())
	require.NoError(t, err)
	err = fleet.Run(t.Context(), mine, fleet.Options{Ready: mine.Close}, noOpener)
	require.ErrorIs(t, err, nats.ErrConnectionClosed)
}

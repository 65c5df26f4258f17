package fleet_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// fill commits events e0, e1, … of two sources, and returns their IDs.
func fill(t *testing.T, nc *nats.Conn, places map[string]deliver.Place, from, to int) (all []string) {
	t.Helper()
	s := newSink(t, nc)
	for i := from; i < to; i += 10 {
		name := []string{"a/x", "b/y"}[i/10%2]
		var page []string
		for n := range 10 {
			page = append(page, fmt.Sprint("e", i+n))
		}
		places[name] = commit(t, s, name, places[name], page...)
		all = append(all, page...)
	}
	return all
}

// The stream feeds a sink of package deliver, each event once, from run to run.
func TestLogFeedsASink(t *testing.T) {
	t.Parallel()
	nc, places := embedded(t), map[string]deliver.Place{}
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	var want []string
	for run := range 4 {
		want = append(want, fill(t, nc, places, run*1500, run*1500+run*500)...)
		file, err := deliver.OpenFile(path)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		o := deliver.Options{Progress: func(p deliver.Progress) {
			if run == 2 && p.Place.Count > 800 {
				cancel() // a run that is cut short
			}
		}}
		err = deliver.CatchUp(ctx, file, o, fleet.Log(nc))
		require.True(t, err == nil || run == 2, err)
		cancel()
		var got []string
		for e, err := range file.Events(t.Context(), "fleet") {
			require.NoError(t, err)
			got = append(got, e.ID)
		}
		require.NoError(t, file.Close())
		if run != 2 {
			require.Equal(t, want, got)
		}
	}
}

// Events and Pages go on behind the cursor of any page, and end with what was there at the beginning.
func TestLogGoesOn(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc))
	for page, err := range fleet.Log(nc).Pages(t.Context(), "") {
		require.NoError(t, err)
		require.Empty(t, page.Items)
		require.Empty(t, page.Next)
	}
	want := fill(t, nc, map[string]deliver.Place{}, 0, 1800)
	pages := 0
	var read []string
	for page, err := range fleet.Log(nc).Pages(t.Context(), "") {
		require.NoError(t, err)
		pages++
		for _, e := range page.Items {
			read = append(read, e.ID)
		}
		if page.Next == "" {
			continue
		}
		var rest []string
		for e, err := range fleet.Events(t.Context(), nc, page.Next) {
			require.NoError(t, err)
			rest = append(rest, e.ID)
		}
		require.Equal(t, want[len(read):], rest)
	}
	require.Equal(t, want, read)
	require.Equal(t, 4, pages)
}

func TestLogRefusesBadCursors(t *testing.T) {
	t.Parallel()
	for _, c := range []auditlogs.Cursor{"x", "fleet1.", "fleet1.1", "fleet1.1.1", "fleet1.1.1.x", "fleet1.1.-1.1", "fleet1.1.1.1.1", "fleet2.1.1.1", "al1.abc"} {
		for _, err := range fleet.Events(t.Context(), new(nats.Conn), c) { // a connection that would panic
			require.ErrorIs(t, err, auditlogs.ErrInvalidCursor, c)
		}
		for _, err := range fleet.Log(nil).Follow(t.Context(), c, auditlogs.FollowOptions{}) {
			require.ErrorIs(t, err, auditlogs.ErrInvalidCursor, c)
		}
	}
	for _, err := range fleet.Events(t.Context(), nil, "") {
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	}
}

// A cursor that is older than events are kept is an error: what is missing would not be seen. One that has caught up in time is none,
// however old the last event is.
func TestLogMayHaveExpired(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{Keep: time.Hour}))
	fill(t, nc, map[string]deliver.Place{}, 0, 20)
	cursor := func(age time.Duration) auditlogs.Cursor {
		s, err := stream(t, nc).Stream(t.Context(), "AUDITLOGS")
		require.NoError(t, err)
		return auditlogs.Cursor(fmt.Sprintf("fleet1.%d.%d.%d", s.CachedInfo().Created.UnixNano(), 1, time.Now().Add(-age).UnixNano()))
	}
	for age, want := range map[time.Duration]error{0: nil, 58 * time.Minute: nil, 59*time.Minute + 30*time.Second: fleet.ErrExpired, 99 * time.Hour: fleet.ErrExpired} {
		err := deliver.CatchUp(t.Context(), &started{place: deliver.Place{Seq: 1, Cursor: cursor(age)}}, deliver.Options{}, fleet.Log(nc))
		require.ErrorIs(t, err, want, age)
	}
	require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{}))
	require.NoError(t, deliver.CatchUp(t.Context(), &started{place: deliver.Place{Seq: 1, Cursor: cursor(99 * time.Hour)}}, deliver.Options{}, fleet.Log(nc)))
}

// started is a sink that has a place, and checks that pages which have caught up say when.
type started struct{ place deliver.Place }

func (s *started) Place(context.Context, string) (deliver.Place, error) { return s.place, nil }

func (s *started) Commit(_ context.Context, b deliver.Batch) error {
	if err := b.Check(s.place); err != nil {
		return err
	}
	s.place = b.To
	return nil
}

// The first pages of a follower that has caught up are of now, and what comes later is given.
func TestLogIsFollowed(t *testing.T) {
	t.Parallel()
	nc, places := embedded(t), map[string]deliver.Place{}
	want := fill(t, nc, places, 0, 40)
	var got []string
	more := true
	for page, err := range fleet.Log(nc).Follow(t.Context(), "", auditlogs.FollowOptions{Interval: 10 * time.Millisecond}) {
		require.NoError(t, err)
		require.NotEmpty(t, page.Next)
		for _, e := range page.Items {
			got = append(got, e.ID)
		}
		if page.CaughtUp && !more {
			break
		}
		if page.CaughtUp {
			require.Equal(t, want, got)
			want, more = append(want, fill(t, nc, places, 40, 60)...), false
		}
	}
	require.Equal(t, want, got)
}

// A stream that was lost is not made anew while there are tasks, and what was read of it is no place in another one.
func TestStreamThatWasLost(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Add(t.Context(), nc, spec("a")))
	fill(t, nc, map[string]deliver.Place{}, 0, 1000)
	var next auditlogs.Cursor
	for page, err := range fleet.Log(nc).Pages(t.Context(), "") {
		require.NoError(t, err)
		next = page.Next
		break
	}
	js := stream(t, nc)
	require.NoError(t, js.DeleteStream(t.Context(), "AUDITLOGS"))
	for name, do := range map[string]func() error{
		"Run":   func() error { return fleet.Run(t.Context(), nc, fleet.Options{}, noOpener) },
		"Add":   func() error { return fleet.Add(t.Context(), nc, spec("b")) },
		"Setup": func() error { return fleet.Setup(t.Context(), nc, fleet.Streams{}) },
	} {
		require.ErrorIs(t, do(), fleet.ErrStreams, name)
	}
	require.NoError(t, js.DeleteStream(t.Context(), "AUDITLOGS_TASKS"))
	fill(t, nc, map[string]deliver.Place{}, 0, 1000)
	for _, err := range fleet.Events(t.Context(), nc, next) {
		require.ErrorIs(t, err, auditlogs.ErrCursorMismatch)
	}
}

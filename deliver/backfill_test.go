package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

type eventSeq = iter.Seq2[*auditlogs.Page[auditlogs.Event], error]

// windowed is a source of the caller's own whose windows are listed by a function.
func windowed(list func(ctx context.Context, since, until time.Time) eventSeq) func(since, until time.Time) auditlogs.Source {
	return func(since, until time.Time) auditlogs.Source {
		return &pages{name: "own", list: func(ctx context.Context, _ auditlogs.Cursor) eventSeq { return list(ctx, since, until) }}
	}
}

// single yields one page and an error, where there are any.
func single(items []auditlogs.Event, err error) eventSeq {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		next := auditlogs.Cursor("")
		if err != nil {
			next = "more"
		}
		if yield(&auditlogs.Page[auditlogs.Event]{Items: items, Next: next}, nil) && err != nil {
			yield(nil, err)
		}
	}
}

// A long range is delivered once in windows, whatever fails on the way, and what is done costs no request later.
func TestBackfillOnce(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		srv, client := serve(t, 300)
		sink := newMemory()
		var n atomic.Int64
		sink.before = func(context.Context, deliver.Batch) error {
			if n.Add(1)%5 == 0 {
				return deliver.ErrRefused
			}
			return nil
		}
		windows := deliver.Windows{Since: noon.Add(-241 * time.Hour), Until: noon, Step: 24 * time.Hour}
		run := func() error {
			return deliver.Backfill(t.Context(), sink, deliver.Options{Parallel: 3}, windows, func(since, until time.Time) auditlogs.Source {
				return l.source(client, since, until, 10)
			})
		}
		for runs, err := 0, deliver.ErrRefused; err != nil; runs++ {
			require.Less(t, runs, 50)
			if err = run(); err != nil {
				require.ErrorIs(t, err, deliver.ErrRefused)
			}
		}
		require.ElementsMatch(t, l.keys(srv), sink.keys())
		require.Len(t, sink.places, 11)
		name := l.source(client, time.Time{}, time.Time{}, 0).Name()
		require.True(t, sink.place(name+" 2026-11-19T00:00:00Z/2026-11-20T00:00:00Z").Done)
		require.True(t, sink.place(name+" 2026-11-20T00:00:00Z/2026-11-20T12:00:00Z").Done)
		require.True(t, sink.place(name+" 2026-11-10T11:00:00Z/2026-11-11T00:00:00Z").Done)

		sent(srv).Store(0)
		require.NoError(t, run())
		require.Zero(t, sent(srv).Load())
	})
}

// Windows tile the range, and begin at whole steps, so that another run has the same.
func TestWindowsTileTheRange(t *testing.T) {
	t.Parallel()
	day, odd := time.Date(2024, 2, 27, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 28, 23, 59, 59, 999999999, time.UTC)
	for name, tc := range map[string]struct {
		deliver.Windows
		n int
	}{
		"days":             {deliver.Windows{Since: day, Until: day.AddDate(0, 0, 3), Step: 24 * time.Hour}, 3},
		"part of a day":    {deliver.Windows{Since: day.Add(1), Until: day.Add(2), Step: 24 * time.Hour}, 1},
		"odd ends":         {deliver.Windows{Since: odd, Until: odd.Add(48 * time.Hour), Step: 24 * time.Hour}, 3},
		"another zone":     {deliver.Windows{Since: day.In(time.FixedZone("", 3600)), Until: day.AddDate(0, 0, 1).In(time.FixedZone("", -3600)), Step: 24 * time.Hour}, 1},
		"longer than that": {deliver.Windows{Since: day, Until: odd, Step: 10_000 * 24 * time.Hour}, 1},
		"minutes":          {deliver.Windows{Since: day, Until: day.Add(time.Hour), Step: time.Minute}, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var all [][2]time.Time
			err := deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, tc.Windows, windowed(func(_ context.Context, since, until time.Time) eventSeq {
				mu.Lock()
				defer mu.Unlock()
				all = append(all, [2]time.Time{since, until})
				return single(nil, nil)
			}))
			require.NoError(t, err)
			require.Len(t, all, tc.n)
			slices.SortFunc(all, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
			at := tc.Since
			for i, w := range all {
				require.True(t, w[0].Equal(at), "window %d", i)
				require.True(t, w[0].Before(w[1]))
				require.True(t, i == 0 || w[0].Truncate(tc.Step).Equal(w[0]), "window %d begins at a whole step", i)
				require.Equal(t, time.UTC, w[0].Location())
				at = w[1]
			}
			require.True(t, at.Equal(tc.Until))
		})
	}
}

func TestBackfillBadInput(t *testing.T) {
	t.Parallel()
	good := deliver.Windows{Since: noon.Add(-time.Hour), Until: noon, Step: time.Hour}
	source := windowed(func(context.Context, time.Time, time.Time) eventSeq {
		t.Error("a window was read")
		return single(nil, nil)
	})
	set := func(change func(*deliver.Windows)) deliver.Windows {
		w := good
		change(&w)
		return w
	}
	for name, err := range map[string]error{
		"no since":    deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Since = time.Time{} }), source),
		"no until":    deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Until = time.Time{} }), source),
		"no range":    deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Until = w.Since }), source),
		"no step":     deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Step = 0 }), source),
		"a tiny step": deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Step = time.Millisecond }), source),
		"too many": deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) {
			w.Since, w.Step = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Second
		}), source),
		"the future":   deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, set(func(w *deliver.Windows) { w.Until = time.Now().Add(time.Hour) }), source),
		"no sink":      deliver.Backfill(t.Context(), nil, deliver.Options{}, good, source),
		"no source":    deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, good, nil),
		"a nil source": deliver.Backfill(t.Context(), newMemory(), deliver.Options{}, good, func(time.Time, time.Time) auditlogs.Source { return nil }),
		"parallel":     deliver.Backfill(t.Context(), newMemory(), deliver.Options{Parallel: -1}, good, source),
	} {
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, name)
	}
}

// Parallel windows are read at once, and no more.
func TestBackfillInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(100 * 24 * time.Hour) // so that there is a past
		var now, most atomic.Int64
		source := windowed(func(ctx context.Context, _, _ time.Time) eventSeq {
			return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
				n := now.Add(1)
				defer now.Add(-1)
				most.Store(max(most.Load(), n))
				time.Sleep(time.Second)
				yield(&auditlogs.Page[auditlogs.Event]{}, nil)
			}
		})
		w := deliver.Windows{Since: time.Now().Add(-50 * time.Hour), Until: time.Now(), Step: time.Hour}
		require.NoError(t, deliver.Backfill(t.Context(), newMemory(), deliver.Options{Parallel: 7}, w, source))
		require.EqualValues(t, 7, most.Load())
	})
}

// A window that is incomplete does not stop the others; a failure that is not about its window does.
func TestBackfillGoesOn(t *testing.T) {
	t.Parallel()
	w := deliver.Windows{Since: noon.Add(-20 * time.Hour), Until: noon, Step: time.Hour}
	for name, tc := range map[string]struct {
		err  error
		read int
	}{
		"incomplete":   {&auditlogs.IncompleteError{Op: "Own.List", Reason: "rows moved"}, 20},
		"unauthorized": {auditlogs.ErrUnauthorized, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink, read := newMemory(), 0
			source := windowed(func(_ context.Context, since, _ time.Time) eventSeq {
				read++
				var err error
				if since.Equal(w.Since.Add(2 * time.Hour)) {
					err = tc.err
				}
				return single([]auditlogs.Event{{ID: since.String()}}, err)
			})
			err := deliver.Backfill(t.Context(), sink, deliver.Options{Parallel: 1}, w, source)
			require.ErrorIs(t, err, tc.err)
			require.Equal(t, tc.read, read)
			var one *auditlogs.SourceError
			require.ErrorAs(t, err, &one)
			require.Equal(t, "own 2026-11-19T18:00:00Z/2026-11-19T19:00:00Z", one.Source)
			require.False(t, sink.place(one.Source).Done)
		})
	}
}

// Several processes share the work: together they store every record once, and a window that another one has finished is
// no error.
func TestBackfillRivals(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		srv, client := serve(t, 300)
		sink := newMemory()
		w := deliver.Windows{Since: noon.Add(-241 * time.Hour), Until: noon, Step: 12 * time.Hour}
		run := func() error {
			return deliver.Backfill(t.Context(), sink, deliver.Options{}, w, func(since, until time.Time) auditlogs.Source {
				return l.source(client, since, until, 5)
			})
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := run(); err != nil && !errors.Is(err, deliver.ErrMoved) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.NoError(t, run())
		require.ElementsMatch(t, l.keys(srv), sink.keys())
	})
}

// When the context ends, so does all that goes on, and its error is the only one.
func TestBackfillStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	source := windowed(func(ctx context.Context, since, _ time.Time) eventSeq {
		return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
			cancel(errors.New("enough"))
			<-ctx.Done()
			yield(nil, fmt.Errorf("reading: %w", ctx.Err()))
		}
	})
	w := deliver.Windows{Since: noon.Add(-20 * time.Hour), Until: noon, Step: time.Hour}
	err := deliver.Backfill(ctx, newMemory(), deliver.Options{}, w, source)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "enough")
	var one *auditlogs.SourceError
	require.False(t, errors.As(err, &one))
}

// A window that another process is still delivering by the end is an error: nobody has shown that it is whole.
func TestBackfillOfAWindowThatMoved(t *testing.T) {
	t.Parallel()
	w := deliver.Windows{Since: noon.Add(-time.Hour), Until: noon, Step: time.Hour}
	const name = "own 2026-11-20T11:00:00Z/2026-11-20T12:00:00Z"
	for _, done := range []bool{false, true} {
		sink := newMemory()
		sink.before = func(context.Context, deliver.Batch) error { // the other one was first
			sink.mu.Lock()
			defer sink.mu.Unlock()
			sink.places[name] = deliver.Place{Seq: 1, Cursor: "theirs", Done: done}
			return nil
		}
		err := deliver.Backfill(t.Context(), sink, deliver.Options{}, w, windowed(func(context.Context, time.Time, time.Time) eventSeq {
			return single([]auditlogs.Event{{ID: "1"}}, nil)
		}))
		if done {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, deliver.ErrMoved)
		}
		require.Empty(t, sink.keys())
	}
}

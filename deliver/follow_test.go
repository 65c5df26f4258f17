package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// epoch is how far the servers' clocks are from those of bubbles.
const epoch = 26*365*24*time.Hour + 17*time.Hour

func serverNow() time.Time { return time.Now().Add(epoch).UTC() }

// forBubbles runs a test for the log of each API, in a bubble with a server.
func forBubbles(t *testing.T, test func(t *testing.T, l log, srv *auditlogtest.Server)) {
	t.Helper()
	forLogs(t, func(t *testing.T, l log) {
		synctest.Test(t, func(t *testing.T) {
			srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(serverNow))
			defer srv.Close()
			test(t, l, srv)
		})
	})
}

// Records become visible late, runs are a quarter of an hour apart and some of them fail: every record that is late by less
// than Lag and Lookback is delivered once.
func TestCatchUpLateArrivals(t *testing.T) {
	t.Parallel()
	forBubbles(t, func(t *testing.T, l log, srv *auditlogtest.Server) {
		r := rand.New(rand.NewPCG(1, 2))
		sink, begin := newMemory(), serverNow()
		visible := map[int][]func(){} // by the minute in which it becomes visible
		const minutes = 6 * 60
		for n := range 400 {
			happened := r.IntN(minutes * 60)
			late := r.IntN(6*60 - 1) // seconds; Lag and Lookback are 6 minutes
			id, at := fmt.Sprint("id-", n), begin.Add(time.Duration(happened)*time.Second)
			minute := (happened + late) / 60 // added a little too early rather than too late
			visible[minute] = append(visible[minute], func() { l.add(srv, at, id) })
		}
		runs, failed := 0, 0
		sink.before = func(context.Context, deliver.Batch) error {
			if r.IntN(8) == 0 {
				return deliver.ErrRefused
			}
			return nil
		}
		for minute := range minutes + 60 {
			time.Sleep(59 * time.Second)
			for _, show := range visible[minute] {
				show()
			}
			time.Sleep(time.Second)
			if minute%15 != 14 {
				continue
			}
			if minute > minutes+30 {
				sink.before = nil
			}
			runs++
			err := deliver.CatchUp(t.Context(), sink, deliver.Options{}, l.source(clientOf(t, srv), begin, time.Time{}, 7))
			if err != nil {
				require.ErrorIs(t, err, deliver.ErrRefused)
				failed++
			}
		}
		require.NotZero(t, failed)
		require.Equal(t, (minutes+60)/15, runs)
		require.ElementsMatch(t, l.keys(srv), sink.keys())
	})
}

// A run stops once it has caught up, at no more than the cost of a poll, and the next goes on there. Without Since, the first
// begins at the server's now.
func TestCatchUpStops(t *testing.T) {
	t.Parallel()
	forBubbles(t, func(t *testing.T, l log, srv *auditlogtest.Server) {
		l.add(srv, serverNow().Add(-time.Hour), "before")
		sink := newMemory()
		var all []deliver.Progress
		run := func() {
			begin := time.Now()
			o := deliver.Options{Progress: func(p deliver.Progress) { all = append(all, p) }}
			require.NoError(t, deliver.CatchUp(t.Context(), sink, o, l.source(clientOf(t, srv), time.Time{}, time.Time{}, 0)))
			require.Less(t, time.Since(begin), time.Second, "it waits for nothing")
		}
		run()
		require.Len(t, all, 1)
		require.True(t, all[0].CaughtUp)
		require.Empty(t, sink.keys())
		time.Sleep(10 * time.Minute)
		l.add(srv, serverNow().Add(-5*time.Minute), "after")
		run()
		require.Len(t, sink.keys(), 1)
		last := all[len(all)-1]
		require.True(t, last.CaughtUp)
		require.EqualValues(t, 1, last.Place.Count)
		require.False(t, last.Place.Done)
		before := len(all)
		run()
		require.Len(t, all, before+1, "a poll that finds nothing is committed")
		require.Len(t, sink.keys(), 1)
	})
}

// A run that was cut short within a poll leaves the end of that poll to the next one, which shows only what was there when the
// poll began. The next run delivers what came later as well, and so do runs that commit no empty pages.
func TestCatchUpEndsAPollAndMakesAnother(t *testing.T) {
	t.Parallel()
	for name, quiet := range map[string]time.Duration{"commits every page": 0, "commits no empty page": 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forBubbles(t, func(t *testing.T, l log, srv *auditlogtest.Server) {
				begin, sink := serverNow().Add(-time.Hour), newMemory()
				for n := range 10 {
					l.add(srv, begin.Add(time.Duration(n)*time.Minute), fmt.Sprint("early ", n))
				}
				run := func(stop func(deliver.Progress)) error {
					o := deliver.Options{Quiet: quiet, Progress: stop}
					return deliver.CatchUp(t.Context(), sink, o, l.source(clientOf(t, srv), begin, time.Time{}, 3))
				}
				ctx, cancel := context.WithCancel(t.Context())
				o := deliver.Options{Quiet: quiet, Progress: func(deliver.Progress) { cancel() }} // after its first page
				require.ErrorIs(t, deliver.CatchUp(ctx, sink, o, l.source(clientOf(t, srv), begin, time.Time{}, 3)), context.Canceled)
				require.NotEmpty(t, sink.keys())
				for n := range 3 {
					time.Sleep(10 * time.Minute)
					l.add(srv, serverNow().Add(-5*time.Minute), fmt.Sprint("late ", n))
					require.NoError(t, run(nil))
					require.ElementsMatch(t, l.keys(srv), sink.keys(), "run %d", n)
				}
			})
		})
	}
}

// CatchUp and Follow take turns on one place.
func TestCatchUpAndFollowTakeTurns(t *testing.T) {
	t.Parallel()
	forBubbles(t, func(t *testing.T, l log, srv *auditlogtest.Server) {
		sink, begin := newMemory(), serverNow()
		source := func() auditlogs.Source { return l.source(clientOf(t, srv), begin, time.Time{}, 0) }
		for n := range 6 {
			l.add(srv, serverNow(), fmt.Sprint("id-", n))
			time.Sleep(20 * time.Minute)
			if n%2 == 0 {
				require.NoError(t, deliver.CatchUp(t.Context(), sink, deliver.Options{}, source()))
				continue
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			require.ErrorIs(t, deliver.Follow(ctx, sink, deliver.Options{}, source()), context.DeadlineExceeded)
			cancel()
		}
		require.ElementsMatch(t, l.keys(srv), sink.keys())
		require.Len(t, sink.keys(), 6)
	})
}

// A source that fails for good is reported and does not stop the others; Follow ends with the context, or once all failed.
func TestFollowGoesOnWithoutOne(t *testing.T) {
	t.Parallel()
	forBubbles(t, func(t *testing.T, refused log, srv *auditlogtest.Server) {
		client := clientOf(t, srv)
		sink, begin := newMemory(), serverNow()
		var sources []auditlogs.Source
		var others []log
		for _, l := range logs() {
			sources = append(sources, l.source(client, begin, time.Time{}, 0))
			if l.api != refused.api {
				others = append(others, l)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		var reports []*auditlogs.SourceError
		o := deliver.Options{Report: func(e *auditlogs.SourceError) {
			mu.Lock()
			defer mu.Unlock()
			reports = append(reports, e)
		}}
		ended := make(chan error)
		go func() { ended <- deliver.Follow(ctx, sink, o, sources...) }()
		for n := range 40 {
			if n == 10 {
				srv.Inject(auditlogtest.Fault{API: refused.api, Status: http.StatusForbidden, Times: 1000})
			}
			for _, l := range others {
				l.add(srv, serverNow(), fmt.Sprint("id-", n))
			}
			time.Sleep(time.Minute)
		}
		time.Sleep(10 * time.Minute)
		cancel()
		err := <-ended
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, auditlogs.ErrForbidden, "what ended one is returned, too")
		require.Len(t, reports, 1)
		require.ErrorIs(t, reports[0], auditlogs.ErrForbidden)
		require.Equal(t, refused.source(client, begin, time.Time{}, 0).Name(), reports[0].Source)
		for _, l := range others {
			require.ElementsMatch(t, l.keys(srv), sink.keys(l.source(client, begin, time.Time{}, 0).Name()), l.api)
		}

		sources = []auditlogs.Source{refused.source(client, begin, time.Time{}, 0)}
		require.ErrorIs(t, deliver.Follow(t.Context(), sink, o, sources...), auditlogs.ErrForbidden)
	})
}

// polls is a source of the caller's own that gives what a function says, and goes on from the number of a page.
func polls(name string, give func(n int) (*auditlogs.Page[auditlogs.Event], error)) *pages {
	return &pages{name: name, follow: func(_ context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
		return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
			n := 0
			_, _ = fmt.Sscan(string(from), &n)
			for {
				n++
				p, err := give(n)
				if p == nil && err == nil {
					return
				}
				if p != nil && p.Next == "" {
					p.Next = auditlogs.Cursor(fmt.Sprint(n))
				}
				if !yield(p, err) {
					return
				}
			}
		}
	}}
}

func eventPage(caughtUp bool, ids ...string) *auditlogs.Page[auditlogs.Event] {
	p := &auditlogs.Page[auditlogs.Event]{CaughtUp: caughtUp}
	for _, id := range ids {
		p.Items = append(p.Items, auditlogs.Event{ID: id})
	}
	return p
}

// One log of a source made of several may fail: that is reported and returned, and the others are delivered.
func TestOneOfSeveralLogs(t *testing.T) {
	t.Parallel()
	part := &auditlogs.SourceError{Source: "part", Err: auditlogs.ErrForbidden}
	source := polls("whole", func(n int) (*auditlogs.Page[auditlogs.Event], error) {
		switch n {
		case 1:
			return eventPage(false, "1"), nil
		case 2:
			return nil, part
		default:
			return eventPage(n == 4, fmt.Sprint(n)), nil
		}
	})
	sink, reports := newMemory(), 0
	err := deliver.CatchUp(t.Context(), sink, deliver.Options{Report: func(e *auditlogs.SourceError) {
		require.Equal(t, part, e)
		reports++
	}}, source)
	require.ErrorIs(t, err, auditlogs.ErrForbidden)
	require.Equal(t, 1, reports)
	require.Equal(t, []string{"1", "3", "4"}, sink.keys())

	ctx, cancel := context.WithCancel(t.Context())
	again := newMemory()
	err = deliver.Follow(ctx, again, deliver.Options{Progress: func(p deliver.Progress) {
		if p.Place.Count == 20 {
			cancel()
		}
	}}, source)
	require.ErrorIs(t, err, context.Canceled)
	require.GreaterOrEqual(t, len(again.keys()), 20)
}

// A source that ends although it is followed, or does not say where it goes on, has not shown that nothing is missing.
func TestFollowedSourcesDoNotEnd(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]*pages{
		"ends": polls("own", func(n int) (*auditlogs.Page[auditlogs.Event], error) {
			if n < 3 {
				return eventPage(false, "x"), nil
			}
			return nil, nil
		}),
		"without a cursor": {name: "own", follow: func(context.Context, auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
			return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) { yield(eventPage(true, "x"), nil) }
		}},
	} {
		for _, run := range []func() error{
			func() error { return deliver.CatchUp(t.Context(), newMemory(), deliver.Options{}, source) },
			func() error { return deliver.Follow(t.Context(), newMemory(), deliver.Options{}, source) },
		} {
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, run(), &incomplete, name)
		}
	}
}

// A page without events is committed as often as Quiet says; one with events always is.
func TestQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		sink := newMemory()
		source := polls("own", func(n int) (*auditlogs.Page[auditlogs.Event], error) {
			time.Sleep(time.Minute)
			if n%100 == 0 {
				return eventPage(true, fmt.Sprint(n)), nil
			}
			return eventPage(true), nil
		})
		err := deliver.Follow(ctx, sink, deliver.Options{Quiet: time.Hour}, source)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, sink.keys(), 14)
		require.Greater(t, sink.commits, 24)
		require.Less(t, sink.commits, 50, "of 1440 polls")
	})
}

// Progress and Report are called one at a time, whoever delivers.
func TestCallsComeOneAtATime(t *testing.T) {
	t.Parallel()
	var busy sync.Mutex
	alone := func() {
		if !busy.TryLock() {
			t.Error("two calls at once")
			return
		}
		busy.Unlock()
	}
	var sources []auditlogs.Source
	for i := range 20 {
		sources = append(sources, polls(fmt.Sprint("source ", i), func(n int) (*auditlogs.Page[auditlogs.Event], error) {
			if n == 40 && i%2 == 0 {
				return nil, errors.New("enough")
			}
			return eventPage(n == 50, fmt.Sprint(n)), nil
		}))
	}
	o := deliver.Options{Parallel: 20, Progress: func(deliver.Progress) { alone() }, Report: func(*auditlogs.SourceError) { alone() }}
	err := deliver.CatchUp(t.Context(), newMemory(), o, sources...)
	require.ErrorContains(t, err, "enough")
}

// All logs of an instance are refused: CatchUp says so of each, and ends.
func TestCatchUpWhereEveryLogIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(serverNow))
		defer srv.Close()
		srv.AddConnectors(auditlogs.Connector{ID: "another"})
		refuse := auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: http.StatusForbidden, After: 1, Times: -1}
		srv.Inject(refuse) // but for the list of connectors
		sink, begin := newMemory(), time.Now()
		source := clientOf(t, srv).DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Since: serverNow()})
		err := deliver.CatchUp(t.Context(), sink, deliver.Options{}, source)
		require.ErrorIs(t, err, auditlogs.ErrForbidden)
		require.Less(t, time.Since(begin), time.Minute)
		require.Empty(t, sink.keys())
	})
}

package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// A range is delivered once, however often the sink fails on the way, and a second time costs nothing.
func TestListOnce(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		srv, client := serve(t, 230)
		sink := newMemory()
		commits := 0
		sink.before = func(context.Context, deliver.Batch) error {
			if commits++; commits%3 == 0 {
				return fmt.Errorf("%w: today", deliver.ErrRefused)
			}
			return nil
		}
		source := func() auditlogs.Source { return l.source(client, time.Time{}, noon, 20) }
		runs := 0
		for err := errBroken; err != nil; runs++ {
			require.Less(t, runs, 100)
			if err = deliver.List(t.Context(), sink, source(), deliver.Options{}); err != nil {
				require.ErrorIs(t, err, deliver.ErrRefused)
				var one *auditlogs.SourceError
				require.ErrorAs(t, err, &one)
				require.Equal(t, source().Name(), one.Source)
				require.False(t, sink.place(source().Name()).Done)
			}
		}
		require.ElementsMatch(t, l.keys(srv), sink.keys())
		place := sink.place(source().Name())
		require.True(t, place.Done)
		require.EqualValues(t, 230, place.Count)
		require.EqualValues(t, sink.commits, place.Seq)

		sent(srv).Store(0)
		require.NoError(t, deliver.List(t.Context(), sink, source(), deliver.Options{}))
		require.Zero(t, sent(srv).Load(), "what is done is not read again")
		require.Equal(t, place, sink.place(source().Name()))
	})
}

// A place of another range or filter, or of a log that was followed, is an error and moves nothing.
func TestListOfAnotherRange(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		srv, client := serve(t, 60)
		sink := newMemory()
		sink.before = func(_ context.Context, b deliver.Batch) error {
			if b.To.Seq == 2 {
				return deliver.ErrRefused
			}
			return nil
		}
		list := func(until time.Time) error {
			return deliver.List(t.Context(), sink, l.source(client, time.Time{}, until, 20), deliver.Options{})
		}
		require.ErrorIs(t, list(noon), deliver.ErrRefused)
		sink.before = nil
		for _, begun := range []string{"half of a range", "a finished range"} {
			sent(srv).Store(0)
			err := list(noon.Add(time.Hour))
			require.ErrorIs(t, err, auditlogs.ErrCursorMismatch, begun)
			require.ErrorContains(t, err, "auditlogs.Named", begun)
			err = deliver.CatchUp(t.Context(), sink, deliver.Options{}, l.source(client, time.Time{}, time.Time{}, 20))
			require.ErrorIs(t, err, auditlogs.ErrCursorMismatch, begun)
			require.Zero(t, sent(srv).Load(), begun)
			require.NoError(t, list(noon))
		}
		require.ElementsMatch(t, l.keys(srv), sink.keys())
	})
}

// An answer to a commit that was lost is found out by asking, whatever is lost how often.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		synctest.Test(t, func(t *testing.T) {
			srv := auditlogtest.NewServer(auditlogtest.InMemory())
			defer srv.Close()
			srv.GenerateForBetween(l.api, noon.Add(-time.Hour), noon, 1, 300)
			sink := newMemory()
			lost := 0
			every := func(times int) func() error {
				n := 0
				return func() error {
					if n++; n%times == 0 {
						return errBroken
					}
					return nil
				}
			}
			before, after, asked := every(3), every(2), every(5)
			sink.before = func(context.Context, deliver.Batch) error { return before() }
			sink.after = func(context.Context, deliver.Batch) error {
				err := after()
				if err != nil {
					lost++
				}
				return err
			}
			sink.asked = func(string) error { return asked() }
			var reports, commits int
			err := deliver.List(t.Context(), sink, l.source(clientOf(t, srv), time.Time{}, noon, 10), deliver.Options{
				Report: func(e *auditlogs.SourceError) {
					reports++
					require.ErrorIs(t, e, errBroken)
				},
				Progress: func(p deliver.Progress) {
					commits++
					require.EqualValues(t, commits, p.Place.Seq)
					require.False(t, p.CaughtUp)
				},
			})
			require.NoError(t, err)
			require.NotZero(t, reports)
			require.NotZero(t, lost)
			require.Equal(t, sink.commits, commits)
			require.ElementsMatch(t, l.keys(srv), sink.keys())
		})
	})
}

// A sink that fails is tried again for as long as Patience says; one that refuses is not.
func TestPatience(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		patience time.Duration
		maxWait  time.Duration
		err      error
		tries    func(n int) bool
		lasts    time.Duration
	}{
		"five minutes unless set": {0, 0, errBroken, func(n int) bool { return n > 10 && n < 40 }, 5 * time.Minute},
		"an hour":                 {time.Hour, 0, errBroken, func(n int) bool { return n > 120 && n < 300 }, time.Hour},
		"short waits":             {time.Second, 10 * time.Millisecond, errBroken, func(n int) bool { return n > 100 && n < 210 }, time.Second},
		"none":                    {-1, 0, errBroken, func(n int) bool { return n == 1 }, 0},
		"refused":                 {0, 0, fmt.Errorf("no: %w", deliver.ErrRefused), func(n int) bool { return n == 1 }, 0},
		"invalid":                 {0, 0, deliver.ErrInvalidBatch, func(n int) bool { return n == 1 }, 0},
	} {
		for _, where := range []string{"Place", "Commit"} {
			t.Run(name+" "+where, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					sink := newMemory()
					tries := 0
					fail := func() error {
						tries++
						return tc.err
					}
					if where == "Place" {
						sink.asked = func(string) error { return fail() }
					} else {
						sink.before = func(context.Context, deliver.Batch) error { return fail() }
					}
					begin := time.Now()
					err := deliver.List(t.Context(), sink, endless(), deliver.Options{Patience: tc.patience, MaxWait: tc.maxWait})
					require.ErrorIs(t, err, tc.err)
					require.True(t, tc.tries(tries), tries)
					require.Equal(t, tc.lasts, time.Since(begin))
					require.Empty(t, sink.keys())
				})
			})
		}
	}
}

// endless is a source whose listing has no end.
func endless() *pages {
	return &pages{name: "endless", list: func(_ context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
		return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
			n := len(from)
			for yield(&auditlogs.Page[auditlogs.Event]{
				Items: []auditlogs.Event{{ID: fmt.Sprint(n)}}, Next: auditlogs.Cursor(strings.Repeat("x", n+1)),
			}, nil) {
				n++
			}
		}
	}}
}

// Where another process moves the source on, this one stores nothing more and says so; both together store every record once.
func TestRivals(t *testing.T) {
	t.Parallel()
	forLogs(t, func(t *testing.T, l log) {
		srv, client := serve(t, 400)
		sink := newMemory()
		for done := false; !done; {
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					err := deliver.List(t.Context(), sink, l.source(client, time.Time{}, noon, 10), deliver.Options{})
					if err != nil && !errors.Is(err, deliver.ErrMoved) {
						t.Error(err)
					}
				})
			}
			all.Wait()
			done = sink.place(l.source(client, time.Time{}, noon, 10).Name()).Done || t.Failed()
		}
		require.ElementsMatch(t, l.keys(srv), sink.keys())
	})
}

// A slow sink slows the reading: while one page is committed, one more is read and held.
func TestAPageIsReadWhileOneIsCommitted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		given := 0
		source := endless()
		list := source.list
		source.list = func(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
			return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
				for p, err := range list(ctx, from) {
					given++
					if !yield(p, err) {
						return
					}
				}
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		sink := newMemory()
		sink.before = func(_ context.Context, b deliver.Batch) error {
			synctest.Wait() // all that goes on meanwhile
			require.EqualValues(t, b.To.Seq+1, given)
			if b.To.Seq == 5 {
				cancel()
			}
			return nil
		}
		err := deliver.List(ctx, sink, source, deliver.Options{})
		require.ErrorIs(t, err, context.Canceled)
		var one *auditlogs.SourceError
		require.False(t, errors.As(err, &one), "that the context ended is no fault of a source")
	})
}

// A listing that is not known to be whole is not Done, and the next run goes on from its last page.
func TestIncompleteIsNotDone(t *testing.T) {
	t.Parallel()
	give := func(end error, nexts ...auditlogs.Cursor) *pages {
		return &pages{name: "own", list: func(_ context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
			return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
				for _, next := range nexts {
					if from != "" && next <= from && next != "" {
						continue
					}
					if !yield(&auditlogs.Page[auditlogs.Event]{Items: []auditlogs.Event{{ID: "before " + string(next)}}, Next: next}, nil) {
						return
					}
				}
				if end != nil {
					yield(nil, end)
				}
			}
		}}
	}
	incomplete := &auditlogs.IncompleteError{Op: "Own.List", Reason: "rows moved"}
	for name, source := range map[string]*pages{
		"incomplete":         give(incomplete, "a", "b"),
		"without a last":     give(nil, "a", "b"),
		"nothing at all":     give(nil),
		"incomplete at once": give(incomplete),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := newMemory()
			for range 2 {
				var missing *auditlogs.IncompleteError
				require.ErrorAs(t, deliver.List(t.Context(), sink, source, deliver.Options{}), &missing)
				require.False(t, sink.place("own").Done)
			}
			require.NoError(t, deliver.List(t.Context(), sink, give(nil, "a", "b", "c", ""), deliver.Options{}))
			require.ElementsMatch(t, []string{"before a", "before b", "before c", "before "}, sink.keys())
			require.True(t, sink.place("own").Done)
		})
	}
}

// A page without events in the middle is not the end, and a last one without events is.
func TestPagesWithoutEvents(t *testing.T) {
	t.Parallel()
	source := &pages{name: "own", list: func(_ context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
		return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
			for n := len(from); n < 6; n++ {
				p := eventPage(false)
				if n%2 == 1 {
					p = eventPage(false, fmt.Sprint(n))
				}
				if n < 5 {
					p.Next = auditlogs.Cursor(strings.Repeat("x", n+1))
				} else {
					p.Items = nil
				}
				if !yield(p, nil) {
					return
				}
			}
		}
	}}
	sink := newMemory()
	require.NoError(t, deliver.List(t.Context(), sink, source, deliver.Options{}))
	require.Equal(t, []string{"1", "3"}, sink.keys())
	require.EqualValues(t, 6, sink.place("own").Seq)
	require.True(t, sink.place("own").Done)
}

// Bad input is refused before anything is sent or stored.
func TestBadInput(t *testing.T) {
	t.Parallel()
	srv, client := serve(t, 1)
	good := client.AuditEvents.Source(auditlogs.AuditEventFilter{Until: noon})
	own := func(name string) auditlogs.Source { return &pages{name: name} }
	var none *pages
	sink := newMemory()
	sink.asked = func(string) error {
		t.Error("the sink was asked")
		return nil
	}
	list := func(to deliver.Sink, o deliver.Options, sources ...auditlogs.Source) []error {
		errs := []error{deliver.CatchUp(t.Context(), to, o, sources...), deliver.Follow(t.Context(), to, o, sources...)}
		if len(sources) == 1 {
			errs = append(errs, deliver.List(t.Context(), to, sources[0], o))
		}
		return errs
	}
	for name, tc := range map[string]struct {
		errs []error
		want error
	}{
		"no sink":          {list(nil, deliver.Options{}, good), auditlogs.ErrInvalidFilter},
		"a nil sink":       {list((*memory)(nil), deliver.Options{}, good), auditlogs.ErrInvalidFilter},
		"no source":        {list(sink, deliver.Options{}), auditlogs.ErrNoSource},
		"a nil source":     {list(sink, deliver.Options{}, nil), auditlogs.ErrInvalidFilter},
		"a nil own source": {list(sink, deliver.Options{}, none), auditlogs.ErrInvalidFilter},
		"two of a name":    {list(sink, deliver.Options{}, good, good), auditlogs.ErrInvalidFilter},
		"an odd name":      {list(sink, deliver.Options{}, own("a\x00")), deliver.ErrInvalidBatch},
		"a long name":      {list(sink, deliver.Options{}, own(strings.Repeat("x", deliver.MaxName+1))), deliver.ErrInvalidBatch},
		"no text":          {list(sink, deliver.Options{}, own("\xff")), deliver.ErrInvalidBatch},
		"parallel":         {list(sink, deliver.Options{Parallel: -1}, good), auditlogs.ErrInvalidFilter},
		"longest wait":     {list(sink, deliver.Options{MaxWait: -1}, good), auditlogs.ErrInvalidFilter},
		"quiet":            {list(sink, deliver.Options{Quiet: -1}, good), auditlogs.ErrInvalidFilter},
	} {
		for _, err := range tc.errs {
			require.ErrorIs(t, err, tc.want, name)
			require.NotContains(t, err.Error(), "\n", name)
		}
	}
	require.Zero(t, sent(srv).Load())
}

// A text is kept once, whoever comes first.
func TestRemember(t *testing.T) {
	t.Parallel()
	sink := newMemory()
	got := make([]string, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			var err error
			got[i], err = deliver.Remember(t.Context(), sink, "since", fmt.Sprint("text ", i))
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	again, err := deliver.Remember(t.Context(), sink, "since", "later")
	require.NoError(t, err)
	for _, text := range got {
		require.Equal(t, again, text)
	}
	require.Equal(t, 1, sink.commits)

	_, err = deliver.Remember(t.Context(), sink, "empty", "")
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	_, err = deliver.Remember(t.Context(), sink, "odd\x00", "x")
	require.ErrorIs(t, err, deliver.ErrInvalidBatch)
	_, err = deliver.Remember(t.Context(), nil, "x", "x")
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	sink.places["log"] = deliver.Place{Seq: 1, Cursor: "c", Count: 3}
	_, err = deliver.Remember(t.Context(), sink, "log", "x")
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
}

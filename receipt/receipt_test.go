package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/receipt"
)

func TestReadingsAreEqual(t *testing.T) {
	t.Parallel()
	quirks := map[string]auditlogtest.Quirks{
		"plain":     {},
		"ascending": {Order: auditlogtest.TimeAscending, IgnoreSort: true},
		"unordered": {Order: auditlogtest.Unordered, IgnoreSort: true, UnstableTies: true},
		"variants":  {Envelope: true, RowsMember: true, OffsetPages: true, Gzip: true, ShuffleResources: true, PlainNext: true},
		"pages":     {PageCap: 11, ShortPages: 3},
	}
	for _, s := range services() {
		want := take(t, s, newLog(t, s.api, auditlogtest.Quirks{}), auditlogs.ListOptions{})
		require.Equal(t, string(s.api), want.API)
		require.NotEmpty(t, want.Source)
		require.EqualValues(t, 200, want.Count)
		require.Len(t, want.Days, 3)
		for name, q := range quirks {
			t.Run(fmt.Sprintf("%s/%s", s.api, name), func(t *testing.T) {
				t.Parallel()
				srv := newLog(t, s.api, q)
				for _, size := range []int{0, 7, 50} {
					require.Equal(t, want, take(t, s, srv, auditlogs.ListOptions{PageSize: size}), "page size %d", size)
				}
			})
		}
	}
}

func TestStoreIsEqual(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		t.Run(string(s.api), func(t *testing.T) {
			t.Parallel()
			srv := newLog(t, s.api, auditlogtest.Quirks{})
			s.add(srv, since.AddDate(0, 0, -2)) // of another window, which the store has, too
			s.add(srv, until)
			source := s.source(newClient(t, srv), time.Time{}, time.Time{}, auditlogs.ListOptions{})
			events, err := auditlogs.Collect(auditlogs.Items(source.Pages(t.Context(), "")), 1000)
			require.NoError(t, err)
			require.Len(t, events, 202)

			live := take(t, s, srv, auditlogs.ListOptions{})
			wider, err := receipt.Take(t.Context(), source, since, until)
			require.NoError(t, err)
			require.True(t, live.Compare(wider).Equal(), "a source of more than the window")
			store, err := receipt.From(each(stored(t, events)...), since, until)
			require.NoError(t, err)
			require.Equal(t, timeless(wider), timeless(store))

			all, err := receipt.From(each(stored(t, events)...), time.Time{}, time.Time{})
			require.NoError(t, err)
			require.EqualValues(t, 2, live.Compare(all).AtLeast())
		})
	}
}

func TestOneRecordIsFound(t *testing.T) {
	t.Parallel()
	second := since.AddDate(0, 0, 1)
	for _, s := range services() {
		for name, tc := range map[string]struct {
			do   func(*testing.T, *auditlogtest.Server)
			more int // records of the second day afterwards
		}{
			"deleted": {s.remove, -1},
			"added":   {func(_ *testing.T, srv *auditlogtest.Server) { s.add(srv, second.Add(time.Hour)) }, 1},
			"altered": {s.change, 0},
		} {
			t.Run(fmt.Sprintf("%s/%s", s.api, name), func(t *testing.T) {
				t.Parallel()
				srv := newLog(t, s.api, auditlogtest.Quirks{})
				before := take(t, s, srv, auditlogs.ListOptions{})
				tc.do(t, srv)
				d := before.Compare(take(t, s, srv, auditlogs.ListOptions{}))

				count := before.Days[1].Count
				require.False(t, d.Equal())
				require.Equal(t, []receipt.DayDifference{{Date: second, Count: count, Other: uint64(int(count) + tc.more)}}, d.Days)
				require.EqualValues(t, 1, d.AtLeast())
			})
		}
	}
}

func TestNoReceiptWithoutAnEnd(t *testing.T) {
	t.Parallel()
	t.Run("fails on a later page", func(t *testing.T) {
		t.Parallel()
		for _, s := range services() {
			srv := newLog(t, s.api, auditlogtest.Quirks{})
			srv.Inject(auditlogtest.Fault{After: 1, Times: -1, Status: 503})
			r, err := receipt.Take(t.Context(), s.source(newClient(t, srv), since, until, auditlogs.ListOptions{PageSize: 50}), since, until)
			require.ErrorIs(t, err, auditlogs.ErrServer, s.api)
			require.Zero(t, r)
		}
	})
	t.Run("repeats itself", func(t *testing.T) {
		t.Parallel()
		for _, s := range services() {
			srv := newLog(t, s.api, auditlogtest.Quirks{LoopNext: true, PageCap: 50})
			r, err := receipt.Take(t.Context(), s.source(newClient(t, srv), since, until, auditlogs.ListOptions{PageSize: 50}), since, until)
			if s.api == auditlogtest.Akinon { // read by its bounds, and not by its pages
				require.NoError(t, err)
				require.EqualValues(t, 200, r.Count)
				continue
			}
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, err, &incomplete, s.api)
			require.Zero(t, r)
		}
	})
	type page = auditlogs.Page[auditlogs.Event]
	for name, pages := range map[string][]*page{
		"no page":                {},
		"no last page":           {{Next: "a"}, {Next: "b"}},
		"nil page":               {{Next: "a"}, nil, {}},
		"more after the last":    {{}, {}},
		"end in the middle only": {{Next: "a"}, {}, {Next: "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := receipt.Take(t.Context(), fake{pages: pages}, since, until)
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, err, &incomplete)
			require.Zero(t, r)
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := services()[0]
		_, err := receipt.Take(ctx, s.source(newClient(t, newLog(t, s.api, auditlogtest.Quirks{})), since, until, auditlogs.ListOptions{}), since, until)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("of a store", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		r, err := receipt.From(func(yield func(auditlogs.Event, error) bool) {
			_ = yield(auditlogs.Event{Time: since}, nil) && yield(auditlogs.Event{}, broken)
		}, since, until)
		require.ErrorIs(t, err, broken)
		require.Zero(t, r)
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	unread := fake{unread: func() { t.Error("the source was read") }}
	_, err := receipt.Take(t.Context(), nil, since, until)
	require.ErrorIs(t, err, auditlogs.ErrNoSource)
	_, err = receipt.From(nil, since, until)
	require.ErrorIs(t, err, auditlogs.ErrNoSource)
	for _, end := range []time.Time{since, since.Add(-1)} {
		_, err = receipt.Take(t.Context(), unread, since, end)
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	}
	for name, e := range map[string]auditlogs.Event{
		"not JSON":   {Raw: []byte(`{"secret"`)},
		"two values": {Raw: []byte(`1 2`)},
		"year 10000": {Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"year -1":    {Time: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		_, err := receipt.From(each(e), time.Time{}, time.Time{})
		require.ErrorIs(t, err, receipt.ErrInvalidEvent, name)
		require.NotContains(t, err.Error(), "secret", name)
	}
}

func TestEmptyWindow(t *testing.T) {
	t.Parallel()
	s := services()[0]
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	live := take(t, s, srv, auditlogs.ListOptions{})
	require.Zero(t, live.Count)
	require.Empty(t, live.API)
	require.Empty(t, live.Days)
	store, err := receipt.From(each(auditlogs.Event{Time: until}), since, until)
	require.NoError(t, err)
	require.Equal(t, receipt.Difference{}, live.Compare(store))
}

func TestReadAtIsTheEndOfTheReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := time.Now().Add(time.Hour)
		r, err := receipt.From(func(func(auditlogs.Event, error) bool) { time.Sleep(time.Hour) }, since.In(time.FixedZone("", 3600)), time.Time{})
		require.NoError(t, err)
		require.Equal(t, end.UTC().Round(0), r.ReadAt) // Equal compares the zone and the clock, too
		require.Equal(t, since, r.Since)
		require.Equal(t, time.Time{}, r.Until)
	})
	now := time.Now() // with a monotonic clock, unlike in a bubble
	r, err := receipt.From(each(), now, time.Time{})
	require.NoError(t, err)
	require.Equal(t, now.UTC().Round(0), r.Since)
	require.Equal(t, r.ReadAt.Round(0), r.ReadAt)
}

func TestTakeNamesItsSource(t *testing.T) {
	t.Parallel()
	page := &auditlogs.Page[auditlogs.Event]{Items: []auditlogs.Event{{API: "a", Source: "x"}, {API: "a", Source: "y"}}}
	r, err := receipt.Take(t.Context(), fake{pages: []*auditlogs.Page[auditlogs.Event]{page}}, time.Time{}, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "fake"}, []string{r.API, r.Source})
}

func TestSeveralSources(t *testing.T) {
	t.Parallel()
	a := auditlogs.Event{API: auditlogs.APIAkinon, Source: "a", Time: since}
	b := auditlogs.Event{API: auditlogs.APIAkinon, Source: "b", Time: since}
	c := auditlogs.Event{API: auditlogs.APIWaldur, Source: "b", Time: since}
	for name, tc := range map[string]struct {
		events      []auditlogs.Event
		api, source string
	}{
		"one source":  {[]auditlogs.Event{a, a}, "akinon", "a"},
		"one API":     {[]auditlogs.Event{a, b, a}, "akinon", ""},
		"two APIs":    {[]auditlogs.Event{b, c, c}, "", "b"},
		"back again":  {[]auditlogs.Event{b, c, b, b}, "", "b"},
		"all differ":  {[]auditlogs.Event{a, c, c}, "", ""},
		"none at all": {nil, "", ""},
	} {
		r := of(t, tc.events...)
		require.Equal(t, []string{tc.api, tc.source}, []string{r.API, r.Source}, name)
	}
}

// fake is a source whose pages a test chooses.
type fake struct {
	pages  []*auditlogs.Page[auditlogs.Event]
	unread func()
}

func (fake) Name() string { return "fake" }

func (f fake) Pages(context.Context, auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		if f.unread != nil {
			f.unread()
		}
		for _, p := range f.pages {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (f fake) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return f.Pages(ctx, from)
}

package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// stored reads all events of a source back.
func stored(t *testing.T, s *Sink, source string) []auditlogs.Event {
	t.Helper()
	events, err := auditlogs.Collect(s.Events(t.Context(), source), math.MaxInt)
	require.NoError(t, err)
	return events
}

func place(t *testing.T, s *Sink, source string) deliver.Place {
	t.Helper()
	p, err := s.Place(t.Context(), source)
	require.NoError(t, err)
	return p
}

func TestCommitStoresEventsAndPlace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.db")
	events := realEvents(t, 300)
	first := next("log", deliver.Place{}, events[:101]...)
	second := next("log", first.To)
	third := next("log", second.To, events[101:]...)
	third.To.Done = true

	s := openSink(t, path)
	require.Zero(t, place(t, s, "log"))
	before := time.Now().Add(-time.Second)
	for _, b := range []deliver.Batch{first, second, third} {
		require.NoError(t, s.Commit(t.Context(), b))
		p := place(t, s, "log")
		require.True(t, p.Same(b.To), "%+v", p)
		require.WithinRange(t, p.Updated, before, time.Now())
		require.Equal(t, time.UTC, p.Updated.Location())
	}
	require.NoError(t, s.Close())

	s = openSink(t, path)
	require.True(t, place(t, s, "log").Same(third.To))
	require.Equal(t, asStored(t, events...), stored(t, s, "log"))
}

func TestCommitKeepsNothingOfTheBatch(t *testing.T) {
	t.Parallel()
	s, e := newSink(t), realEvents(t, 1)[0]
	b := next("log", deliver.Place{}, e)
	require.NoError(t, s.Commit(t.Context(), b))
	b.Events[0] = auditlogs.Event{ID: "another"}
	require.Equal(t, asStored(t, e), stored(t, s, "log"))
}

func TestCommitRefusesAnotherPlace(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	first := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
	require.NoError(t, s.Commit(t.Context(), first))
	for name, change := range map[string]func(*deliver.Place){
		"seq":    func(p *deliver.Place) { p.Seq++ },
		"cursor": func(p *deliver.Place) { p.Cursor += " " },
		"done":   func(p *deliver.Place) { p.Done = true },
		"count":  func(p *deliver.Place) { p.Count++ },
		"zero":   func(p *deliver.Place) { *p = deliver.Place{} },
	} {
		from := first.To
		change(&from)
		err := s.Commit(t.Context(), next("log", from, auditlogs.Event{ID: "2"}))
		require.ErrorIs(t, err, deliver.ErrMoved, name)
		require.NotErrorIs(t, err, deliver.ErrRefused, name)
	}
	require.ErrorIs(t, s.Commit(t.Context(), next("other", first.To)), deliver.ErrMoved)
	require.True(t, place(t, s, "log").Same(first.To))
	require.Equal(t, asStored(t, auditlogs.Event{ID: "1"}), stored(t, s, "log"))
	require.Zero(t, place(t, s, "other"))
}

func TestCommitRefusesInvalidBatches(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	for name, change := range map[string]func(*deliver.Batch){
		"seq":       func(b *deliver.Batch) { b.To.Seq++ },
		"count":     func(b *deliver.Batch) { b.To.Count++ },
		"long name": func(b *deliver.Batch) { b.Source = strings.Repeat("x", deliver.MaxName+1) },
		"zero byte": func(b *deliver.Batch) { b.Source = "a\x00b" },
		"great seq": func(b *deliver.Batch) { b.From.Seq, b.To.Seq = math.MaxInt64, math.MaxInt64+1 },
		"great count": func(b *deliver.Batch) {
			b.From.Count, b.To.Count = math.MaxUint64-1, math.MaxUint64
		},
	} {
		b := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
		change(&b)
		require.ErrorIs(t, s.Commit(t.Context(), b), deliver.ErrInvalidBatch, name)
	}
	_, err := s.Place(t.Context(), "\xff")
	require.ErrorIs(t, err, deliver.ErrInvalidBatch)
	require.Empty(t, stored(t, s, "log"))
}

// Several writers, each with a connection of its own, try to take a source on from the same place again and again.
func TestRivalsCommitOnce(t *testing.T) {
	t.Parallel()
	const rivals, batches = 4, 25
	path := filepath.Join(t.TempDir(), "audit.db")
	var wg sync.WaitGroup
	errs := make([]error, rivals)
	for i := range rivals {
		s := openSink(t, path)
		wg.Go(func() {
			for p := (deliver.Place{}); p.Seq < batches && errs[i] == nil; {
				if p, errs[i] = s.Place(t.Context(), "log"); errs[i] != nil || p.Seq == batches {
					return
				}
				id := string(rune('a' + p.Seq))
				if err := s.Commit(t.Context(), next("log", p, auditlogs.Event{ID: id})); !errors.Is(err, deliver.ErrMoved) {
					errs[i] = err
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	var ids string
	for _, e := range stored(t, openSink(t, path), "log") {
		ids += e.ID
	}
	require.Equal(t, "abcdefghijklmnopqrstuvwxy", ids)
}

func TestCommitWithEndedContextStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 1000)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Commit(ended, next("log", deliver.Place{}, events...)), context.Canceled)
	require.Zero(t, place(t, s, "log"))

	for range 30 { // each at another moment
		from := place(t, s, "log")
		b := next("log", from, events...)
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		err := s.Commit(ctx, b)
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
		at := place(t, s, "log")
		require.True(t, at.Same(b.To) || err != nil && at.Same(from), "%v: %+v", err, at)
		require.Len(t, stored(t, s, "log"), int(at.Count))
	}
}

func TestCommitOfAwkwardEvents(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	minute := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	events := []auditlogs.Event{
		{},
		{ID: "a\x00b", Action: "\x00", Actor: auditlogs.Actor{Name: "x\xffy"}, API: "unknown"},
		{ID: "\u2028<&>\U0001F600", Time: minute},
		{ID: "year 0", Time: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)},
		{ID: "year 9999", Time: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)},
		{ID: "bytes", API: "unknown", Raw: json.RawMessage(`{"a":"` + "\xff" + `","b":"\u0000"}`)},
	}
	b := next("", deliver.Place{}, events...)
	require.NoError(t, s.Commit(t.Context(), b))

	require.Equal(t, asStored(t, events...), stored(t, s, ""))

	var id, name string
	err := s.DB().QueryRowContext(t.Context(), `SELECT id, actor_name FROM auditlogs WHERE n = 1`).Scan(&id, &name)
	require.NoError(t, err)
	require.Equal(t, []string{"a\uFFFDb", "x\uFFFDy"}, []string{id, name})
	var none, none2 *string
	err = s.DB().QueryRowContext(t.Context(), `SELECT time, action FROM auditlogs WHERE n = 0`).Scan(&none, &none2)
	require.NoError(t, err)
	require.Nil(t, none)
	require.Nil(t, none2)

	beyond := auditlogs.Event{ID: "year 10000", Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}
	require.ErrorIs(t, s.Commit(t.Context(), next("", b.To, auditlogs.Event{}, beyond)), deliver.ErrRefused)
	require.True(t, place(t, s, "").Same(b.To))
}

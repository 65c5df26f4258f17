package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

func list(t *testing.T, nc *nats.Conn) []fleet.State {
	t.Helper()
	all, err := fleet.List(t.Context(), nc)
	require.NoError(t, err)
	return all
}

func TestSource(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for _, test := range []struct {
		spec fleet.Spec
		want string
	}{
		{fleet.Spec{Tenant: "acme", API: "akinon"}, "acme/akinon"},
		{fleet.Spec{Tenant: "acme", API: "akinon", Name: "eu"}, "acme/akinon/eu"},
		{fleet.Spec{Tenant: "acme/akinon", API: "eu"}, "acme%2Fakinon/eu"},
		{fleet.Spec{Tenant: "acme%2Fakinon", API: "eu"}, "acme%252Fakinon/eu"},
		{fleet.Spec{Tenant: "acme", API: "akinon", Since: day, Until: day.AddDate(0, 0, 1)}, "acme/akinon/ 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"},
		{fleet.Spec{Tenant: "acme", API: "akinon", Name: "eu", Since: day, Until: day.AddDate(0, 0, 1)}, "acme/akinon/eu 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"},
	} {
		require.Equal(t, test.want, test.spec.Source())
		require.False(t, seen[test.want])
		seen[test.want] = true
	}
}

func TestBadSpecs(t *testing.T) {
	t.Parallel()
	good := fleet.Spec{Tenant: "a", API: "akinon"}
	for name, test := range map[string]struct {
		change func(*fleet.Spec)
		field  string
	}{
		"no tenant":       {func(s *fleet.Spec) { s.Tenant = "" }, "Tenant"},
		"no API":          {func(s *fleet.Spec) { s.API = "" }, "API"},
		"no JSON":         {func(s *fleet.Spec) { s.Params = json.RawMessage("{") }, "Params"},
		"large":           {func(s *fleet.Spec) { s.Params = json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`) }, "Params"},
		"no range":        {func(s *fleet.Spec) { s.Since, s.Until = time.Unix(2, 0), time.Unix(2, 0) }, "Since"},
		"a long name":     {func(s *fleet.Spec) { s.Name = strings.Repeat("x", deliver.MaxName) }, "Tenant"},
		"a name of bytes": {func(s *fleet.Spec) { s.Name = "\xff" }, "Tenant"},
		"the fleet's own": {func(s *fleet.Spec) { s.Name = "eu since" }, "Name"},
		"its own, as API": {func(s *fleet.Spec) { s.API = "x since" }, "Name"},
		"NUL":             {func(s *fleet.Spec) { s.Tenant = "a\x00" }, "Tenant"},
	} {
		bad := good
		test.change(&bad)
		for op, do := range map[string]func(context.Context, *nats.Conn, ...fleet.Spec) error{"Add": fleet.Add, "Remove": fleet.Remove} {
			err := do(t.Context(), new(nats.Conn), good, bad) // a connection that would panic
			var refused *auditlogs.FilterError
			require.ErrorAs(t, err, &refused, name)
			require.Equal(t, test.field, refused.Field, name)
			require.Equal(t, "fleet."+op, refused.Op)
		}
	}
	require.ErrorContains(t, fleet.Add(t.Context(), new(nats.Conn), good, good), "two of")
}

func TestBackfillSpecs(t *testing.T) {
	t.Parallel()
	s := fleet.Spec{Tenant: "a", API: "akinon", Name: "n", Secret: "c", Params: json.RawMessage("{}")}
	w := deliver.Windows{Since: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), Until: time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC), Step: 24 * time.Hour}
	all, err := fleet.Backfill(s, w)
	require.NoError(t, err)
	require.Len(t, all, 4)
	at := w.Since
	for i, one := range all {
		require.Equal(t, at, one.Since, "no gap")
		at = one.Until
		one.Since, one.Until = time.Time{}, time.Time{}
		require.Equal(t, s, one, i)
	}
	require.Zero(t, at, "the last one follows")
	for _, bad := range []deliver.Windows{{}, {Since: w.Since, Until: w.Until}, {Since: w.Until, Until: w.Since, Step: time.Hour}} {
		_, err := fleet.Backfill(s, bad)
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	}
	s.Since = w.Since
	_, err = fleet.Backfill(s, w)
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
}

func TestAddAndRemove(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	s := fleet.Spec{Tenant: "acme corp", API: "akinon", Name: "eu/1", Params: json.RawMessage(`{"a":1}`), Secret: "c"}
	window := fleet.Spec{Tenant: "acme corp", API: "akinon", Since: time.Unix(0, 0), Until: time.Unix(60, 0)}
	before := time.Now().Add(-time.Second)
	require.NoError(t, fleet.Add(t.Context(), nc, s, window))
	first := list(t, nc)
	require.Len(t, first, 2)
	require.Equal(t, window.Source(), first[0].Spec.Source())
	since := first[1].Spec.Since
	require.WithinRange(t, since, before, time.Now())
	require.Zero(t, first[0].Lag)

	info := func() uint64 {
		tasks, err := stream(t, nc).Stream(t.Context(), "AUDITLOGS_TASKS")
		require.NoError(t, err)
		return tasks.CachedInfo().State.LastSeq
	}
	last := info()
	require.NoError(t, fleet.Add(t.Context(), nc, window, s))
	require.Equal(t, last, info(), "adding again changes nothing")
	same := s
	same.Since = since
	require.NoError(t, fleet.Add(t.Context(), nc, same))
	require.Equal(t, last, info())

	other := s
	other.Params = json.RawMessage(`{"a":2}`)
	require.NoError(t, fleet.Add(t.Context(), nc, other))
	second := list(t, nc)
	require.Len(t, second, 2)
	require.JSONEq(t, `{"a":2}`, string(second[1].Spec.Params))
	require.True(t, since.Equal(second[1].Spec.Since), "it begins where it began")

	other.Since = since.Add(-time.Hour)
	require.ErrorIs(t, fleet.Add(t.Context(), nc, other), fleet.ErrSince)

	require.NoError(t, fleet.Remove(t.Context(), nc, s, fleet.Spec{Tenant: "nobody", API: "akinon"}))
	require.Len(t, list(t, nc), 1)
	require.NoError(t, fleet.Add(t.Context(), nc, s))
	third := list(t, nc)
	require.Len(t, third, 2)
	require.True(t, since.Equal(third[1].Spec.Since), "it goes on where it was")
}

// A list is longer than what a server gives at once.
func TestLongList(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	var specs []fleet.Spec
	for n := range 501 {
		specs = append(specs, spec(fmt.Sprint(n)))
	}
	require.NoError(t, fleet.Add(t.Context(), nc, specs...))
	require.Len(t, list(t, nc), len(specs))
}

// Those who only look make no streams, and no streams are not an empty fleet.
func TestNoFleet(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	_, err := fleet.List(t.Context(), nc)
	require.ErrorIs(t, err, fleet.ErrNoFleet)
	require.ErrorIs(t, fleet.Remove(t.Context(), nc, spec("a")), fleet.ErrNoFleet)
	for _, err := range fleet.Events(t.Context(), nc, "") {
		require.ErrorIs(t, err, fleet.ErrNoFleet)
	}
	require.NoError(t, fleet.Add(t.Context(), nc))
	require.Empty(t, list(t, nc))
}

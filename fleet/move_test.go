package fleet_test

import (
	"path/filepath"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/stretchr/testify/require"
)

// The way out that docs/fleet.md describes: what the stream holds is fed into another store, and each log goes on there, behind its
// place, without the fleet.
func TestMoveAway(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	since := time.Now().Add(-24 * time.Hour).Truncate(time.Second)
	tenants := madeup.New(5, since)
	defer tenants.Close()
	for _, one := range tenants {
		one.Add(since, time.Now().Add(-time.Hour), 100)
	}
	require.NoError(t, fleet.Add(t.Context(), nc, tenants.Specs()...))
	crew := work(t, nc, 1, fleet.Options{}, madeup.Open)
	caughtUp(t, nc, since)
	crew.stop()

	file, err := deliver.OpenFile(filepath.Join(t.TempDir(), "audit.jsonl"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	require.NoError(t, deliver.CatchUp(t.Context(), file, deliver.Options{}, fleet.Log(nc)))
	var sources []auditlogs.Source
	for _, one := range list(t, nc) {
		to := deliver.Place{Seq: 1, Cursor: one.Place.Cursor}
		require.NoError(t, file.Commit(t.Context(), deliver.Batch{Source: one.Spec.Source(), To: to}))
		s, err := madeup.Open(t.Context(), one.Spec)
		require.NoError(t, err)
		sources = append(sources, auditlogs.Named(one.Spec.Source(), s))
	}
	for _, one := range tenants {
		one.Add(time.Now().Add(-30*time.Second), time.Now(), 20)
	}
	o := deliver.Options{Follow: auditlogs.FollowOptions{Lag: time.Nanosecond}}
	require.NoError(t, deliver.CatchUp(t.Context(), file, o, sources...))

	d, err := tenants.Compare(t.Context(), func(yield func(auditlogs.Event, error) bool) {
		for _, name := range append([]string{"fleet"}, names(sources)...) {
			for e, err := range file.Events(t.Context(), name) {
				if !yield(e, err) {
					return
				}
			}
		}
	})
	require.NoError(t, err)
	require.True(t, d.Whole(), d)
	require.Equal(t, 5*120, d.Records)
}

func names(sources []auditlogs.Source) (all []string) {
	for _, s := range sources {
		all = append(all, s.Name())
	}
	return all
}

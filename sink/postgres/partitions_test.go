package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// byPartition returns how many events are in each partition that has some.
func byPartition(t *testing.T, pool *pgxpool.Pool) map[string]int {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT tableoid::regclass::text, count(*) FROM auditlogs.events GROUP BY 1`)
	require.NoError(t, err)
	counts := map[string]int{}
	var name string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&name, &n}, func() error { counts[strings.TrimPrefix(name, "auditlogs.")] = n; return nil })
	require.NoError(t, err)
	return counts
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t, postgres.WithPartitions())
	events := append(someEvents(t, 0, 5), auditlogs.Event{}) // two seconds of May, three of June, and none
	first := behind(deliver.Place{}, "a", events...)
	require.NoError(t, s.Commit(t.Context(), first))
	require.Equal(t, map[string]int{"events_default": 6}, byPartition(t, pool))

	may := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	east := time.FixedZone("", 7200)
	require.NoError(t, s.AddPartitions(t.Context(), may.AddDate(0, 1, 0).In(east), may.AddDate(0, 2, 0).In(east)))
	require.Equal(t, map[string]int{"events_default": 3, "events_2026_06": 3}, byPartition(t, pool), "moved, and July not added")
	for range 2 {
		require.NoError(t, s.AddPartitions(t.Context(), day, day.Add(time.Second)))
		require.Equal(t, map[string]int{"events_default": 1, "events_2026_05": 2, "events_2026_06": 3}, byPartition(t, pool))
	}
	second := behind(first.To, "a", events...)
	require.NoError(t, s.Commit(t.Context(), second))
	require.Equal(t, map[string]int{"events_default": 2, "events_2026_05": 4, "events_2026_06": 6}, byPartition(t, pool))

	var got []string
	for e, err := range s.Events(t.Context(), "a") {
		require.NoError(t, err)
		got = append(got, e.ID)
	}
	require.Equal(t, []string{"e0", "e1", "e2", "e3", "e4", "", "e0", "e1", "e2", "e3", "e4", ""}, got, "in the order of the commits, over all partitions")

	_, err := pool.Exec(t.Context(), `DROP TABLE auditlogs.events_2026_05`)
	require.NoError(t, err)
	at, err := s.Place(t.Context(), "a")
	require.NoError(t, err)
	require.True(t, at.Same(second.To), "what is deleted is not delivered again")
	require.NoError(t, s.Commit(t.Context(), behind(second.To, "a", events...)))
	require.Equal(t, map[string]int{"events_default": 5, "events_2026_06": 9}, byPartition(t, pool))
}

func TestPartitionsOfBadRanges(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t, postgres.WithPartitions())
	for _, r := range [][2]time.Time{{day, day}, {day, day.Add(-1)}, {{}, day}, {day, {}}} {
		require.ErrorIs(t, s.AddPartitions(t.Context(), r[0], r[1]), auditlogs.ErrInvalidConfig)
	}
}

// A name that a table has which is no partition, such as one that was detached to be archived.
func TestPartitionsNameInUse(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t, postgres.WithPartitions())
	require.NoError(t, s.AddPartitions(t.Context(), day, day.Add(1)))
	_, err := pool.Exec(t.Context(), `ALTER TABLE auditlogs.events DETACH PARTITION auditlogs.events_2026_05`)
	require.NoError(t, err)
	requireError(t, s.AddPartitions(t.Context(), day, day.Add(1)), "42P07", true)
}

// Partitions are added by several processes while others commit and read: nothing is lost, and what fails may be tried again.
func TestPartitionsMeanwhile(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	s, pool := open(t, address, postgres.WithPartitions())
	places := make([]deliver.Place, 4)
	var all sync.WaitGroup
	for i := range places {
		source := fmt.Sprint("source ", i)
		all.Go(func() {
			for at := (deliver.Place{}); at.Seq < 20; {
				events := someEvents(t, int(at.Count), 10)
				for k := range events {
					events[k].Time = day.AddDate(0, k, 0)
				}
				b := behind(at, source, events...)
				if err := s.Commit(t.Context(), b); err == nil {
					at = b.To
				} else {
					requirePassing(t, err)
				}
				places[i] = at
			}
		})
	}
	for range 2 {
		adder, _ := open(t, address)
		all.Go(func() {
			for month := range 10 {
				if err := adder.AddPartitions(t.Context(), day.AddDate(0, month, 0), day.AddDate(0, month, 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i, at := range places {
		requireStored(t, address, fmt.Sprint("source ", i), at)
	}
	require.NotContains(t, byPartition(t, pool), "events_default")
}

// README.md says how tables without partitions are changed for some with.
func TestPartitionsLater(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	old, pool := open(t, address, postgres.WithSchema("old"))
	first := behind(deliver.Place{}, "a", someEvents(t, 0, 5)...)
	require.NoError(t, old.Commit(t.Context(), first))
	s, _ := open(t, address, postgres.WithPartitions())
	require.NoError(t, s.AddPartitions(t.Context(), day, day.Add(1)))
	_, err := pool.Exec(t.Context(), `INSERT INTO auditlogs.events SELECT * FROM old.events; INSERT INTO auditlogs.places SELECT * FROM old.places`)
	require.NoError(t, err)
	requireStored(t, address, "a", first.To)
	require.Equal(t, map[string]int{"events_default": 3, "events_2026_05": 2}, byPartition(t, pool))
	second := behind(first.To, "a", someEvents(t, 5, 5)...)
	require.NoError(t, s.Commit(t.Context(), second))
	requireStored(t, address, "a", second.To)
}

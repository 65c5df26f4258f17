package fleet

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/stretchr/testify/require"
)

// Turns that several workers reserve are as far apart as the rate says, whoever reserves how many.
func TestBudgetIsShared(t *testing.T) {
	t.Parallel()
	nc, stop, err := Embedded(t.TempDir())
	require.NoError(t, err)
	defer stop()
	const perMinute = 1200
	var mu sync.Mutex
	var turns []time.Time // by the clock of the servers
	var all sync.WaitGroup
	for range 4 {
		b := NewBudgets(nc).Of("credential", perMinute)
		_, ahead, err := b.budgets.open(t.Context())
		require.NoError(t, err)
		all.Go(func() {
			for range 10 {
				got, err := b.budgets.reserve(t.Context(), b.subject, time.Duration(b.every.Load()), 5)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, at := range got {
					turns = append(turns, at.Round(0).Add(ahead)) // the clocks of workers differ
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.SortFunc(turns, time.Time.Compare)
	require.Len(t, turns, 4*10*5)
	for i := 1; i < len(turns); i++ {
		apart := turns[i].Sub(turns[i-1])
		require.GreaterOrEqual(t, apart, 50*time.Millisecond, "turn %d", i)
	}
}

func TestBudgetsAreApart(t *testing.T) {
	t.Parallel()
	nc, stop, err := Embedded(t.TempDir())
	require.NoError(t, err)
	defer stop()
	budgets := NewBudgets(nc)
	require.Same(t, budgets.Of("a", 60), budgets.Of("a", 60))
	for _, credential := range []string{"a", "b", "a.b", "a b", ""} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		require.NoError(t, budgets.Of(credential, 1).Wait(ctx), "the first turn of %q is now", credential)
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	waits := make(chan error)
	go func() { waits <- budgets.Of("a", 1).Wait(ctx) }()
	cancel()
	require.ErrorIs(t, <-waits, context.Canceled, "the second one is in a minute")
	require.ErrorIs(t, budgets.Of("c", 0).Wait(t.Context()), auditlogs.ErrInvalidFilter)
	require.ErrorIs(t, NewBudgets(nil).Of("c", 1).Wait(t.Context()), auditlogs.ErrInvalidFilter)
}

// A budget is a limiter of a client.
func TestBudgetIsALimiter(t *testing.T) {
	t.Parallel()
	_, err := auditlogs.NewClient(auditlogs.WithLimiter(NewBudgets(nil).Of("a", 60)))
	require.NoError(t, err)
}

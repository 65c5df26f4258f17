package fleet

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

func TestFairness(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFairness(8, 0, 2)
		enter := func(tenant string, failing, want bool) ticket {
			t.Helper()
			ticket, park, ok := f.enter(tenant, failing)
			require.Equal(t, want, ok)
			require.Equal(t, want, park == 0)
			return ticket
		}
		a, _ := enter("a", false, true), enter("a", false, true)
		enter("a", false, false)
		enter("b", false, true)
		failed := enter("c", true, true)
		enter("d", true, true)
		enter("e", true, false) // a quarter of the slots is for those that failed
		enter("e", false, true)
		time.Sleep(8 * time.Second)
		a.leave()
		failed.leave()
		_, park, ok := f.enter("a", false)
		require.True(t, ok)
		require.Zero(t, park)
		parked := func(times int, tenant string, failing bool) (park time.Duration) {
			t.Helper()
			for range times {
				_, park, ok = f.enter(tenant, failing)
				require.False(t, ok)
			}
			return park
		}
		once := parked(1, "a", false)
		require.GreaterOrEqual(t, once, minPark)
		last := parked(1000, "a", false)
		require.Greater(t, last, once, "those who come later wait longer")
		require.LessOrEqual(t, last, maxPark)
		time.Sleep(parkCount + 1)
		require.Equal(t, last, parked(1, "a", false), "many wait still")
		time.Sleep(3 * parkCount)
		require.Equal(t, once, parked(1, "a", false), "nobody waits any more")

		enter("e", true, true)
		first := parked(1, "tenant 0", true)
		for i := range 1000 { // each of them fails once, and all of them wait for the same slots
			last = parked(1, fmt.Sprint("tenant ", i), true)
		}
		require.Greater(t, last, first)
	})
}

func TestFairnessForgetsTenants(t *testing.T) {
	t.Parallel()
	f := newFairness(4, 1, 0)
	for _, tenant := range []string{"a", "b", "c"} {
		ticket, _, ok := f.enter(tenant, false)
		require.True(t, ok)
		_, _, ok = f.enter(tenant, false)
		require.False(t, ok)
		ticket.leave()
		ticket, _, ok = f.enter(tenant, false) // the one that was parked
		require.True(t, ok)
		ticket.leave()
	}
	require.Empty(t, f.tenants)
}

// Pauses get longer while tasks that nobody has had yet are kept waiting by others, and then shorter again.
func TestLoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &load{interval: time.Minute}
		again := func(waiting uint64) { l.seen(&jetstream.MsgMetadata{NumDelivered: 2, NumPending: waiting}) }
		again(0)
		require.Equal(t, time.Minute, l.stretched(time.Minute))
		for range 100 {
			time.Sleep(time.Second)
			again(7)
		}
		require.Equal(t, time.Minute, l.stretched(time.Minute), "others may wait for two intervals")
		for range 60 {
			time.Sleep(time.Second)
			again(7)
		}
		require.Equal(t, 2*time.Minute, l.stretched(time.Minute))
		l.seen(&jetstream.MsgMetadata{NumDelivered: 1, NumPending: 6}) // it has its turn
		for range 110 {
			time.Sleep(time.Second)
			again(6)
		}
		require.Equal(t, 2*time.Minute, l.stretched(time.Minute))
		for range 3600 {
			time.Sleep(time.Second)
			again(6)
		}
		require.Equal(t, maxStretch*time.Minute, l.stretched(time.Minute))
		for range 3600 {
			time.Sleep(time.Second)
			again(0)
		}
		require.Equal(t, time.Minute, l.stretched(time.Minute))
	})
}

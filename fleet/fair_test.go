package fleet

import (
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
		_, once, _ := f.enter("a", false)
		var last time.Duration
		for range 1000 {
			_, last, ok = f.enter("a", false)
			require.False(t, ok)
		}
		require.Greater(t, last, once, "those who come later wait longer")
		require.LessOrEqual(t, last, maxPark)
		require.GreaterOrEqual(t, once, minPark)
		enter("e", true, true)
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
	require.Empty(t, f.parked)
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

package auditlogsreceiver

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// A full queue that blocks: a shutdown ends the wait, and what was not taken comes after the next start.
func TestShutdownWhileBlocked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), waldur("lab"))
		want := r.looks(time.Hour, "a", "b")
		r.next.deciding(func(ctx context.Context, _ plog.Logs) error {
			<-ctx.Done()
			return ctx.Err()
		})
		own := r.start()
		r.pass(time.Hour)
		require.Equal(t, 2, r.next.asked())
		r.stop(own)
		r.pass(day)
		require.Equal(t, 2, r.next.asked())
		r.taken()
		require.Len(t, r.host.statuses(), 2) // one is blocked, both are

		r.next.deciding(nil)
		r.start()
		r.pass(time.Minute)
		r.taken(append(want, want...)...)
	})
}

// A batch that is on its way when the collector stops gets through, and does not come again.
func TestShutdownLetsThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a", "b")
		begun := make(chan struct{}, 1)
		r.next.deciding(func(ctx context.Context, _ plog.Logs) error {
			begun <- struct{}{}
			select {
			case <-time.After(letThrough - time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		own := r.start()
		<-begun
		r.stop(own)
		r.taken(want...)
		r.next.deciding(nil)
		r.start()
		r.pass(5 * time.Minute)
		r.taken(want...)
	})
}

// A next component that does not heed its context is not waited for, and gets nothing more.
func TestShutdownWhileStuck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a")
		release := make(chan struct{})
		r.next.deciding(func(context.Context, plog.Logs) error {
			<-release
			return nil
		})
		own := r.start()
		r.pass(time.Hour)
		r.looks(time.Minute, "b")
		begin := time.Now()
		require.ErrorContains(t, own.Shutdown(t.Context()), "a batch is still being handed on")
		require.Less(t, time.Since(begin), time.Second)
		require.Equal(t, 1, r.host.store.clients())
		close(release)
		r.pass(time.Hour)
		r.taken(want...)
		require.Equal(t, 1, r.next.asked())
		require.Zero(t, r.host.store.clients())
	})
}

// The context of Shutdown ends its waiting, too.
func TestShutdownInNoTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.looks(time.Hour, "a")
		r.next.deciding(func(context.Context, plog.Logs) error {
			time.Sleep(time.Hour)
			return nil
		})
		own := r.start()
		r.pass(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		begin := time.Now()
		require.Error(t, own.Shutdown(ctx))
		require.Equal(t, begin, time.Now())
		r.pass(day)
	})
}

// A server that does not answer, a rest between two polls, and one between two tries hold nothing up.
func TestShutdownWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.server.Inject(auditlogtest.Fault{Delay: 20 * time.Second})
		own := r.start()
		r.pass(time.Second)
		require.Len(t, r.server.Requests(auditlogtest.Waldur), 1)
		begin := time.Now()
		require.NoError(t, own.Shutdown(t.Context()))
		require.Equal(t, begin, time.Now())

		own = r.start()
		r.pass(time.Minute + time.Second)
		begin = time.Now()
		require.NoError(t, own.Shutdown(t.Context()))
		require.Equal(t, begin, time.Now())

		r.looks(5*time.Minute, "a")
		r.next.deciding(failing(1e9, errPassing))
		own = r.start()
		r.pass(time.Hour)
		begin = time.Now()
		require.NoError(t, own.Shutdown(t.Context()))
		require.Equal(t, begin, time.Now())
		asked, requests := r.next.asked(), len(r.server.Requests(auditlogtest.Waldur))
		require.NotZero(t, asked)
		r.pass(day)
		require.Equal(t, asked, r.next.asked())
		require.Len(t, r.server.Requests(auditlogtest.Waldur), requests)
		require.NoError(t, own.Shutdown(t.Context()), "a second one")
	})
}

func TestShutdownWithoutStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, waldur("prod"))
	require.NoError(t, r.create().Shutdown(t.Context()))
}

// After a shutdown that was not waited for, the next piece of a batch is not handed on.
func TestShutdownBetweenPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, akinon)
		for i := range 3 {
			r.server.AddAuditEvents(large(i, time.Now().Add(-time.Hour), 300<<10))
		}
		release := make(chan struct{})
		r.next.deciding(func(context.Context, plog.Logs) error {
			<-release
			return nil
		})
		own := r.start()
		r.pass(time.Minute)
		require.Error(t, own.Shutdown(t.Context()))
		close(release)
		r.pass(time.Hour)
		require.Equal(t, 1, r.next.asked())
	})
}

// A batch that comes when the reading has ended is not handed on.
func TestCommitAfterTheEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &sink{places: places{&memory{}}, handing: t.Context()} // without a next component
	batch := deliver.Batch{Source: "waldur/prod", Events: make([]auditlogs.Event, 1), To: deliver.Place{Seq: 1, Count: 1}}
	require.ErrorIs(t, s.Commit(ctx, batch), context.Canceled)
}

// A component that stops says nothing about its sources any more.
func TestNoStatusWhileStopping(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a")
		var calls atomic.Int64
		r.next.deciding(func(context.Context, plog.Logs) error {
			if calls.Add(1) == 1 {
				return errPassing
			}
			time.Sleep(letThrough / 2)
			return nil
		})
		own := r.start()
		for calls.Load() < 2 {
			r.pass(time.Millisecond)
		}
		r.stop(own)
		r.taken(want...)
		require.Len(t, r.host.statuses(), 1)
	})
}

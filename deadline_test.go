package auditlogs_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// endings are the ways in which a context ends after ten seconds.
var endings = map[error]func(context.Context) (context.Context, context.CancelFunc){
	context.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 10*time.Second)
	},
	context.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(10*time.Second, cancel)
		return ctx, cancel
	},
}

// TestContextEndsWithinAWait ends the context of every tier while it waits to try again: the error says so, and what it
// was waiting for.
func TestContextEndsWithinAWait(t *testing.T) {
	t.Parallel()
	follow := func(s subject, ctx context.Context, c *auditlogs.Client, l listing) (err error) {
		l.ListOptions = auditlogs.ListOptions{Prefetch: l.Prefetch}
		for _, err = range s.follow(ctx, c, l, auditlogs.FollowOptions{}) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	tiers := map[string]struct {
		after    int // requests before the failures
		attempts int // of a call
		read     func(subject, context.Context, *auditlogs.Client, listing) error
	}{
		"List": {0, 3, func(s subject, ctx context.Context, c *auditlogs.Client, l listing) error {
			_, err := s.list(ctx, c, l)
			return err
		}},
		"Pages": {1, 3, func(s subject, ctx context.Context, c *auditlogs.Client, l listing) (err error) {
			for _, err = range s.pages(ctx, c, l) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		"Follow, between attempts": {0, 3, follow},
		"Follow, between polls":    {0, 1, follow},
	}
	for tier, tt := range tiers {
		for ending, with := range endings {
			for _, prefetch := range []int{0, 3} {
				for _, reset := range []bool{false, true} {
					for _, s := range subjects() {
						t.Run(tier+", "+ending.Error()+", "+s.name, func(t *testing.T) {
							t.Parallel()
							synctest.Test(t, func(t *testing.T) {
								srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(time.Now))
								defer srv.Close()
								for i := range 30 {
									s.add(srv, row{"row-" + string(rune('a'+i)), time.Now().Add(-time.Duration(i+1) * time.Hour)})
								}
								srv.SetQuirks("", auditlogtest.Quirks{PageCap: 10})
								srv.Inject(auditlogtest.Fault{Status: 503, Body: `{"message":"down for repair"}`, Reset: reset, After: tt.after, Times: -1})
								client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{
									MaxAttempts: tt.attempts, MinWait: time.Minute, MaxWait: time.Minute,
								}))...)
								require.NoError(t, err)
								ctx, cancel := with(t.Context())
								defer cancel()
								l := listing{since: time.Now().Add(-100 * time.Hour)}
								l.Prefetch = prefetch
								start := time.Now()
								err = tt.read(s, ctx, client, l)
								require.Equal(t, 10*time.Second, time.Since(start))
								requireEnded(t, err, ending, reset)
							})
						})
					}
				}
			}
		}
	}
}

// requireEnded requires the error of a context that ended after an attempt was refused or, if reset is set, broke.
func requireEnded(t *testing.T, err, ending error, reset bool) {
	t.Helper()
	require.ErrorIs(t, err, ending)
	require.ErrorContains(t, err, ending.Error())
	var refusal *auditlogs.APIError
	var broken *auditlogs.TransportError
	require.Equal(t, !reset, errors.As(err, &refusal), "%v", err)
	require.Equal(t, reset, errors.As(err, &broken), "%v", err)
	if reset {
		require.ErrorContains(t, err, "connection broken")
		require.Equal(t, 1, broken.Attempts)
		return
	}
	require.ErrorIs(t, err, auditlogs.ErrServer)
	require.ErrorContains(t, err, "503 Service Unavailable: down for repair")
	require.Equal(t, 1, refusal.Attempts)
}

// Nothing is said of failures that are over.
func TestContextEndsAfterASuccess(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(time.Now))
				defer srv.Close()
				srv.Inject(auditlogtest.Fault{Status: 503})
				client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))...)
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				for _, err := range s.follow(ctx, client, listing{}, auditlogs.FollowOptions{}) {
					if err == nil {
						continue
					}
					require.ErrorIs(t, err, context.DeadlineExceeded)
					var refusal *auditlogs.APIError
					require.False(t, errors.As(err, &refusal), "%v", err)
				}
			})
		})
	}
}

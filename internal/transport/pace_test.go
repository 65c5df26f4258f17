package transport

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBudgetOfTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		start := time.Now()
		network := roundTrip(func(*http.Request) (*http.Response, error) {
			sent = append(sent, time.Since(start))
			if len(sent) == 3 {
				return response(503, ""), nil // the retry counts as well
			}
			return response(200, ""), nil
		})
		d := &diary{}
		policy := Policy{MaxAttempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond}
		p := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: policy, PerMinute: 30, Observer: d})
		for range 4 {
			_, err := list(t.Context(), t, p)
			require.NoError(t, err)
		}
		require.Equal(t, []time.Duration{0, 2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}, sent)

		told := len(d.all())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := list(ctx, t, p)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, sent, 5)
		require.Len(t, d.all(), told, "nothing was sent")

		_, err = list(t.Context(), t, p)
		require.NoError(t, err)
		require.Equal(t, 10*time.Second, sent[5], "who gave up gave the slot back")
	})
}

func TestEachAPIHasItsOwnBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork(&http.Client{Transport: newScript(response(200, ""), response(200, ""))}, testLimit)
		start := time.Now()
		for range 2 {
			_, err := list(t.Context(), t, n.APIClient(Settings{Policy: usual, PerMinute: 1, Observer: &diary{}}))
			require.NoError(t, err)
		}
		require.Zero(t, time.Since(start))
	})
}

func TestLimitOfTheAPI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		remaining, reset string
		wait             time.Duration
	}{
		{"some left", "1", "1768383610", 0},
		{"none left", "0", "1768383610", 10 * time.Second},
		{"as long as MaxWait", "0", "1768383630", 30 * time.Second},
		{"longer than MaxWait", "0", "1768383660", 0},
		{"already over", "0", "1768383590", 0},
		{"no reset", "0", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				last := response(200, "", "Date", "Wed, 14 Jan 2026 09:40:00 GMT", "X-Organization-Rate-Limit-Remaining", tt.remaining, "X-Organization-Rate-Limit-Reset", tt.reset)
				p := over(newScript(last, response(200, ""), response(200, "")), usual)
				start := time.Now()
				for range 3 {
					_, err := list(t.Context(), t, p)
					require.NoError(t, err)
				}
				require.Equal(t, tt.wait, time.Since(start), "by the server's clock")
			})
		})
	}
}

// What the API says while a request waits for the client's own budget holds for that request, too.
func TestLimitOfTheAPIWithinTheWaitForTheBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(*http.Request) (*http.Response, error) {
			time.Sleep(5 * time.Second)
			return response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "25"), nil
		}
		d := &diary{}
		p := NewNetwork(&http.Client{Transport: newScript(slow, response(200, ""))}, testLimit).APIClient(Settings{Policy: usual, PerMinute: 6, Observer: d})
		together(2, func(n int) {
			time.Sleep(time.Duration(n) * time.Second)
			_, err := list(t.Context(), t, p)
			require.NoError(t, err)
		})
		require.Equal(t, "Logs.List: request 1 after 29s", d.all()[2]) // from 1 s to 10 s, and on to 30 s
	})
}

// Answers may arrive in another order than they were given: an earlier reset does not shorten the wait for a later one.
func TestLatestResetCounts(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC)
	p := &pace{max: time.Minute}
	for _, reset := range []string{"10", "20", "5"} {
		p.learn(headerOf("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset), now)
	}
	require.Equal(t, now.Add(20*time.Second), p.until)
}

func TestContextEndsTheWaitForTheAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := newScript(response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "10"))
		p := over(network, usual)
		_, err := list(t.Context(), t, p)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err = list(ctx, t, p)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		require.Equal(t, 1, network.count())
	})
}

func TestSleep(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, wait := range []time.Duration{-1, 0, time.Hour} {
		require.ErrorIs(t, Sleep(ended, wait), context.Canceled)
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.NoError(t, Sleep(t.Context(), -1))
		require.NoError(t, Sleep(t.Context(), 0))
		require.NoError(t, Sleep(t.Context(), time.Second))
		require.Equal(t, time.Second, time.Since(start))
	})
}

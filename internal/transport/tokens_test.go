package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// counter is a source that numbers its tokens and takes a second for each.
type counter struct {
	calls    atomic.Int64
	lifetime time.Duration
	fail     atomic.Bool
	same     bool
}

var errSource = errors.New("source failed")

func (c *counter) fetch(ctx context.Context) (Token, error) {
	n := c.calls.Add(1)
	if err := Sleep(ctx, time.Second); err != nil {
		return Token{}, err
	}
	if c.fail.Load() {
		return Token{}, errSource
	}
	token := Token{Value: fmt.Sprintf("token-%d", n)}
	if c.same {
		token.Value = "token"
	}
	if c.lifetime > 0 {
		token.Expiry = time.Now().Add(c.lifetime)
	}
	return token, nil
}

func TestTokenIsFetchedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{}
		tokens := NewTokens(source.fetch)
		for range 2 {
			together(50, func(int) {
				got, err := tokens.Get(t.Context())
				require.NoError(t, err)
				require.Equal(t, "token-1", got.Value)
			})
		}
		time.Sleep(1000 * time.Hour)
		_, err := tokens.Get(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, source.calls.Load(), "a token without expiry is kept")
	})
}

func TestTokenIsRenewedShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	for lifetime, early := range map[time.Duration]time.Duration{time.Hour: 30 * time.Second, 40 * time.Second: 10 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{lifetime: lifetime}
			tokens := NewTokens(source.fetch)
			_, err := tokens.Get(t.Context())
			require.NoError(t, err)
			time.Sleep(lifetime - early - time.Nanosecond)
			got, err := tokens.Get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-1", got.Value)
			time.Sleep(time.Nanosecond)
			got, err = tokens.Get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-2", got.Value)
		})
	}
}

func TestOldTokenServesWhileItsRenewalFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{lifetime: time.Hour}
		tokens := NewTokens(source.fetch)
		_, err := tokens.Get(t.Context())
		require.NoError(t, err)
		source.fail.Store(true)
		time.Sleep(time.Hour - 20*time.Second)
		got, err := tokens.Get(t.Context())
		require.NoError(t, err)
		require.Equal(t, "token-1", got.Value)
		time.Sleep(time.Minute)
		_, err = tokens.Get(t.Context())
		require.ErrorIs(t, err, errSource, "an expired one does not")
		source.fail.Store(false)
		got, err = tokens.Get(t.Context())
		require.NoError(t, err, "a failure is not kept")
		require.Equal(t, "token-4", got.Value)
	})
}

func TestRefusedTokensShareOneRenewal(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{same: same}
			tokens := NewTokens(source.fetch)
			refused, err := tokens.Get(t.Context())
			require.NoError(t, err)
			renew := func(int) {
				_, err := tokens.Renew(t.Context(), refused)
				require.NoError(t, err)
			}
			together(20, renew)
			together(20, renew) // these come late
			require.EqualValues(t, 2, source.calls.Load())
		})
	}
}

func TestRefusedTokensShareOneFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{}
		tokens := NewTokens(source.fetch)
		refused, err := tokens.Get(t.Context())
		require.NoError(t, err)
		source.fail.Store(true)
		renew := func(int) {
			_, err := tokens.Renew(t.Context(), refused)
			require.ErrorIs(t, err, errSource)
		}
		together(20, renew)
		together(20, renew)
		require.EqualValues(t, 2, source.calls.Load(), "an account is not locked by one client's 401s")
	})
}

func TestEachWaiterHasItsOwnContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{}
		tokens := NewTokens(source.fetch)
		first, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			_, err := tokens.Get(first)
			require.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		group.Go(func() {
			got, err := tokens.Get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-1", got.Value)
		})
		synctest.Wait()
		cancel() // the one who began the fetch does not end it for the other
		group.Wait()
		require.EqualValues(t, 1, source.calls.Load())
	})
}

func TestFetchEndsWithItsLastWaiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine remains
		var ended atomic.Int64
		release := make(chan struct{})
		tokens := NewTokens(func(ctx context.Context) (Token, error) {
			defer ended.Add(1)
			select {
			case <-release:
				return Token{Value: "late"}, nil
			case <-ctx.Done():
				return Token{}, ctx.Err()
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		together(3, func(int) {
			_, err := tokens.Get(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		require.EqualValues(t, 1, ended.Load())
		close(release)
		got, err := tokens.Get(t.Context())
		require.NoError(t, err, "whoever comes next begins another fetch")
		require.Equal(t, "late", got.Value)
	})
}

func TestEmptyTokenIsNotKept(t *testing.T) {
	t.Parallel()
	calls := 0
	tokens := NewTokens(func(context.Context) (Token, error) {
		calls++
		return Token{}, nil
	})
	for want := 1; want <= 2; want++ {
		got, err := tokens.Get(t.Context())
		require.NoError(t, err)
		require.Empty(t, got.Value)
		require.Equal(t, want, calls)
	}
}

// A token at hand is not given to a call that has ended, so that none is sent in its name.
func TestEndedContextGetsNoToken(t *testing.T) {
	t.Parallel()
	tokens := NewTokens(func(context.Context) (Token, error) { return Token{Value: "token"}, nil })
	_, err := tokens.Get(t.Context())
	require.NoError(t, err)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = tokens.Get(ended)
	require.ErrorIs(t, err, context.Canceled)
}

// The source sees what is in the context of the call that asks, but not its end.
func TestSourceSeesTheCallsContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "trace"), time.Hour)
	defer cancel()
	_, err := NewTokens(func(ctx context.Context) (Token, error) {
		if _, bounded := ctx.Deadline(); bounded || ctx.Value(key{}) != "trace" {
			return Token{}, errSource
		}
		return Token{Value: "token"}, nil
	}).Get(ctx)
	require.NoError(t, err)
}

// Whoever asks while a refused token is renewed waits for the new one, and a failure leaves none.
func TestRefusalDuringARenewal(t *testing.T) {
	t.Parallel()
	for _, fail := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{lifetime: time.Hour}
			tokens := NewTokens(source.fetch)
			old, err := tokens.Get(t.Context())
			require.NoError(t, err)
			source.fail.Store(fail)
			time.Sleep(time.Hour - 20*time.Second) // an early renewal, whose failure alone would leave the old token
			check := func(got Lease, err error) {
				if fail {
					require.ErrorIs(t, err, errSource)
					require.Empty(t, got.Value)
					return
				}
				require.NoError(t, err)
				require.Equal(t, "token-2", got.Value)
			}
			var group sync.WaitGroup
			group.Go(func() { check(tokens.Get(t.Context())) })
			synctest.Wait()
			group.Go(func() { check(tokens.Renew(t.Context(), old)) })
			group.Wait()
			require.EqualValues(t, 2, source.calls.Load())
		})
	}
}

func TestRenewal(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC)
	require.Zero(t, renewal(time.Time{}, now))
	for lifetime, want := range map[time.Duration]time.Duration{
		time.Hour: time.Hour - 30*time.Second, 2 * time.Minute: 90 * time.Second, 40 * time.Second: 30 * time.Second, 0: 0, -time.Minute: -time.Minute,
	} {
		require.Equal(t, now.Add(want), renewal(now.Add(lifetime), now), "%s", lifetime)
	}
}

// TestNothingPrintsASecret prints everything that holds a secret in every way.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	secret := scrub.NewSecret(testToken)
	tokens := NewTokens(func(context.Context) (Token, error) { return Token{Value: testToken}, nil })
	lease, err := tokens.Get(t.Context())
	require.NoError(t, err)
	x := over(newScript(response(200, "")), usual).NewCall("Logs.List")
	reply, err := x.Send(request(t.Context(), t, http.MethodGet, testURL), secret)
	require.NoError(t, err)
	type holder struct {
		Token  Token
		Lease  Lease
		Tokens *Tokens
	}
	for _, value := range []any{
		lease.Token, &lease.Token, []Token{lease.Token}, map[string]Token{"a": lease.Token}, lease, &lease, tokens, tokens.current,
		flight{result: lease}, &flight{result: lease}, holder{lease.Token, lease, tokens}, &holder{lease.Token, lease, tokens},
		reply, *reply, x.Attempt, &x.Attempt, x,
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			requireNoSecret(t, fmt.Sprintf(verb, value))
		}
		requireNoSecret(t, fmt.Sprint(value))
		var text, lines bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("x", "value", value)
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("x", "value", value)
		requireNoSecret(t, text.String())
		requireNoSecret(t, lines.String())
		encoded, _ := json.Marshal(value)
		requireNoSecret(t, string(encoded))
	}
}

func requireNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, form := range []string{testToken, fmt.Sprintf("%x", testToken), fmt.Sprintf("%X", testToken)} {
		require.NotContains(t, text, form)
	}
}

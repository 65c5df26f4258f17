package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// counter is a source that numbers its tokens and takes a second for each.
type counter struct {
	calls    atomic.Int64
	lifetime time.Duration
	fail     atomic.Bool
	same     bool
}

var errSource = errors.New("source failed")

func (c *counter) Token(ctx context.Context) (Token, error) {
	n := c.calls.Add(1)
	if err := sleep(ctx, time.Second); err != nil {
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

func together(n int, f func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(f)
	}
	group.Wait()
}

func TestTokenIsFetchedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{}
		cache := &tokenCache{source: source}
		for range 2 {
			together(50, func() {
				got, err := cache.get(t.Context())
				require.NoError(t, err)
				require.Equal(t, "token-1", got.token.Value)
			})
		}
		time.Sleep(1000 * time.Hour)
		_, err := cache.get(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, source.calls.Load(), "a token without expiry is kept")
	})
}

func TestTokenIsRenewedShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	for lifetime, early := range map[time.Duration]time.Duration{time.Hour: 30 * time.Second, 40 * time.Second: 10 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{lifetime: lifetime}
			cache := &tokenCache{source: source}
			_, err := cache.get(t.Context())
			require.NoError(t, err)
			time.Sleep(lifetime - early - time.Nanosecond)
			got, err := cache.get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-1", got.token.Value)
			time.Sleep(time.Nanosecond)
			got, err = cache.get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-2", got.token.Value)
		})
	}
}

func TestOldTokenServesWhileItsRenewalFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{lifetime: time.Hour}
		cache := &tokenCache{source: source}
		_, err := cache.get(t.Context())
		require.NoError(t, err)
		source.fail.Store(true)
		time.Sleep(time.Hour - 20*time.Second)
		got, err := cache.get(t.Context())
		require.NoError(t, err)
		require.Equal(t, "token-1", got.token.Value)
		time.Sleep(time.Minute)
		_, err = cache.get(t.Context())
		require.ErrorIs(t, err, errSource, "an expired one does not")
		source.fail.Store(false)
		got, err = cache.get(t.Context())
		require.NoError(t, err, "a failure is not kept")
		require.Equal(t, "token-4", got.token.Value)
	})
}

func TestRefusedTokensShareOneRenewal(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{same: same}
			cache := &tokenCache{source: source}
			refused, err := cache.get(t.Context())
			require.NoError(t, err)
			renew := func() {
				_, err := cache.renew(t.Context(), refused)
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
		cache := &tokenCache{source: source}
		refused, err := cache.get(t.Context())
		require.NoError(t, err)
		source.fail.Store(true)
		renew := func() {
			_, err := cache.renew(t.Context(), refused)
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
		cache := &tokenCache{source: source}
		first, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			_, err := cache.get(first)
			require.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		group.Go(func() {
			got, err := cache.get(t.Context())
			require.NoError(t, err)
			require.Equal(t, "token-1", got.token.Value)
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
		cache := &tokenCache{source: sourceFunc(func(ctx context.Context) (Token, error) {
			defer ended.Add(1)
			select {
			case <-release:
				return Token{Value: "late"}, nil
			case <-ctx.Done():
				return Token{}, ctx.Err()
			}
		})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		together(3, func() {
			_, err := cache.get(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		require.EqualValues(t, 1, ended.Load())
		close(release)
		got, err := cache.get(t.Context())
		require.NoError(t, err, "whoever comes next begins another fetch")
		require.Equal(t, "late", got.token.Value)
	})
}

func TestTokenThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "a\r\nX-Evil: 1"} {
		cache := &tokenCache{source: sourceFunc(func(context.Context) (Token, error) { return Token{Value: value}, nil })}
		_, err := cache.get(t.Context())
		var fault *tokenFaultError
		require.ErrorAs(t, err, &fault)
	}
}

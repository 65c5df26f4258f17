package auditlogs_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// minting is a source of a user's own, whose every token is a new one.
type minting struct {
	srv *auditlogtest.Server
	n   atomic.Int64
}

func (m *minting) Token(context.Context) (auditlogs.Token, error) {
	value := fmt.Sprintf("minted-%d", m.n.Add(1))
	m.srv.AllowToken(value)
	return auditlogs.Token{Value: value, Expiry: time.Now().Add(time.Hour)}, nil
}

// TestOneClientForEverything: 64 goroutines read all five services with one client, while the server revokes every token;
// each reads everything, and every service logs in no more often than its tokens were revoked.
func TestOneClientForEverything(t *testing.T) {
	t.Parallel()
	const goroutines, rounds = 64, 2
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	var requests, pages atomic.Int64
	mint := &minting{srv: srv}
	opts := []auditlogs.Option{
		auditlogs.WithLogger(slog.New(slog.NewTextHandler(&diary{}, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(context.Context, auditlogs.RequestInfo) { requests.Add(1) },
			OnPage:    func(context.Context, auditlogs.PageInfo) { pages.Add(1) },
		}),
	}
	services := subjects()
	want := make([][]string, len(services))
	for i, s := range services {
		rows := make([]row, 12)
		for i := range rows {
			rows[i] = row{fmt.Sprintf("row-%d", i), noon.Add(-time.Duration(i) * time.Minute)}
		}
		s.add(srv, rows...)
		for _, r := range s.rows(srv) {
			want[i] = append(want[i], r.key)
		}
		user, password := auditlogtest.Username, auditlogtest.Password
		if s.api == auditlogtest.ElasticPath {
			user, password = auditlogtest.ClientID, auditlogtest.ClientSecret
		}
		var source auditlogs.TokenSource = mint
		if login := s.login(srv.URL, user, password); login != nil {
			source = login
		}
		opts = append(opts, s.connect(srv.BaseURL(s.api), source))
	}
	client, err := auditlogs.NewClient(opts...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)

	read := func(g int) error {
		for i := range services {
			at := (g + i) % len(services)
			s, l := services[at], listing{}
			if s.maxPage > 0 {
				l.PageSize = 5
			}
			l.Prefetch = g % 3
			keys, err := s.collect(t.Context(), client, l, 100)
			if err != nil || !slices.Equal(keys, want[at]) {
				return fmt.Errorf("%s: %v %w", s.name, keys, err)
			}
		}
		return nil
	}
	for round := range rounds {
		var seen atomic.Int64
		srv.BeforeRequest(func(auditlogtest.API, int) {
			if seen.Add(1) == goroutines { // amid the others
				srv.RevokeTokens()
			}
		})
		var wg sync.WaitGroup
		failures := make([]error, goroutines)
		for g := range goroutines {
			wg.Go(func() { failures[g] = read(g) })
		}
		wg.Wait()
		for _, err := range failures {
			require.NoError(t, err)
		}
		for _, s := range services {
			if s.login("", "", "") != nil {
				logins := len(srv.TokenRequests(s.api))
				require.LessOrEqual(t, logins, 2+round, "logins of %s", s.name)
			}
		}
		require.LessOrEqual(t, mint.n.Load(), int64(2+round))
	}
	require.NotZero(t, requests.Load())
	require.NotZero(t, pages.Load())
}

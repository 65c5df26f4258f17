package auditlogs_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// TestPathsAndHeadersAreNotInjected: ids and filters that would change a path, a header or a filter expression are refused
// before anything is sent, the credential not fetched even.
func TestPathsAndHeadersAreNotInjected(t *testing.T) {
	t.Parallel()
	const uuid = "0f850c15-d643-480a-a2b4-9e3c26067178"
	ids := []string{
		"..", "../x", "a/b", "/a", "a/", `a\b`, "%2f", "%2e%2e", "a?b", "a#b", "a\x00b", "a\nb", "a\r\nX-Evil: 1", " a", "a\t", "a..b", "a\u2028b", "\xff",
		uuid + "/", uuid + "\n", "../" + uuid, strings.Repeat("a", 2000),
	}
	texts := []string{"a\x00b", "a\nb", "a\r\nX-Evil: 1", "a\u2028b", "\xff", "\x1b[31m"}
	fault := func(_ any, err error) error { return err }
	fields := map[string]struct {
		values []string
		send   func(context.Context, *auditlogs.Client, string) error
	}{
		"Waldur Get": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAccessLogs.Get(ctx, v))
		}},
		"Waldur Delete": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return c.DataAccessLogs.Delete(ctx, v)
		}},
		"Waldur AccessorUUID": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{AccessorUUID: v}))
		}},
		"Waldur UserUUID": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{UserUUID: v}))
		}},
		"Waldur Query": {texts, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{Query: v}))
		}},
		"Waldur Order": {append(ids, texts...), func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{Order: []auditlogs.DataAccessLogOrder{auditlogs.DataAccessLogOrder(v)}}))
		}},
		"Huawei InstanceID": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAssetLogs.List(ctx, auditlogs.DataAssetLogFilter{InstanceID: v, ConnectorID: "c"}))
		}},
		"Huawei ConnectorID": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAssetLogs.List(ctx, auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: v}))
		}},
		"Huawei keywords": {texts, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.DataAssetLogs.List(ctx, auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c", UserKeywords: v}))
		}},
		"Akinon Get": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.AuditEvents.Get(ctx, v))
		}},
		"Akinon Sort": {texts, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.AuditEvents.List(ctx, auditlogs.AuditEventFilter{Sort: v}))
		}},
		"Elastic Path ResourceType": {append(ids, "a,b", "a)", "a:b", "a(b", "a b"), func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.PersonalDataLogs.List(ctx, auditlogs.PersonalDataLogFilter{ResourceType: v, ResourceID: "r"}))
		}},
		"Elastic Path ResourceID": {append(ids, "a,b", "a)", "a:b", "a(b", "r):eq(resource_id,s"), func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.PersonalDataLogs.List(ctx, auditlogs.PersonalDataLogFilter{ResourceType: "t", ResourceID: v}))
		}},
		"ThousandEyes AccountGroupID": {ids, func(ctx context.Context, c *auditlogs.Client, v string) error {
			return fault(c.UserEvents.List(ctx, auditlogs.UserEventFilter{AccountGroupID: v}))
		}},
	}
	for name, field := range fields {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := secServe(t, false, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent: %s", r.URL) })
			source := &countedSource{value: secToken}
			var opts []auditlogs.Option
			for _, s := range subjects() {
				opts = append(opts, s.connect(server.URL, source))
			}
			c, err := auditlogs.NewClient(opts...)
			require.NoError(t, err)
			for _, value := range field.values {
				err := field.send(t.Context(), c, value)
				require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, "%q", value)
				require.NotContains(t, err.Error(), "X-Evil")
			}
			require.Zero(t, source.calls.Load())
		})
	}
}

// countedSource is a source of the user's own, which counts how often it is asked.
type countedSource struct {
	value string
	calls atomic.Int64
}

func (s *countedSource) Token(context.Context) (auditlogs.Token, error) {
	s.calls.Add(1)
	return auditlogs.Token{Value: s.value}, nil
}

// TestTokensBeginNoHeader: a token with a line break, from a user's own source, is not sent, and not quoted.
func TestTokensBeginNoHeader(t *testing.T) {
	t.Parallel()
	for _, value := range []string{secToken + "\r\nX-Evil: 1", secToken + "\n", "\n" + secToken, secToken + "\x00", secToken + " x", secToken + "\u00e9", ""} {
		for _, s := range subjects() {
			server := secServe(t, false, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent: %v", r.Header) })
			c, err := auditlogs.NewClient(s.connect(server.URL, &countedSource{value: value}), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			_, err = s.list(t.Context(), c, listing{})
			require.ErrorContains(t, err, ".List: token: the token ")
			require.NotContains(t, err.Error(), secToken)
			_, err = auditlogs.NewClient(s.connect(server.URL, auditlogs.StaticToken(value)))
			require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
			require.NotContains(t, err.Error(), secToken)
		}
	}
}

// TestLoginsAreWrittenAsTheyAre: a name and a password may hold anything; they arrive as they are, and add nothing.
func TestLoginsAreWrittenAsTheyAre(t *testing.T) {
	t.Parallel()
	const user, password = "u\r\nX-Evil: 1&grant_type=x", "p\"},{\"\r\n&client_id=y\u00e9%00"
	for _, s := range subjects() {
		if s.login("", "", "") == nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var got atomic.Value
			server := secServe(t, false, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got.Store(string(body))
				if r.Header.Get("X-Evil") != "" {
					t.Error("a header was injected")
				}
				w.WriteHeader(http.StatusForbidden)
			})
			c, err := auditlogs.NewClient(s.connect(server.URL, s.login(server.URL, user, password)))
			require.NoError(t, err)
			t.Cleanup(c.CloseIdleConnections)
			_, err = s.list(t.Context(), c, listing{})
			require.ErrorIs(t, err, auditlogs.ErrForbidden)
			requireLogin(t, s.api, got.Load().(string), user, password)
		})
	}
}

// TestForeignTextsCannotMoveACursor: texts of a server appear in errors and logs without line breaks and control characters.
func TestForeignTextsCannotMoveACursor(t *testing.T) {
	t.Parallel()
	forEachVisitor(t, func(t *testing.T, v visitor) {
		server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			body := `{"detail":"a\u001b[2Jb\nlevel=ERROR msg=forged\u202e\u2028","code":"c\u0007\r\n"}`
			fmt.Fprintf(conn, "HTTP/1.1 403 No\r\nX-Request-Id: r\xe2\x80\xae-1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			_ = conn.Close()
		})
		_, err := v.list(t.Context(), v.client(t, server.URL, newMeter()), listing{})
		var refusal *auditlogs.APIError
		require.ErrorAs(t, err, &refusal)
		require.Contains(t, err.Error(), "level=ERROR msg=forged") // within the one line
		for _, text := range []string{err.Error(), refusal.Message, refusal.Code, refusal.RequestID, fmt.Sprint(refusal.LogValue())} {
			require.False(t, strings.ContainsFunc(text, func(r rune) bool {
				return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
			}), "%q", text)
		}
	})
}

// requireLogin asserts that a login's body says just who logs in.
func requireLogin(t *testing.T, api auditlogtest.API, body, user, password string) {
	t.Helper()
	switch api {
	case auditlogtest.ElasticPath:
		requireForm(t, map[string]string{"grant_type": "client_credentials", "client_id": user, "client_secret": password}, body)
	case auditlogtest.HuaweiEDS:
		requireJSON(t, map[string]any{"auth": map[string]any{
			"identity": map[string]any{"methods": []any{"password"}, "password": map[string]any{
				"user": map[string]any{"name": user, "password": password, "domain": map[string]any{"name": auditlogtest.DomainName}},
			}},
			"scope": map[string]any{"project": map[string]any{"id": auditlogtest.ProjectID}},
		}}, body)
	default:
		requireJSON(t, map[string]any{"username": user, "password": password}, body)
	}
}

package auditlogs_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// silent is a log of servers whose clients misbehave on purpose.
var silent = log.New(io.Discard, "", 0)

// diary gathers every text that a client lets out beside its results.
type diary struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.Write(p)
}

// note writes a value down in every way in which somebody may print it.
func (d *diary) note(value any) {
	encoded, _ := json.Marshal(value)
	fmt.Fprintf(d, "%v\n%+v\n%#v\n%s\n%q\n%s\n", value, value, value, value, value, encoded)
	slog.New(slog.NewJSONHandler(d, nil)).Info("value", "value", value)
}

// noteError also writes down what an error wraps, and the fields of a refusal as text.
func (d *diary) noteError(err error) {
	for ; err != nil; err = errors.Unwrap(err) {
		d.note(err)
		var refusal *auditlogs.APIError
		if errors.As(err, &refusal) {
			d.note(*refusal)
			d.note(refusal.Fields)
			d.note(string(refusal.Body))
		}
	}
}

// options make the client write its hooks and its log into the diary.
func (d *diary) options() []auditlogs.Option {
	return []auditlogs.Option{
		auditlogs.WithLogger(slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(_ context.Context, i auditlogs.RequestInfo) { d.note(i) },
			OnResponse: func(_ context.Context, i auditlogs.ResponseInfo) {
				d.note(i)
				d.noteError(i.Err)
			},
			OnRetry: func(_ context.Context, i auditlogs.RetryInfo) {
				d.note(i)
				d.noteError(i.Err)
			},
			OnPage: func(_ context.Context, i auditlogs.PageInfo) { d.note(i) },
		}),
	}
}

// requireClean asserts that the text holds no secret, however it is written, and no URL.
func requireClean(t *testing.T, text string) {
	t.Helper()
	require.NotEmpty(t, text)
	for _, secret := range []string{secToken, secPassword} {
		quoted, _ := json.Marshal(secret)
		for _, form := range []string{
			secret, string(quoted[1 : len(quoted)-1]), strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret), url.QueryEscape(secret), url.PathEscape(secret),
			fmt.Sprintf("%x", secret), base64.StdEncoding.EncodeToString([]byte(secret))[:16], fmt.Sprintf("%#v", []byte(secret))[6:40],
		} {
			require.NotContains(t, text, form)
		}
	}
	require.NotContains(t, text, "127.0.0.1", "an address")
}

// echo answers with everything that it was sent, wherever a server could put it.
func echo(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		sent := []string{r.Header.Get("Authorization"), r.Header.Get("X-Auth-Token"), r.Header.Get("X-Security-Token"), string(body), form.Get("client_secret")}
		if strings.HasPrefix(sent[0], "SDK-HMAC-SHA256 ") {
			sent = append(sent, secToken) // a gateway has the secret key, too
		}
		if json.Valid(body) {
			sent = append(sent, secPassword) // what a server that read the body knows
		}
		text := "you sent " + strings.Join(sent, " and ") + " to http://" + r.Host + r.RequestURI
		python := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
		safe := strings.NewReplacer("\n", " ", "\r", " ").Replace(text)
		for _, name := range []string{"X-Request-Id", "X-Iam-Trace-Id", "Retry-After", "X-Result-Count", "Link", "X-RateLimit-Reset", "X-Nonsense"} {
			w.Header().Set(name, safe)
		}
		if status/100 == 3 {
			w.Header().Set("Location", "http://[bad/"+url.PathEscape(safe))
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"detail":%[1]s,"error":%[1]s,"error_code":%[1]s,"error_msg":%[1]s,"request_id":%[1]s,"errors":[{"detail":%[1]s,"field":%[1]s}],`+
			`"token":{"expires_at":%[1]s},"access_token":[%[1]s],"expires_in":%[1]s,"key":%[1]s,"meta":{"results":{"total":%[1]s}},`+
			`"count":%[1]s,"total":%[1]s,"next":%[1]s,"_links":{"next":{"href":%[1]s}},"results":[{"uuid":%[1]s,"timestamp":%[1]s}],`+
			`"data":[{"id":%[1]s,"time":%[1]s,"happend_time":%[1]s}],"auditEvents":[{"event":%[1]s,"date":%[1]s}]}`, python)
	}
}

// TestEchoedSecretsGoNowhere: a server sends back every secret that it was sent, in every field of a body and in headers;
// none appears in an error, a log line, a hook or anything that is printed.
func TestEchoedSecretsGoNowhere(t *testing.T) {
	t.Parallel()
	forEachVisitor(t, func(t *testing.T, v visitor) {
		for _, status := range []int{200, 201, 302, 307, 400, 401, 403, 404, 409, 422, 429, 500, 503} {
			var d diary
			server := secServe(t, false, echo(status))
			c := v.client(t, server.URL, newOrigins(), d.options()...)
			_, err := v.list(t.Context(), c, listing{})
			require.Error(t, err, status)
			d.noteError(err)
			d.note(c)
			d.note(v.source(server.URL))
			require.Contains(t, d.lines.String(), "level=DEBUG")
			requireClean(t, strings.ReplaceAll(d.lines.String(), strings.TrimPrefix(server.URL, "http://"), ""))
		}
	})
}

// TestBrokenConnectionsTellNoSecret: nor do the errors of net/http, which quote addresses.
func TestBrokenConnectionsTellNoSecret(t *testing.T) {
	t.Parallel()
	forEachVisitor(t, func(t *testing.T, v visitor) {
		for name, handler := range map[string]http.HandlerFunc{
			"reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"cut": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "1000")
				w.WriteHeader(http.StatusOK)
			},
			"no HTTP":   hijacked("%s"),
			"no status": hijacked("HTTP/1.1 %s OK\r\n\r\n"),
			"no header": hijacked("HTTP/1.1 200 OK\r\n\x01%s: x\r\n\r\n"),
		} {
			var d diary
			server := secServe(t, false, handler)
			c := v.client(t, server.URL, newOrigins(), d.options()...)
			_, err := v.list(t.Context(), c, listing{})
			require.Error(t, err, name)
			d.noteError(err)
			require.NotContains(t, err.Error(), "?")
			for _, secret := range []string{secToken, secPassword} {
				require.NotContains(t, d.lines.String(), secret, name)
				require.NotContains(t, d.lines.String(), strconv.Quote(secret), name)
				require.NotContains(t, d.lines.String(), url.QueryEscape(secret), name)
			}
		}
	})
}

// hijacked answers with something that is no HTTP, and holds the credential that was sent.
func hijacked(form string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		secret := strings.NewReplacer("Token ", "", "Bearer ", "").Replace(r.Header.Get("Authorization") + r.Header.Get("X-Auth-Token"))
		if len(body) > 0 {
			secret = secPassword
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			fmt.Fprintf(conn, form, secret)
			_ = conn.Close()
		}
	}
}

// TestRequestIDsAndCursorsHoldNoCredential: a server that writes the credential into its request id and its next link gets
// it neither into a page nor into a cursor.
func TestRequestIDsAndCursorsHoldNoCredential(t *testing.T) {
	t.Parallel()
	for _, form := range []string{secToken, url.QueryEscape(secToken)} {
		server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", "r-"+form)
			fmt.Fprintf(w, `{"auditEvents":[{"event":"x","date":"2026-01-14T09:26:53Z"}],"_links":{"next":{"href":"?cursor=1&access_token=%s"}}}`, form)
		})
		c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(server.URL, auditlogs.StaticToken(secToken)))
		require.NoError(t, err)
		t.Cleanup(c.CloseIdleConnections)
		var (
			pages []*auditlogs.Page[auditlogs.UserEvent]
			last  error
		)
		for p, failed := range c.UserEvents.Pages(t.Context(), auditlogs.UserEventFilter{}) {
			if last = failed; last == nil {
				pages = append(pages, p)
			}
		}
		require.Len(t, pages, 1)
		require.Len(t, pages[0].Items, 1)
		require.Equal(t, "r-[redacted]", pages[0].RequestID)
		cursor, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(string(pages[0].Next), "al1."))
		require.NoError(t, err)
		requireClean(t, string(cursor))
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(t, last, &incomplete)
		require.EqualError(t, last, "auditlogs: UserEvents.List: incomplete: the API says that more records follow, but the next link holds the credential")
	}
	server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "r-"+secToken)
		_, _ = io.WriteString(w, `{"auditEvents":[]}`)
	})
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(server.URL, auditlogs.StaticToken(secToken)))
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	p, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	require.Equal(t, "r-[redacted]", p.RequestID)
}

// panicking is what a process that dies of a panic was told to do; the test starts itself again with it.
const panicking = "SECURITY_TEST_PANIC"

// TestPanicsPrintNoSecret: when a hook or a token source of the user's own panics, what the dying process prints holds no
// credential.
func TestPanicsPrintNoSecret(t *testing.T) {
	t.Parallel()
	if where := os.Getenv(panicking); where != "" {
		panicWithin(t, where)
		return
	}
	for _, where := range []string{"OnRequest", "OnResponse", "OnRetry", "OnPage", "login", "source", "log"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPanicsPrintNoSecret$")
			cmd.Env = append(os.Environ(), panicking+"="+where, "GOTRACEBACK=all")
			out, err := cmd.CombinedOutput()
			require.Error(t, err, "the process lived")
			require.Contains(t, string(out), "a user's own panic in "+where)
			require.Contains(t, string(out), "goroutine ")
			requireClean(t, strings.ReplaceAll(string(out), "127.0.0.1", ""))
		})
	}
}

func panicWithin(t *testing.T, where string) {
	die := func(at string) {
		if at == where {
			panic("a user's own panic in " + where)
		}
	}
	status := http.StatusOK
	if where == "OnRetry" {
		status = http.StatusServiceUnavailable
	}
	server := secServe(t, false, say(status, `[]`))
	tokens := auditlogs.StaticToken(secToken)
	switch where {
	case "login":
		tokens = auditlogs.WaldurLogin(server.URL, "user", secPassword)
	case "source":
		tokens = panickingSource{secToken}
	}
	c, err := auditlogs.NewClient(
		auditlogs.WithWaldur(server.URL, tokens), auditlogs.WithLogger(slog.New(panickingLog{slog.DiscardHandler, where})),
		auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(_ context.Context, i auditlogs.RequestInfo) {
				if die("OnRequest"); i.Op == "Waldur.Login" {
					die("login")
				}
			},
			OnResponse: func(context.Context, auditlogs.ResponseInfo) { die("OnResponse") },
			OnRetry:    func(context.Context, auditlogs.RetryInfo) { die("OnRetry") },
			OnPage:     func(context.Context, auditlogs.PageInfo) { die("OnPage") },
		}),
	)
	require.NoError(t, err)
	_, _ = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
}

// panickingSource holds the secret where a trace of the stack could print it.
type panickingSource struct{ value string }

func (s panickingSource) Token(context.Context) (auditlogs.Token, error) {
	panic("a user's own panic in source")
}

// panickingLog is a log that panics.
type panickingLog struct {
	slog.Handler
	where string
}

func (l panickingLog) Enabled(context.Context, slog.Level) bool { return l.where == "log" }

func (l panickingLog) Handle(context.Context, slog.Record) error {
	panic("a user's own panic in log")
}

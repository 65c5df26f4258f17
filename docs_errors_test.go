package auditlogs_test

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Every error text in docs/troubleshooting.md is one that the client gives: what stands there is made here, over HTTP.
func TestTroubleshootingQuotesErrors(t *testing.T) {
	t.Parallel()
	document := troubleshooting(t)
	quoted := map[string]bool{}
	for line := range strings.Lines(document) {
		if text := strings.TrimSpace(line); strings.HasPrefix(line, "    ") {
			quoted[text] = false
		}
	}
	for name, provoke := range provocations {
		err := provoke(t)
		require.Error(t, err, name)
		for text := range strings.Lines(err.Error()) {
			text = strings.TrimSpace(text)
			_, known := quoted[text]
			require.True(t, known, "docs/troubleshooting.md does not have: %s", text)
			quoted[text] = true
		}
	}
	for text, made := range quoted {
		require.True(t, made, "docs/troubleshooting.md has what nothing gives: %s", text)
	}
}

// Every exported sentinel and error type has its place in the document.
func TestTroubleshootingIsComplete(t *testing.T) {
	t.Parallel()
	document := troubleshooting(t)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	ofDeliver, err := filepath.Glob("deliver/*.go")
	require.NoError(t, err)
	files = append(files, ofDeliver...)
	names := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			name := ""
			switch n := n.(type) {
			case *ast.ValueSpec:
				name = n.Names[0].Name
			case *ast.TypeSpec:
				name = n.Name.Name
			case *ast.FuncDecl:
				return false
			}
			if ast.IsExported(name) && (strings.HasPrefix(name, "Err") || strings.HasSuffix(name, "Error")) {
				names++
				if filepath.Dir(file) != "." {
					name = filepath.Dir(file) + "." + name
				}
				require.True(t, strings.Contains(document, "`"+name+"`"), "docs/troubleshooting.md does not tell of %s", name)
			}
			return true
		})
	}
	require.Greater(t, names, 20)
}

func troubleshooting(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("docs/troubleshooting.md")
	require.NoError(t, err)
	return string(text)
}

// provocations make the errors that the document quotes.
var provocations = map[string]func(t *testing.T) error{
	"config": func(*testing.T) error {
		_, err := auditlogs.NewClient(
			auditlogs.WithWaldur("http://waldur.example.com", auditlogs.StaticToken("")), auditlogs.WithRateLimit(0),
			auditlogs.WithElasticPath(auditlogs.ElasticPathUSEast, auditlogs.TokenFile("/run/secrets/none")),
		)
		return err
	},
	"preflight": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 401})
		return client.Preflight(t.Context())
	},
	"limiter": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{}, auditlogs.WithLimiter(rate.NewLimiter(0, 0)))
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	},
	"not configured": func(t *testing.T) error {
		client, err := auditlogs.NewClient()
		require.NoError(t, err)
		_, err = client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	},
	"no source": func(t *testing.T) error {
		client, err := auditlogs.NewClient()
		require.NoError(t, err)
		return lastOf(auditlogs.Merge(t.Context(), client.Sources()...))
	},
	"filter": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{})
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{Window: time.Hour, Since: time.Unix(0, 0)})
		return err
	},
	"invalid cursor": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{})
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{ListOptions: auditlogs.ListOptions{Cursor: "half"}})
		return err
	},
	"cursor mismatch": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 10})
		page, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.NoError(t, err)
		options := auditlogs.ListOptions{Cursor: page.Next}
		_, err = client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{AccountGroupID: "77", ListOptions: options})
		return err
	},
	"unauthorized": answered(auditlogtest.Fault{Status: http.StatusUnauthorized, Times: -1}),
	"forbidden":    answered(auditlogtest.Fault{Status: http.StatusForbidden}),
	"not found":    answered(auditlogtest.Fault{Status: http.StatusNotFound}),
	"rate limited": answered(auditlogtest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"300"}}}),
	"server":       answered(auditlogtest.Fault{Status: http.StatusServiceUnavailable, Times: -1}),
	"broken":       answered(auditlogtest.Fault{Truncate: 30, Times: -1}),
	"unreadable":   answered(auditlogtest.Fault{Status: http.StatusOK, Body: `<html>`, Times: -1}),
	"no listing":   answered(auditlogtest.Fault{Status: http.StatusOK, Body: `{}`, Times: -1}),
	"timeout": func(t *testing.T) error {
		srv := auditlogtest.NewServer()
		defer srv.Close()
		hc := srv.HTTPClient()
		hc.Timeout = time.Nanosecond
		once := auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})
		client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHTTPClient(hc), once)...)
		require.NoError(t, err)
		_, err = client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	},
	"canceled": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := client.UserEvents.List(ctx, auditlogs.UserEventFilter{})
		return err
	},
	"invalid request": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.Inject(auditlogtest.Fault{
			API: auditlogtest.Waldur, Status: http.StatusBadRequest, Body: `{"accessor_type":["Select a valid choice."]}`,
		})
		_, err := client.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
		return err
	},
	"too large": func(t *testing.T) error {
		_, client := troubled(t, auditlogtest.Fault{}, auditlogs.WithMaxBodyBytes(1000))
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	},
	"loop": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 10, LoopNext: true})
		return lastOf(client.UserEvents.Pages(t.Context(), auditlogs.UserEventFilter{}))
	},
	"offset limit": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.GenerateFor(auditlogtest.ElasticPath, 1, 10_200)
		f := auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID}
		return lastOf(client.PersonalDataLogs.Pages(t.Context(), f))
	},
	"incomplete": func(t *testing.T) error { // ten pages of one time, in another order each time, and not the same rows
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.SetQuirks(auditlogtest.Waldur, auditlogtest.Quirks{PageCap: 20, UnstableTies: true})
		row := auditlogs.DataAccessLog{Timestamp: time.Unix(1772409600, 0)}
		srv.AddDataAccessLogs(slices.Repeat([]auditlogs.DataAccessLog{row}, 200)...)
		srv.BeforeRequest(func(auditlogtest.API, int) { srv.AddDataAccessLogs(row) })
		return lastOf(client.DataAccessLogs.Pages(t.Context(), auditlogs.DataAccessLogFilter{}))
	},
	"out of order": func(t *testing.T) error { return lastOf(auditlogs.Merge(t.Context(), disordered{})) },
	"event version": func(*testing.T) error {
		return json.Unmarshal([]byte(`{"v":2}`), new(auditlogs.Event))
	},
	"related": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.AddRelatedDataEntries(auditlogtest.ResourceType, auditlogtest.ResourceID,
			auditlogs.RelatedDataEntry{ResourceType: "order", ResourceID: "two words"})
		f := auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID}
		return lastOf(client.PersonalDataLogs.AllRelated(t.Context(), f))
	},
	"one source": func(t *testing.T) error {
		srv, client := troubled(t, auditlogtest.Fault{})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: http.StatusForbidden})
		err := lastOf(auditlogs.Merge(t.Context(), client.Sources()...))
		var failed *auditlogs.SourceError
		require.True(t, errors.As(err, &failed))
		return err
	},
}

// disordered is a source of one's own whose newest event comes last.
type disordered struct{ auditlogs.Source }

func (disordered) Name() string { return "disordered" }

func (disordered) Pages(context.Context, auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for i, seconds := range []int64{30, 20, 10, 40} {
			page := &auditlogs.Page[auditlogs.Event]{Items: []auditlogs.Event{{Time: time.Unix(seconds, 0)}}}
			if i < 3 {
				page.Next = auditlogs.Cursor(strconv.Itoa(i))
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// troubled is a server with 100 records and one fault, and a client of it that does not wait.
func troubled(t *testing.T, fault auditlogtest.Fault, options ...auditlogs.Option) (*auditlogtest.Server, *auditlogs.Client) {
	t.Helper()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	srv.GenerateFor(auditlogtest.ThousandEyes, 1, 100)
	if fault.Status != 0 || fault.Truncate != 0 {
		srv.Inject(fault)
	}
	quick := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond})
	client, err := auditlogs.NewClient(append(append(srv.Options(), quick), options...)...)
	require.NoError(t, err)
	return srv, client
}

func answered(fault auditlogtest.Fault) func(*testing.T) error {
	return func(t *testing.T) error {
		_, client := troubled(t, fault)
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	}
}

// lastOf reads to the end.
func lastOf[T any](seq func(yield func(T, error) bool)) (last error) {
	for _, err := range seq {
		if err != nil {
			last = err
		}
	}
	return last
}

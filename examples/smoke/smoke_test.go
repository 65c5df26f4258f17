package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

func TestMain(m *testing.M) { demotest.Main(m, main) }

func TestLostConfiguration(t *testing.T) {
	t.Parallel()
	demotest.Lost(t, "-since 24h", "-report f", "-eds-instance i", "-elasticpath-resource customer:1", "-demo=false")
}

// With nothing configured, a test server is asked, and each line is marked.
func TestDemo(t *testing.T) {
	t.Parallel()
	got := demotest.Run(t, nil)
	require.Zero(t, got.Code, got.Err)
	require.Contains(t, got.Err, "no API is configured: asking a test server of its own")
	require.Contains(t, got.Out, "no live API was asked")
	for _, api := range everyone {
		require.Contains(t, got.Out, "## "+string(api)+"\n")
	}
	for line := range strings.Lines(got.Out) {
		require.True(t, strings.HasPrefix(line, "demo "), line)
	}
	require.NotContains(t, got.Out, "not asked")
}

// A usual server confirms everything. What cannot be seen of it needs a link of Huawei's.
func TestUsualServer(t *testing.T) {
	t.Parallel()
	for _, api := range everyone {
		r := asked(t, serve(t, api, size[api], qs{}), api)
		require.True(t, r.good())
		for _, f := range r.findings {
			if api == hu && f.id == "next-host" {
				require.Equal(t, notSeen, f.status)
				continue
			}
			require.Contains(t, []status{confirmed, learned}, f.status, "%s %s: %s", api, f.id, f)
		}
	}
}

// From a log that is empty or short nothing is concluded, and nothing differs.
func TestShortLogs(t *testing.T) {
	t.Parallel()
	for _, api := range everyone {
		usual := answers(asked(t, serve(t, api, size[api], qs{}), api))
		for _, f := range asked(t, serve(t, api, 0, qs{}), api).findings {
			aboutNoRecord := []string{"framing", "gzip", "bom", "login", "absent-link", "empty", "errors", "groups", "default-range"}
			require.Equal(t, slices.Contains(aboutNoRecord, f.id), f.status != notSeen, "%s: %s of an empty log: %s", api, f.id, f)
		}
		for _, n := range []int{1, 2, 9, 10, 11, 49, 50, 51, 60} {
			r := asked(t, serve(t, api, n, qs{}), api)
			require.Empty(t, changed(usual, answers(r), nil), "%s, %d records", api, n)
			require.True(t, r.good())
			for _, f := range r.findings {
				needsMore := []string{"page-size", "short-pages", "hidden", "endless", "default-size", "cursor", "empty-pages"}
				if n < tinyPage && slices.Contains(needsMore, f.id) {
					require.Equal(t, notSeen, f.status, "%s, %d records: %s", api, n, f.id)
				}
			}
		}
	}
}

// While records are added, none of the answers is wrong.
func TestGrowingLogs(t *testing.T) {
	t.Parallel()
	for _, api := range everyone {
		server := serve(t, api, size[api], qs{})
		usual := answers(asked(t, server, api))
		server.BeforeRequest(func(_ auditlogtest.API, n int) {
			at := now.Add(time.Duration(n) * time.Second)
			server.GenerateForBetween(api, at, at.Add(time.Second), uint64(n), 1)
		})
		r := asked(t, server, api)
		require.Empty(t, changed(usual, answers(r), nil), api)
		require.True(t, r.good())
	}
}

// Nothing is written, no more is sent than promised, and all of it to the configured address.
func TestRequests(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long under the race detector")
	}
	for _, q := range []qs{{}, {PageCap: 7}, {ShortPages: 1}, {EmptyPages: 2, CursorLifetime: 1}, {LoopNext: true}, {ForeignNext: "other.example.org"}} {
		for _, api := range everyone {
			server := serve(t, api, size[api], q)
			r := asked(t, server, api)
			require.LessOrEqual(t, r.sent, maxRequests)
			for _, f := range r.findings {
				require.NotContains(t, f.answer, errBudget.Error(), "%s %+v", api, q)
			}
			for _, request := range server.Requests(api) {
				require.Equal(t, http.MethodGet, request.Method)
			}
			require.Empty(t, server.Requests(""))
		}
	}
}

// below strips a prefix of the path, as a proxy does.
type below struct {
	prefix string
	http.RoundTripper
}

func (b below) RoundTrip(req *http.Request) (*http.Response, error) {
	stripped := req.Clone(req.Context())
	path, ok := strings.CutPrefix(req.URL.Path, b.prefix)
	if !ok {
		return nil, errors.New("not below the prefix")
	}
	stripped.URL.Path = path
	stripped.URL.RawPath = ""
	return b.RoundTripper.RoundTrip(stripped)
}

// The questions are asked where the client is: below a prefix, too.
func TestBelowPrefix(t *testing.T) {
	t.Parallel()
	for _, api := range everyone {
		server := serve(t, api, size[api], qs{})
		w := newWire(below{"/a b", server.HTTPClient().Transport})
		token, at := auditlogs.StaticToken(auditlogtest.Token), strings.Replace(server.BaseURL(api), server.URL, server.URL+"/a%20b", 1)
		option := map[auditlogtest.API]auditlogs.Option{
			wa: auditlogs.WithWaldur(at, token), hu: auditlogs.WithHuaweiEDS(at, auditlogtest.ProjectID, token), ak: auditlogs.WithAkinon(at, token),
			ep: auditlogs.WithElasticPath(at, token), te: auditlogs.WithThousandEyes(at, token),
		}[api]
		r := questioned(t, w, option)
		require.True(t, r.good(), "%+v", r)
		for _, f := range r.findings {
			require.NotEqual(t, failed, f.status)
		}
	}
}

// A signed request cannot be made here, and the questions say so.
func TestSigned(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer(auditlogtest.InMemory()) // signatures need the right time
	defer server.Close()
	server.GenerateForBetween(hu, time.Now().AddDate(0, 0, -2), time.Now(), 1, 100)
	key := auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey})
	r := questioned(t, newWire(server.HTTPClient().Transport), auditlogs.WithHuaweiEDS(server.BaseURL(hu), auditlogtest.ProjectID, key))
	require.True(t, r.good(), "%+v", r)
	require.Equal(t, "not seen: "+errSigned.Error(), answers(r)["list"])
	require.Zero(t, r.sent)
}

// What Preflight says is said, and not in the report.
func TestPreflightFails(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	defer server.Close()
	server.Inject(auditlogtest.Fault{API: wa, Status: 403, Body: `{"detail":"zoe@example.org may not"}`})
	server.RevokeTokens()
	server.AllowToken("other")
	out, said := &bytes.Buffer{}, &bytes.Buffer{}
	p := program{now: clock, out: out, stderr: said, base: http.DefaultTransport}
	code := p.run(t.Context(), nil, auditlogs.WithWaldur(server.URL, auditlogs.StaticToken("other")),
		auditlogs.WithAkinon(server.BaseURL(ak), auditlogs.StaticToken(auditlogtest.Token)))
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, said.String(), "akinon: correct ")
	require.Contains(t, said.String(), "zoe@example.org may not")
	require.Contains(t, out.String(), "Preflight failed: forbidden.")
	require.Contains(t, out.String(), "Preflight failed: unauthorized.")
	require.NotContains(t, out.String(), "zoe")
}

// What needs a flag says so. A connector is found without one.
func TestFlagsNeeded(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer(auditlogtest.WithClock(clock))
	defer server.Close()
	server.GenerateBetween(now.AddDate(0, 0, -60), now, 1, 1000)
	run := func(args ...string) (int, string) {
		out := &bytes.Buffer{}
		p := program{now: clock, out: out, stderr: io.Discard, base: http.DefaultTransport}
		return p.run(t.Context(), args, served(server)...), out.String()
	}
	code, out := run("-api", "huawei-eds,elasticpath")
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "Not asked: -eds-instance names no instance.")
	require.Contains(t, out, "Not asked: -elasticpath-resource names no resource.")
	require.NotContains(t, out, "waldur")
	file := filepath.Join(t.TempDir(), "report.md")
	code, out = run("-eds-instance", auditlogtest.InstanceID, "-elasticpath-resource", "customer:"+auditlogtest.ResourceID, "-report", file, "-since", "7d")
	require.Equal(t, cli.ExitDone, code, out)
	require.NotContains(t, out, "Not asked")
	require.NotContains(t, out, "failed")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, out, string(text))
	server.SetQuirks(wa, qs{Envelope: true})
	code, _ = run("-api", "waldur")
	require.Equal(t, cli.ExitFailed, code)
	code, _ = run("-api", "waldr")
	require.Equal(t, cli.ExitUsage, code)
	code, _ = run("-report", filepath.Join(file, "no folder"), "-api", "akinon")
	require.Equal(t, cli.ExitFailed, code)
}

// A server that fails now and then is asked once more; one that fails for good is said to.
func TestFailures(t *testing.T) {
	t.Parallel()
	again := http.Header{"Retry-After": {"0"}}
	server := serve(t, wa, 400, qs{})
	server.Inject(auditlogtest.Fault{API: wa, After: 5, Status: 503, Header: again})
	require.True(t, asked(t, server, wa).good())
	server = serve(t, wa, 400, qs{})
	server.Inject(auditlogtest.Fault{API: wa, After: 4, Times: -1, Status: 503, Header: again})
	r := asked(t, server, wa)
	require.False(t, r.good())
	require.Equal(t, "failed: the server could not answer; try again later", answers(r)["order"])
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, wa, 400, qs{})
	server.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n == 4 {
			cancel()
		}
	})
	out := &bytes.Buffer{}
	p := program{now: clock, out: out, stderr: io.Discard, base: server.HTTPClient().Transport}
	require.Equal(t, cli.ExitInterrupted, p.run(ctx, nil, only(server, wa)))
	require.Empty(t, out.String())
}

// Few requests are left of the organization's budget: the rest is others'.
func TestScarceBudget(t *testing.T) {
	t.Parallel()
	server := serve(t, te, 560, qs{})
	server.SetRateLimit(te, 40)
	r := asked(t, server, te)
	require.Less(t, len(server.Requests(te)), 40-scarce+5)
	require.Equal(t, "not seen: "+errScarce.Error(), answers(r)["groups"])
}

// Each value of the enumerations is among the quirks, but the usual one.
func TestEveryValueIsNamed(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../../auditlogtest/quirks.go", nil, 0)
	require.NoError(t, err)
	values, current := map[string]int{}, ""
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || !spec.Names[0].IsExported() {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok {
			current = of.Name
		}
		values[current]++
		return true
	})
	seen := map[string]map[any]bool{"Order": {}, "Total": {}, "NextForm": {}, "ErrorForm": {}}
	for _, q := range quirks {
		seen["Order"][q.q.Order], seen["Total"][q.q.Total] = true, true
		seen["NextForm"][q.q.Next], seen["ErrorForm"][q.q.Errors] = true, true
	}
	for name, n := range values {
		require.Len(t, seen[name], n, name)
	}
	require.Len(t, values, len(seen))
}

// The report holds no text of any record or setting of the server: no name, address, ID, token or host.
func TestReportHoldsNothingOfTheServer(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer(auditlogtest.WithClock(clock))
	defer server.Close()
	server.GenerateBetween(now.AddDate(0, 0, -60), now, 3, 2000)
	server.AddAccountGroups(auditlogs.AccountGroup{AccountGroupID: "777888", AccountGroupName: "Hidden group"})
	secrets := textsOf(t, server)
	require.Greater(t, len(secrets), 2000)
	servers := []qs{
		{NumericIDs: true, ForbiddenGroup: "777888", Errors: auditlogtest.ErrorsOfSpring, ForeignNext: "other.example.org"}, {}, {TextRecords: true},
	}
	if testing.Short() {
		servers = servers[:1]
	}
	for _, q := range servers {
		server.SetQuirks("", q)
		out := &bytes.Buffer{}
		p := program{now: clock, out: out, stderr: io.Discard, base: http.DefaultTransport}
		p.run(t.Context(), []string{"-eds-instance", auditlogtest.InstanceID, "-elasticpath-resource", "customer:" + auditlogtest.ResourceID}, served(server)...)
		require.Contains(t, out.String(), "confirmed: ")
		for _, secret := range append(secrets, "other.example.org", "127.0.0.1", strings.TrimPrefix(server.URL, "http://127.0.0.1:")) {
			require.NotContains(t, out.String(), secret)
		}
	}
}

// textsOf returns all texts and long numbers of the server's records, and its settings. Words of the questions and what is
// shorter than four characters prove nothing.
func textsOf(t *testing.T, server *auditlogtest.Server) []string {
	t.Helper()
	found := map[string]bool{
		auditlogtest.Token: true, auditlogtest.ClientID: true, auditlogtest.ClientSecret: true, auditlogtest.ProjectID: true,
		auditlogtest.InstanceID: true, auditlogtest.ConnectorID: true, auditlogtest.ResourceID: true, auditlogtest.StoreID: true,
		auditlogtest.AccountGroupName: true, "777888": true, "Hidden group": true,
	}
	for _, records := range []any{server.DataAccessLogs(), server.DataAssetLogs(), server.AuditEvents(), server.PersonalDataLogs(), server.UserEvents()} {
		text, err := json.Marshal(records)
		require.NoError(t, err)
		var tree any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&tree))
		collect(tree, found)
	}
	common := []string{"email", "VIEW", "true", "customer", "text", "type", "Login.", "status"}
	var texts []string
	for text := range found {
		if len(text) >= 4 && !slices.Contains(common, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

func collect(tree any, found map[string]bool) {
	switch v := tree.(type) {
	case map[string]any:
		for _, each := range v {
			collect(each, found)
		}
	case []any:
		for _, each := range v {
			collect(each, found)
		}
	case string:
		found[v] = true
	case json.Number:
		found[v.String()] = true
	}
}

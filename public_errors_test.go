package auditlogs_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"iter"
	"maps"
	"net"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// The errors of this module are the types that the root package exports. Those of packages below internal/, of modules
// that it uses and its own unexported ones are no types that a caller could name: a program that finds one with errors.As,
// or prints it with %T, would depend on what no release promises. These tests walk the tree of every error that a method
// or a hook can give.

const (
	borderModule = "github.com/auditlogs/auditlogs-go"
	borderHost   = "border-host.example"
	borderMarker = "border-marker" // stands in filters
)

// borderGuard gathers what errors are and say.
type borderGuard struct {
	mu    sync.Mutex
	leaks map[string]map[string]bool // by type: where it came out
	texts strings.Builder
}

// check looks at errors and at everything that they wrap.
func (g *borderGuard) check(where string, errs ...error) {
	for _, err := range errs {
		if err != nil {
			g.note(where, err)
		}
		switch wrapper := err.(type) { //nolint:errorlint // each level is looked at by itself
		case interface{ Unwrap() error }:
			g.check(where, wrapper.Unwrap())
		case interface{ Unwrap() []error }:
			g.check(where, wrapper.Unwrap()...)
		}
	}
}

func (g *borderGuard) note(where string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	fmt.Fprintf(&g.texts, "%s: %v\n", where, err)
	if name := foreignType(err); name != "" {
		if g.leaks == nil {
			g.leaks = map[string]map[string]bool{}
		}
		if g.leaks[name] == nil {
			g.leaks[name] = map[string]bool{}
		}
		g.leaks[name][where] = true
	}
}

// foreignType is the type of an error that no caller should meet, or "". Those of the standard library may be met, and so
// may those of this package, which are the caller's own.
func foreignType(err error) string {
	of := reflect.TypeOf(err)
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	first, _, _ := strings.Cut(of.PkgPath(), "/")
	switch {
	case of.PkgPath() == borderModule && token.IsExported(of.Name()):
	case of.PkgPath() == borderModule+"_test", !strings.Contains(first, "."):
	default:
		return of.PkgPath() + "." + of.Name()
	}
	return ""
}

// report fails the test if there was anything to find; the others are further texts that no error may hold.
func (g *borderGuard) report(t *testing.T, others ...string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(g.leaks)) {
		t.Errorf("%s comes out of %s", name, strings.Join(slices.Sorted(maps.Keys(g.leaks[name])), ", "))
	}
	requireClean(t, g.texts.String())
	for _, text := range append(others, borderHost, borderMarker) {
		require.NotContains(t, g.texts.String(), text)
	}
}

// hooks look at the errors that hooks are told.
func (g *borderGuard) hooks() auditlogs.Hooks {
	return auditlogs.Hooks{
		OnCall: func(ctx context.Context, i auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) {
			return ctx, func(d auditlogs.CallDone) { g.check("OnCall of "+i.Op, d.Err) }
		},
		OnResponse: func(_ context.Context, i auditlogs.ResponseInfo) { g.check("OnResponse of "+i.Op, i.Err) },
		OnRetry:    func(_ context.Context, i auditlogs.RetryInfo) { g.check("OnRetry of "+i.Op, i.Err) },
	}
}

// borderAsk is what calls are given.
type borderAsk struct {
	listing
	follow auditlogs.FollowOptions
	bad    bool // every other argument of the call is one that is refused
	sort   string
}

// pick chooses between an argument that is good and one that is not.
func pick[T any](a borderAsk, good, bad T) T {
	if a.bad {
		return bad
	}
	return good
}

// borderCall is one call of a method: with what, of which client.
type borderCall struct {
	context.Context
	*auditlogs.Client
	borderAsk
}

type borderCalls map[string]func(borderCall) []error

// allBorderCalls are all methods that talk to an API, by their names.
func allBorderCalls() borderCalls {
	type call = borderCall
	calls := borderCalls{}
	waldur := func(a borderAsk) auditlogs.DataAccessLogFilter {
		return auditlogs.DataAccessLogFilter{
			Query: pick(a, "", borderMarker+"\n"), AccessorType: pick(a, "", auditlogs.AccessorType(borderMarker)), AccessorUUID: pick(a, "", borderMarker),
			UserUUID: pick(a, "", borderMarker), Order: pick(a, nil, []auditlogs.DataAccessLogOrder{"uuid"}), Since: a.since, Until: a.until, ListOptions: a.ListOptions,
		}
	}
	huawei := func(a borderAsk) auditlogs.DataAssetLogFilter {
		return auditlogs.DataAssetLogFilter{
			InstanceID: pick(a, auditlogtest.InstanceID, ""), ConnectorID: pick(a, auditlogtest.ConnectorID, "../"+borderMarker),
			UserKeywords: pick(a, "", "\n"), ConnectorKeywords: pick(a, "", "\n"), Action: pick(a, "", auditlogs.DataAssetAction(borderMarker)),
			Since: a.since, Until: a.until, ListOptions: a.ListOptions,
		}
	}
	akinon := func(a borderAsk) auditlogs.AuditEventFilter {
		n := pick(a, int64(0), -1)
		sort := pick(a, a.sort, borderMarker+"\n")
		return auditlogs.AuditEventFilter{ContentType: n, ObjectID: n, User: n, Sort: sort, Since: a.since, Until: a.until, ListOptions: a.ListOptions}
	}
	elastic := func(a borderAsk) auditlogs.PersonalDataLogFilter {
		id := pick(a, borderMarker, "two words")
		return auditlogs.PersonalDataLogFilter{ResourceType: pick(a, "customer", ""), ResourceID: id, Since: a.since, Until: a.until, ListOptions: a.ListOptions}
	}
	eyes := func(a borderAsk) auditlogs.UserEventFilter {
		id := pick(a, "", borderMarker+"/")
		return auditlogs.UserEventFilter{AccountGroupID: id, Window: pick(a, 0, -time.Second), Since: a.since, Until: a.until, ListOptions: a.ListOptions}
	}
	addCalls(calls, "DataAccessLogs", func(c call) sourced[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter] { return c.DataAccessLogs }, waldur)
	addCalls(calls, "DataAssetLogs", func(c call) sourced[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter] { return c.DataAssetLogs }, huawei)
	addCalls(calls, "AuditEvents", func(c call) sourced[auditlogs.AuditEvent, auditlogs.AuditEventFilter] { return c.AuditEvents }, akinon)
	addCalls(calls, "PersonalDataLogs", func(c call) sourced[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter] {
		return c.PersonalDataLogs
	}, elastic)
	addCalls(calls, "UserEvents", func(c call) sourced[auditlogs.UserEvent, auditlogs.UserEventFilter] { return c.UserEvents }, eyes)
	connectors := func(c call) auditlogs.Source {
		f := huawei(c.borderAsk)
		f.ConnectorID = pick(c.borderAsk, "", borderMarker)
		return c.DataAssetLogs.AllConnectors(f)
	}
	resources := func(c call) auditlogs.Source {
		f := elastic(c.borderAsk)
		one := auditlogs.RelatedDataEntry{ResourceType: f.ResourceType, ResourceID: f.ResourceID}
		f.ResourceType, f.ResourceID = "", pick(c.borderAsk, "", borderMarker)
		return c.PersonalDataLogs.SourceOf(f, one, auditlogs.RelatedDataEntry{ResourceType: "order", ResourceID: "1"})
	}
	sources := func(c call) []auditlogs.Source {
		own := c.DataAccessLogs.Source(waldur(c.borderAsk))
		return append([]auditlogs.Source{
			own, c.DataAssetLogs.Source(huawei(c.borderAsk)), c.AuditEvents.Source(akinon(c.borderAsk)),
			c.PersonalDataLogs.Source(elastic(c.borderAsk)), c.UserEvents.Source(eyes(c.borderAsk)), connectors(c), resources(c),
		}, pick(c.borderAsk, nil, []auditlogs.Source{nil, own})...)
	}
	named := func(c call) auditlogs.Source { return auditlogs.Named(borderMarker, connectors(c)) }
	id := func(c call) string { return pick(c.borderAsk, "a1b2c3d4e5f67890abcdef1234567890", borderMarker+"/") }
	related := func(c call) iter.Seq2[auditlogs.RelatedDataEntry, error] {
		return c.PersonalDataLogs.Related(c, elastic(c.borderAsk).ResourceType, elastic(c.borderAsk).ResourceID)
	}
	maps.Copy(calls, borderCalls{
		"DataAssetLogs.AllConnectors.Pages":  func(c call) []error { return errorsOf(connectors(c).Pages(c, c.Cursor)) },
		"DataAssetLogs.AllConnectors.Follow": func(c call) []error { return errorsOf(connectors(c).Follow(c, c.Cursor, c.follow)) },
		"PersonalDataLogs.SourceOf.Pages":    func(c call) []error { return errorsOf(resources(c).Pages(c, c.Cursor)) },
		"PersonalDataLogs.SourceOf.Follow":   func(c call) []error { return errorsOf(resources(c).Follow(c, c.Cursor, c.follow)) },
		"DataAccessLogs.Get":                 func(c call) []error { return errorOf(c.DataAccessLogs.Get(c, id(c))) },
		"DataAccessLogs.Delete":              func(c call) []error { return []error{c.DataAccessLogs.Delete(c, id(c))} },
		"DataAccessLogs.Count":               func(c call) []error { return errorOf(c.DataAccessLogs.Count(c, waldur(c.borderAsk))) },
		"AuditEvents.Get":                    func(c call) []error { return errorOf(c.AuditEvents.Get(c, id(c))) },
		"PersonalDataLogs.Related":           func(c call) []error { return errorsOf(related(c)) },
		"PersonalDataLogs.AllRelated":        func(c call) []error { return errorsOf(c.PersonalDataLogs.AllRelated(c, elastic(c.borderAsk))) },
		"DataAssetLogs.Connectors":           func(c call) []error { return errorsOf(c.DataAssetLogs.Connectors(c, huawei(c.borderAsk).InstanceID)) },
		"Client.Preflight":                   func(c call) []error { return []error{c.Preflight(c)} },
		"UserEvents.AccountGroups":           func(c call) []error { return errorsOf(c.UserEvents.AccountGroups(c)) },
		"Named Pages":                        func(c call) []error { return errorsOf(named(c).Pages(c, c.Cursor)) },
		"Named Follow":                       func(c call) []error { return errorsOf(named(c).Follow(c, c.Cursor, c.follow)) },
		"Merge":                              func(c call) []error { return errorsOf(auditlogs.Merge(c, sources(c)...)) },
		"MergeFrom":                          func(c call) []error { return errorsOf(auditlogs.MergeFrom(c, c.Cursor, sources(c)...)) },
		"FollowAll":                          func(c call) []error { return errorsOf(auditlogs.FollowAll(c, c.Cursor, c.follow, sources(c)...)) },
	})
	return calls
}

// sourced is what all five services can do.
type sourced[T, F any] interface {
	lister[T, F]
	Source(F) auditlogs.Source
}

// addCalls adds the methods that all five services have.
func addCalls[T, F any](calls borderCalls, name string, of func(borderCall) sourced[T, F], f func(borderAsk) F) {
	type call = borderCall
	maps.Copy(calls, borderCalls{
		name + ".List":          func(c call) []error { return errorOf(of(c).List(c, f(c.borderAsk))) },
		name + ".Pages":         func(c call) []error { return errorsOf(of(c).Pages(c, f(c.borderAsk))) },
		name + ".All":           func(c call) []error { return errorsOf(of(c).All(c, f(c.borderAsk))) },
		name + ".Follow":        func(c call) []error { return errorsOf(of(c).Follow(c, f(c.borderAsk), c.follow)) },
		name + ".Source.Pages":  func(c call) []error { return errorsOf(of(c).Source(f(c.borderAsk)).Pages(c, c.Cursor)) },
		name + ".Source.Follow": func(c call) []error { return errorsOf(of(c).Source(f(c.borderAsk)).Follow(c, c.Cursor, c.follow)) },
	})
}

func errorOf[T any](_ T, err error) []error { return []error{err} }

func errorsOf[T any](seq iter.Seq2[T, error]) (errs []error) {
	for _, err := range seq {
		errs = append(errs, err)
	}
	return errs
}

// TestEveryMethodThatFailsIsGuarded: the table above has every method of a service that gives an error, and no other.
func TestEveryMethodThatFailsIsGuarded(t *testing.T) {
	t.Parallel()
	want := failing("Client.", reflect.TypeFor[*auditlogs.Client]())
	for field := range reflect.TypeFor[auditlogs.Client]().Fields() {
		if field.IsExported() {
			want = append(want, failing(field.Name+".", field.Type)...)
		}
	}
	got := slices.DeleteFunc(slices.Collect(maps.Keys(allBorderCalls())), func(name string) bool { return !strings.Contains(name, ".") })
	require.ElementsMatch(t, want, got)
}

// failing are the methods of a type that give an error, or an iterator that yields one, and those of the sources it gives.
func failing(prefix string, of reflect.Type) (names []string) {
	for method := range of.Methods() {
		for out := range method.Type.Outs() {
			if out == reflect.TypeFor[auditlogs.Source]() {
				names = append(names, failing(prefix+method.Name+".", out)...)
			}
			if out.Kind() == reflect.Func && out.CanSeq2() {
				out = out.In(0).In(1)
			}
			if out.Implements(reflect.TypeFor[error]()) {
				names = append(names, prefix+method.Name)
			}
		}
	}
	return names
}

// callersError is an error of the caller's own.
type callersError struct{}

func (callersError) Error() string { return "the caller's own" }

// callersSource is a TokenSource of the caller's own.
type callersSource struct {
	value string
	err   error
}

func (s callersSource) Token(context.Context) (auditlogs.Token, error) {
	return auditlogs.Token{Value: s.value}, s.err
}

// borderFault is what goes wrong, with every call in turn.
type borderFault struct {
	name    string
	faults  []auditlogtest.Fault // hit all requests from the first that they hit on
	quirks  auditlogtest.Quirks
	ask     borderAsk
	before  func(*auditlogtest.Server) // prepares the server
	foreign bool                       // the calls get the cursor of another listing
	none    bool                       // no API is configured
	login   bool                       // the APIs that have a login are logged in at
	tokens  auditlogs.TokenSource      // in place of a good one
	http    func(*http.Client)         // changes the HTTP client
	ctx     endedContext               // of a call
	options []auditlogs.Option
	spares  string // pattern of the calls that may succeed
	only    string // pattern of the only calls that are made
}

// endedContext makes a context that ends, and what releases it.
type endedContext func(context.Context) (context.Context, context.CancelCauseFunc)

// run lets all methods meet the fault, in a bubble whose time costs none.
func (f borderFault) run(t *testing.T, hooked bool) {
	var guard borderGuard
	srv := auditlogtest.NewServer(auditlogtest.InMemory())
	defer srv.Close()
	srv.AllowToken(secToken)
	f.quirks.PageCap = 5
	srv.SetQuirks("", f.quirks)
	hc := *srv.HTTPClient()
	if f.http != nil {
		f.http(&hc)
		defer hc.CloseIdleConnections()
	}
	options := []auditlogs.Option{auditlogs.WithHTTPClient(&hc), auditlogs.WithInsecureHTTP(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 2})}
	for _, s := range subjects() {
		for i := range 12 {
			at := time.Now().Add(-time.Duration(i+1) * time.Minute)
			if s.add(srv, row{fmt.Sprint(i), at}); s.api == auditlogtest.ElasticPath {
				srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ResourceType: "customer", ResourceID: borderMarker, Time: at})
				srv.AddRelatedDataEntries("customer", borderMarker, auditlogs.RelatedDataEntry{ResourceType: "order", ResourceID: fmt.Sprint(i)})
			}
		}
		const origin = "http://" + borderHost
		tokens := f.tokens
		if f.login {
			tokens = s.login(origin, "user", secPassword)
		}
		if tokens == nil {
			tokens = auditlogs.StaticToken(secToken)
		}
		if !f.none {
			options = append(options, s.connect(strings.Replace(srv.BaseURL(s.api), srv.URL, origin, 1), tokens))
		}
	}
	if hooked {
		options = append(options, auditlogs.WithHooks(guard.hooks()))
	}
	client, err := auditlogs.NewClient(append(options, f.options...)...)
	require.NoError(t, err)
	if f.foreign {
		page, err := client.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{Order: []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestamp}})
		require.NoError(t, err)
		require.NotEmpty(t, page.Next)
		f.ask.Cursor = page.Next
	}
	if f.before != nil {
		f.before(srv)
	}
	spared, only := regexp.MustCompile("^("+f.spares+")$"), regexp.MustCompile("^("+f.only+")$")
	calls := allBorderCalls()
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		if f.only != "" && !only.MatchString(name) {
			continue
		}
		srv.ClearFaults()
		for _, fault := range f.faults {
			fault.Times = -1
			srv.Inject(fault)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second) // by which a log that is followed is left
		own, end := ctx, func(error) {}
		if f.ctx != nil {
			own, end = f.ctx(ctx)
		}
		errs := slices.DeleteFunc(calls[name](borderCall{own, client, f.ask}), func(err error) bool { return err == nil })
		end(nil)
		cancel()
		hasLogin := !strings.HasPrefix(name, "UserEvents")
		if !spared.MatchString(name) && (hasLogin || !f.login) && len(errs) == 0 {
			t.Errorf("%s gives no error", name)
		}
		guard.check(name, errs...)
	}
	var queries []string
	for _, api := range auditlogtest.APIs() {
		for _, r := range srv.Requests(api) {
			if r.RawQuery != "" {
				queries = append(queries, r.RawQuery)
			}
		}
	}
	slices.Sort(queries)
	guard.report(t, slices.Compact(queries)...)
}

// borderRows are answers of one record each.
func borderRows(record, end string) (faults []auditlogtest.Fault) {
	for api, form := range map[auditlogtest.API]string{
		auditlogtest.Waldur: `[%s]`, auditlogtest.HuaweiEDS: `{"total":1,"data":[%s]}`, auditlogtest.Akinon: `{"count":1,"next":null,"previous":null,"results":[%s]}`,
		auditlogtest.ElasticPath: `{"data":[%s],"meta":{"results":{"total":1}},"links":{}}`, auditlogtest.ThousandEyes: `{"auditEvents":[%s],"_links":{}}`,
	} {
		faults = append(faults, auditlogtest.Fault{API: api, Status: http.StatusOK, Body: fmt.Sprintf(form, record) + end})
	}
	return faults
}

func dialing(err error) func(*http.Client) {
	return func(hc *http.Client) {
		hc.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 443}, Err: err}
		}}
	}
}

// borderFaults are the faults; untrusted is the address of a server whose certificate nobody signed.
func borderFaults(untrusted string) []borderFault {
	type fault = auditlogtest.Fault
	one := func(f fault) []fault { return []fault{f} }
	later := func(d time.Duration, cause error) endedContext {
		return func(ctx context.Context) (context.Context, context.CancelCauseFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			if d == 0 {
				cancel(cause)
			}
			time.AfterFunc(d, func() { cancel(cause) })
			return ctx, cancel
		}
	}
	deadline := func(d time.Duration) endedContext {
		return func(ctx context.Context) (context.Context, context.CancelCauseFunc) {
			ctx, cancel := context.WithTimeoutCause(ctx, d, callersError{})
			return ctx, func(error) { cancel() }
		}
	}
	const single, unread = `Client.*|.*Get|.*Delete|.*\.(Related|Connectors|AccountGroups)`, `.*Delete` // calls without ListOptions, and without a body
	options := func(o auditlogs.ListOptions) borderAsk { return borderAsk{listing: listing{ListOptions: o}} }
	away, home := http.Header{"Location": {"http://other." + borderHost + "/?token=" + secToken}}, http.Header{"Location": {"/elsewhere"}}
	slow := one(fault{Delay: time.Hour})
	faults := []borderFault{
		{name: "not configured", none: true},
		{name: "bad filters", ask: borderAsk{bad: true}, spares: `Client.*|.*\.AccountGroups`}, // which has none
		{name: "bad range", ask: borderAsk{listing: listing{since: noon, until: noon}}, spares: single},
		{name: "bad paging", ask: options(auditlogs.ListOptions{PageSize: -1, Offset: -1, Prefetch: -1}), spares: single},
		{name: "bad follow options", ask: borderAsk{follow: auditlogs.FollowOptions{Interval: -1, Lag: -1, Lookback: -1}}, only: `.*Follow|FollowAll`},
		{name: "bad cursor", ask: options(auditlogs.ListOptions{Cursor: "half"}), spares: single + "|Merge"},
		{name: "damaged cursor", ask: options(auditlogs.ListOptions{Cursor: "al1.AAAAAAAAAAAAAAAAAAAAAAAA"}), spares: single + "|Merge"},
		{name: "cursor of another listing", foreign: true, spares: single + "|Merge"},
		{name: "offset limit", ask: options(auditlogs.ListOptions{Offset: 20_000}), only: `PersonalDataLogs\.(List|Pages|All|Source.Pages)`},
		{name: "refused before the body ends", faults: one(fault{Status: 403, Truncate: 3})},
		{name: "redirect to another origin", faults: one(fault{Status: 302, Header: away})},
		{name: "no content", faults: one(fault{Status: 204}), spares: unread},
		{name: "accepted", faults: one(fault{Status: 202, Body: " "}), spares: unread},
		{name: "connection refused", http: dialing(os.NewSyscallError("connect", syscall.ECONNREFUSED))},
		{name: "reset within the answer", faults: one(fault{Reset: true})},
		{name: "reset of the second request", faults: one(fault{Reset: true, After: 1}), only: `.*\.(Pages|All)|Merge.*`},
		{name: "the same read ahead", faults: one(fault{Reset: true, After: 1}), ask: options(auditlogs.ListOptions{Prefetch: 2}), only: `.*\.(Pages|All)|Merge.*`},
		{name: "body cut short", faults: one(fault{Truncate: 10}), spares: `.*Delete|.*Count|.*Get`},
		{name: "body cut off", faults: one(fault{Truncate: -1}), spares: `.*Delete|.*Count|.*Get`},
		{name: "no HTTP", http: func(hc *http.Client) {
			hc.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				go func() {
					_, _ = http.ReadRequest(bufio.NewReader(theirs))
					_, _ = io.WriteString(theirs, secToken+"\r\n\r\n")
					_ = theirs.Close()
				}()
				return ours, nil
			}}
		}},
		{name: "body too large", options: []auditlogs.Option{auditlogs.WithMaxBodyBytes(10)}, spares: `.*Delete|.*Count`},
		{name: "timeout", faults: slow, http: func(hc *http.Client) { hc.Timeout = time.Second }},
		{name: "canceled before", ctx: later(0, nil)},
		{name: "canceled for a reason", ctx: later(0, callersError{})},
		{name: "deadline before", ctx: deadline(0)},
		{name: "canceled meanwhile", faults: slow, ctx: later(time.Second, nil)},
		{name: "canceled meanwhile for a reason", faults: slow, ctx: later(time.Second, callersError{})},
		{name: "deadline meanwhile", faults: slow, ctx: deadline(time.Second)},
		{name: "canceled within a wait", faults: one(fault{Status: 503}), ctx: later(time.Millisecond, callersError{})},
		{name: "canceled within a login", login: true, faults: one(fault{Token: true, Delay: time.Hour}), ctx: later(time.Second, callersError{})},
		{name: "redirect refused by the caller", faults: one(fault{Status: 302, Header: home}), http: func(hc *http.Client) {
			hc.CheckRedirect = func(*http.Request, []*http.Request) error { return callersError{} }
		}},
		{name: "unknown authority", http: func(hc *http.Client) {
			network := &http.Transport{TLSClientConfig: &tls.Config{ServerName: "example.com"}}
			network.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", untrusted)
			}
			hc.Transport = overTLS{network}
		}},
		{name: "a token source that fails", tokens: callersSource{err: callersError{}}},
		{name: "a token that cannot be sent", tokens: callersSource{value: secToken + "\n"}},
		{name: "an empty token", tokens: callersSource{}},
		{name: "login unreachable", login: true, http: dialing(os.NewSyscallError("connect", syscall.EHOSTUNREACH))},
		{name: "a listing that loops", quirks: auditlogtest.Quirks{LoopNext: true}, only: `.*\.(Pages|All)|Merge.*`},
		{name: "an order not by time, and a count that moves", ask: borderAsk{sort: "url"}, only: `AuditEvents.*\.(Pages|All)`, before: func(srv *auditlogtest.Server) {
			srv.BeforeRequest(func(auditlogtest.API, int) { srv.AddAuditEvents(auditlogs.AuditEvent{Timestamp: time.Now(), URL: "/"}) })
		}},
	}
	for _, body := range []string{"<html>" + secToken, "7", `"` + secToken + `"`, "null", `{"data":[{"id":"` + secToken, `{"data":{"id":7},"results":7,"auditEvents":"x"}`} {
		faults = append(faults, borderFault{name: "answer " + body, faults: one(fault{Status: 200, Body: body}), spares: unread})
	}
	for record, end := range map[string]string{
		`7`: "", `null`: "", `{}`: "}", "{\"uuid\":\"\xff\",\"id\":\"\xff\"}": "\xff", `{"uuid":"\q","id":"\ud800\q","event":"\uzzzz"}`: "",
		`{"uuid":{},"id":[],"event":{},"happend_time":"x","time":"x","timestamp":{},"date":[],"resource_type":7}`: "", `{"id":"1","time":7,"happend_time":{},"date":"` + secToken + `"}`: "",
	} {
		faults = append(faults, borderFault{name: fmt.Sprintf("record %.20s", record), faults: borderRows(record, end), spares: unread + `|.*\.Connectors`})
	}
	faults = append(faults, borderFault{name: "deep nesting", faults: borderRows(strings.Repeat(`{"delta":[`, 5100), ""), only: `.*\.(List|Get)`})
	faults = append(faults, borderFault{name: "record without an id", faults: borderRows(`{}`, ""), spares: unread})
	for name, f := range map[string]fault{
		"unreadable": {Status: 200, Body: "<html>" + secPassword}, "of another type": {Status: 200, Body: `{"token":{},"key":[],"access_token":7,"expires_in":"x"}`},
		"empty": {Status: 200, Body: "{}"}, "broken off": {Reset: true}, "cut short": {Truncate: -1}, "too slow": {Delay: time.Hour},
		"unprintable": {Status: 200, Body: `{"token":"a b","key":"a b","access_token":"a b"}`, Header: http.Header{"X-Subject-Token": {"a b"}}},
	} {
		f.Token = true
		faults = append(faults, borderFault{name: "login " + name, faults: one(f), login: true})
	}
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 429, 500, 501, 503} {
		f := fault{Status: status, Header: http.Header{"Retry-After": {"7200"}}}
		faults = append(faults, borderFault{name: fmt.Sprint("status ", status), faults: one(f)})
		f.Token = true
		faults = append(faults, borderFault{name: fmt.Sprint("login status ", status), faults: one(f), login: true})
	}
	return faults
}

// overTLS sends requests to plain addresses over TLS, so that one table of addresses serves all faults.
type overTLS struct{ *http.Transport }

func (o overTLS) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme = "https"
	return o.Transport.RoundTrip(req)
}

// TestOnlyPublicErrorsComeOutOfCalls: whatever goes wrong, with hooks and without.
func TestOnlyPublicErrorsComeOutOfCalls(t *testing.T) {
	t.Parallel()
	server := secServe(t, true, say(200, "[]")) // outside of the bubbles, whose time would wait for its socket
	for _, f := range borderFaults(server.Listener.Addr().String()) {
		for _, hooked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/hooks %t", f.name, hooked), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { f.run(t, hooked) })
			})
		}
	}
}

// TestOnlyPublicErrorsAreDocumented: nor do others come out where docs/troubleshooting.md makes its examples, such as a
// log that changes faster than it can be read.
func TestOnlyPublicErrorsAreDocumented(t *testing.T) {
	t.Parallel()
	var guard borderGuard
	for name, provoke := range provocations {
		if name != "offset limit" { // reads 10,000 records, and is among the faults of calls
			guard.check(name, provoke(t))
		}
	}
	guard.report(t)
}

// TestOnlyPublicErrorsComeOutOfCursors: those that are changed, or read with sources that they do not know.
func TestOnlyPublicErrorsComeOutOfCursors(t *testing.T) {
	t.Parallel()
	var guard borderGuard
	a, b := &scripted{name: borderMarker + "a", pages: [][]int{{1, 2}, {3}}}, &scripted{name: borderMarker + "b", pages: [][]int{{1}, {5}}}
	for name, read := range manySources {
		next := onePage(t, read(t.Context(), "", a, b)).Next
		for from, names := range map[auditlogs.Cursor][]string{"half": nil, "al1.AAAAAAAAAAAAAAAAAAAAAAAA": nil, next + "x": {a.name}, next: {a.name, b.name}} {
			_, err := auditlogs.Without(from, names...)
			require.Error(t, err)
			guard.check("Without of "+name, err)
		}
		_, err := auditlogs.Without(next, borderMarker)
		require.Error(t, err)
		guard.check("Without of "+name, err, onlyError(t, read(t.Context(), next, a)), onlyError(t, read(t.Context(), next, &scripted{})))
		guard.check("Named", onlyError(t, auditlogs.Named(borderMarker, nil).Pages(t.Context(), "")), onlyError(t, read(t.Context(), "", auditlogs.Named(borderMarker, nil))))
	}
	guard.report(t)
}

// TestOnlyPublicErrorsComeOutOfLogins: sources that are used by themselves, which have connections of their own.
func TestOnlyPublicErrorsComeOutOfLogins(t *testing.T) {
	t.Parallel()
	var guard borderGuard
	var addresses []string
	handlers := map[string]http.HandlerFunc{
		"HTML": say(200, "<html>"+secPassword), "number": say(200, "7"), "empty": say(200, ""), "no token": say(200, "{}"), "cut": say(200, `{"token":"`),
		"unprintable": say(201, `{"token":"a b","key":"a b","access_token":"a b"}`), "redirect": say(302, ""), "cut short": svcAnswer(200, "{", "Content-Length", "99"),
		"large": svcAnswer(200, "{", "Content-Length", "999999999"), "reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
		handlers[fmt.Sprint(status)] = echo(status)
	}
	ended, end := context.WithCancelCause(t.Context())
	end(callersError{})
	for _, s := range subjects() {
		if s.login("", "", "") == nil {
			continue
		}
		bases := []string{"http://" + borderHost, "https://[", ""}
		for name, handler := range handlers {
			server := secServe(t, false, handler)
			addresses = append(addresses, server.Listener.Addr().String())
			_, err := s.login(server.URL, "user", secPassword).Token(t.Context())
			require.Error(t, err, "%s: %s", s.name, name)
			_, late := s.login(server.URL, "user", secPassword).Token(ended)
			guard.check(s.name+" login, "+name, err, late)
			if server.Close(); name == "empty" {
				bases = append(bases, server.URL) // where nobody listens any more
			}
		}
		for _, base := range bases {
			_, err := s.login(base, pick(borderAsk{bad: base == ""}, "user", ""), secPassword).Token(t.Context())
			require.Error(t, err)
			guard.check(s.name+" login, bad address", err)
		}
	}
	_, err := auditlogs.StaticToken(secToken).Token(ended)
	require.NoError(t, err, "there is nothing that could fail")
	_, err = auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: secToken, SecretKey: secToken}).Token(ended)
	require.Error(t, err)
	guard.check("HuaweiAKSK", err)
	text := guard.texts.String()
	for _, address := range addresses { // net names what it dialed or read from
		text = strings.ReplaceAll(text, address, "")
	}
	guard.texts.Reset()
	guard.texts.WriteString(text)
	guard.report(t)
}

// TestOnlyPublicErrorsComeOutOfNewClient: bad options, each by itself and all at once, and what FromEnv finds.
func TestOnlyPublicErrorsComeOutOfNewClient(t *testing.T) { //nolint:paralleltest // t.Setenv excludes t.Parallel
	token, base := auditlogs.StaticToken(secToken), "https://"+borderHost
	bad := []auditlogs.Option{
		nil, auditlogs.WithHTTPClient(nil), auditlogs.WithRateLimit(0), auditlogs.WithMaxBodyBytes(0), auditlogs.WithUserAgent(""), auditlogs.WithUserAgent("\n"),
		auditlogs.WithLogger(nil), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: -1, MinWait: -1, MaxWait: -1}), auditlogs.WithHuaweiEDS(base, "../", token),
	}
	for _, s := range subjects() {
		for _, url := range []string{"", "http://" + borderHost, "ftp://" + borderHost, base + "?" + borderMarker, base + "/%zz", "https://user:" + secPassword + "@" + borderHost, "\n"} {
			bad = append(bad, s.connect(url, token), s.connect(base, s.login(url, "", secPassword)))
		}
		bad = append(bad, s.connect(base, nil), s.connect(base, auditlogs.StaticToken(secToken+"\n")), s.connect(base, (*callersSource)(nil)))
		bad = append(bad, s.connect(base, auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: secToken + ",", SecretKey: secPassword, SecurityToken: secToken + "\n"})))
	}
	var guard borderGuard
	_, err := auditlogs.NewClient(bad...)
	guard.check("NewClient", err)
	for i, option := range bad {
		_, err := auditlogs.NewClient(option)
		require.Error(t, err, i)
		guard.check(fmt.Sprint("option ", i), err)
	}
	for name, value := range map[string]string{
		"WALDUR_URL": "http://" + borderHost, "WALDUR_TOKEN": secToken, "WALDUR_PASSWORD": secPassword, "AKINON_URL": "://" + borderHost, "AKINON_TOKEN": secToken + "\n",
		"HUAWEI_EDS_TOKEN": secToken, "ELASTICPATH_URL": base, "ELASTICPATH_CLIENT_SECRET": secPassword, "THOUSANDEYES_URL": base,
	} {
		t.Setenv("AUDITLOGS_"+name, value)
	}
	_, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
	guard.check("FromEnv", err)
	guard.report(t)
}

// TestOnlyPublicErrorsComeOutOfJSON: records and events, read and written by themselves and by encoding/json.
func TestOnlyPublicErrorsComeOutOfJSON(t *testing.T) {
	t.Parallel()
	var guard borderGuard
	values := []json.Unmarshaler{
		new(auditlogs.DataAccessLog), new(auditlogs.DataAssetLog), new(auditlogs.AuditEvent), new(auditlogs.AuditEventUser), new(auditlogs.PersonalDataLog),
		new(auditlogs.Initiator), new(auditlogs.RelatedDataEntry), new(auditlogs.Connector), new(auditlogs.UserEvent), new(auditlogs.AccountGroup), new(auditlogs.Event),
	}
	texts := []string{"", "{", "7", "[]", `"x"`, "{}x", "\xff", `{"id":"\q"}`, `{"a":tru}`, `{"a":1e}`, `{"a" 1}`, strings.Repeat(`{"delta":[`, 5100)}
	for _, name := range []string{
		"v", "id", "uuid", "time", "timestamp", "date", "happend_time", "user", "initiator", "delta", "resources", "access-token-id", "resource_id", "api", "object_id", "aid", "uid",
		"connector_id", "connector_name",
	} {
		for _, value := range []string{"{}", "[[]]", "true", "-1.5e999", `"2026-13-01"`, "x", `"` + "\x01", `"\uzzzz"`} {
			texts = append(texts, `{"`+name+`":`+value+`}`)
		}
	}
	for _, api := range auditlogtest.APIs() {
		texts = append(texts, `{"v":1,"api":"`+string(api)+`","record":{"uuid":[],"id":[],"date":7,"time":{}}}`)
	}
	for _, value := range values {
		name, failed := reflect.TypeOf(value).String(), 0
		for _, text := range append(texts, `{"v":9}`) {
			for _, err := range []error{value.UnmarshalJSON([]byte(text)), json.Unmarshal([]byte(text), value)} {
				if guard.check(name+".UnmarshalJSON", err); err != nil {
					failed++
				}
			}
		}
		require.Greater(t, failed, 20, name)
		spoil(reflect.ValueOf(value).Elem())
		_, err := value.(json.Marshaler).MarshalJSON()
		guard.check(name+".MarshalJSON", err)
		_, err = json.Marshal(value)
		guard.check(name+", json.Marshal", err)
	}
	record := auditlogs.PersonalDataLog{Delta: json.RawMessage("{")}
	_, err := record.AsEvent().MarshalJSON()
	require.Error(t, err)
	guard.check("Event.MarshalJSON", err)
	guard.report(t)
}

// spoil gives a record what JSON cannot express.
func spoil(record reflect.Value) {
	for _, field := range record.Fields() {
		switch field.Type() {
		case reflect.TypeFor[time.Time]():
			field.Set(reflect.ValueOf(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)))
		case reflect.TypeFor[json.RawMessage]():
			field.SetBytes([]byte("{"))
		}
	}
}

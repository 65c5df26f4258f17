package auditlogs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

const (
	svcToken   = "not-a-real-token-0123456789"
	svcPrefix  = "/gateway/v9" // every base URL has it: paths are joined to it
	svcProject = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
)

// svcRequest is what a request looked like on the wire.
type svcRequest struct {
	Method, Path, RawQuery string
	Query                  url.Values
	Header                 http.Header
}

// svcLog is what a test server was asked.
type svcLog struct {
	mu       sync.Mutex
	requests []svcRequest
}

func (l *svcLog) all() []svcRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// only is the one request that was sent.
func (l *svcLog) only(t *testing.T) svcRequest {
	t.Helper()
	requests := l.all()
	require.Len(t, requests, 1, "requests sent")
	return requests[0]
}

// svcServe gives a client of all five APIs, whose server answers with the handler, and what it was asked. A request is
// never repeated.
func svcServe(t *testing.T, handler http.HandlerFunc) (*auditlogs.Client, *svcLog) {
	t.Helper()
	log := &svcLog{}
	server := httptest.NewServer(recordRequests(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		assert.NoError(t, err, "query")
		log.mu.Lock()
		log.requests = append(log.requests, svcRequest{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, query, r.Header.Clone()})
		log.mu.Unlock()
		handler(w, r)
	})))
	t.Cleanup(server.Close)
	base, token := server.URL+svcPrefix, auditlogs.StaticToken(svcToken)
	client, err := auditlogs.NewClient(
		auditlogs.WithWaldur(base, token),
		auditlogs.WithHuaweiEDS(base, svcProject, token),
		auditlogs.WithAkinon(base, token),
		auditlogs.WithElasticPath(base, token),
		auditlogs.WithThousandEyes(base, token),
		auditlogs.WithUserAgent("exporter/1.2"),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client, log
}

// svcAnswer always gives the same answer; the header comes as names and values in turn.
func svcAnswer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "Wed, 14 Jan 2026 10:00:00 GMT")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func svcFile(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(body)
}

func svcTime(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

// svcLister is what all five services have in common.
type svcLister[T, F any] interface {
	List(context.Context, F) (*auditlogs.Page[T], error)
	Pages(context.Context, F) iter.Seq2[*auditlogs.Page[T], error]
	All(context.Context, F) iter.Seq2[T, error]
}

// svcRows cuts the records out of a body: the member's list, the body's own for "", or the body itself for ".".
func svcRows(t *testing.T, body, member string) []json.RawMessage {
	t.Helper()
	var rows []json.RawMessage
	switch member {
	case ".":
		return []json.RawMessage{json.RawMessage(strings.TrimSpace(body))}
	case "":
		require.NoError(t, json.Unmarshal([]byte(body), &rows))
	default:
		var members map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(body), &members))
		require.NoError(t, json.Unmarshal(members[member], &rows))
	}
	return rows
}

// svcCompact takes the blanks out of all raw JSON within a value, so that values can be compared that came differently
// indented.
func svcCompact[T any](t *testing.T, value T) T {
	t.Helper()
	compactValue(t, reflect.ValueOf(&value).Elem())
	return value
}

func compactValue(t *testing.T, v reflect.Value) {
	t.Helper()
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		if v.Len() > 0 {
			var out bytes.Buffer
			require.NoError(t, json.Compact(&out, v.Bytes()))
			v.SetBytes(out.Bytes())
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		compactValue(t, fresh.Elem())
		v.Set(fresh)
	case v.Kind() == reflect.Struct:
		for _, field := range v.Fields() {
			compactValue(t, field)
		}
	}
}

// svcFixture is a sample answer and the records in it.
type svcFixture[T any] struct {
	name   string
	body   string
	header []string
	member string // that holds the records
	want   []T    // without Raw, which is taken from the body
	total  int
}

// svcDecodes lists each fixture, compares every field, and checks that encoding gives the wire form back.
func svcDecodes[T, F any](t *testing.T, of func(*auditlogs.Client) svcLister[T, F], filter F, cases []svcFixture[T]) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(http.StatusOK, tc.body, tc.header...))
			page, err := of(client).List(t.Context(), filter)
			require.NoError(t, err)
			log.only(t)
			require.Len(t, page.Items, len(tc.want))
			assert.Equal(t, tc.total, page.Total)
			rows := svcRows(t, tc.body, tc.member)
			require.Len(t, rows, len(tc.want))
			for i, want := range tc.want { // a copy each: fixtures may share their records, and run side by side
				svcSetRaw(&want, rows[i])
				require.Equal(t, svcCompact(t, want), svcCompact(t, page.Items[i]), "record %d", i)
				svcRoundTrip(t, page.Items[i], rows[i])
			}
		})
	}
}

// svcSetRaw sets the field Raw.
func svcSetRaw[T any](record *T, raw json.RawMessage) {
	reflect.ValueOf(record).Elem().FieldByName("Raw").SetBytes(raw)
}

// svcRoundTrip checks that a record encodes to what it came from, and back to itself.
func svcRoundTrip[T any](t *testing.T, record T, came json.RawMessage) {
	t.Helper()
	wire, err := json.Marshal(record)
	require.NoError(t, err)
	require.JSONEq(t, string(came), string(wire))
	svcSameNumbers(t, came, wire)
	var again T
	require.NoError(t, json.Unmarshal(wire, &again))
	require.Equal(t, svcCompact(t, record), svcCompact(t, again))
}

// svcSameNumbers compares numbers by their digits, which JSONEq reads as float64.
func svcSameNumbers(t *testing.T, a, b []byte) {
	t.Helper()
	digits := func(data []byte) any {
		var v any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		require.NoError(t, d.Decode(&v))
		return v
	}
	require.Equal(t, digits(a), digits(b))
}

// svcUnreadable is an answer that cannot be understood.
type svcUnreadable struct {
	name, body  string
	contentType string
	index       int // of the record at fault, -1 for the answer
}

// svcNotDecoded checks that List, Pages and All say so.
func svcNotDecoded[T, F any](t *testing.T, op string, of func(*auditlogs.Client) svcLister[T, F], filter F, cases []svcUnreadable) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.contentType == "" {
				tc.contentType = "application/json"
			}
			client, _ := svcServe(t, svcAnswer(http.StatusOK, tc.body, "Content-Type", tc.contentType))
			for tier, err := range svcTiers(t, of(client), filter) {
				var decode *auditlogs.DecodeError
				require.ErrorAs(t, err, &decode, tier)
				assert.Equal(t, op, decode.Op, tier)
				assert.Equal(t, tc.index, decode.Index, tier)
				require.Error(t, decode.Err, tier)
				assert.NotContains(t, err.Error(), "\n", tier)
			}
		})
	}
}

// svcTiers asks all three tiers for a listing that fails, and checks that the iterators give the error once and last.
func svcTiers[T, F any](t *testing.T, s svcLister[T, F], filter F) map[string]error {
	t.Helper()
	page, err := s.List(t.Context(), filter)
	require.Error(t, err)
	require.Nil(t, page)
	errs := map[string]error{"List": err}
	n := 0
	for page, err := range s.Pages(t.Context(), filter) {
		require.Nil(t, page)
		errs["Pages"] = err
		n++
	}
	require.Equal(t, 1, n, "Pages")
	n = 0
	for item, err := range s.All(t.Context(), filter) {
		require.Zero(t, item)
		errs["All"] = err
		n++
	}
	require.Equal(t, 1, n, "All")
	return errs
}

// svcWire is a filter and the query that it becomes.
type svcWire[F any] struct {
	name   string
	filter F
	want   map[string]string // the whole query
	raw    []string          // parts of it as they are encoded
}

// svcQueries checks that each filter becomes its query and nothing else, that the rest of the request is as documented,
// and that every documented parameter had its turn.
func svcQueries[T, F any](t *testing.T, of func(*auditlogs.Client) svcLister[T, F], body, path string, header map[string]string,
	documented []string, cases []svcWire[F],
) {
	t.Helper()
	met := map[string]bool{}
	for _, tc := range cases {
		for name := range tc.want {
			met[name] = true
		}
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(http.StatusOK, body))
			_, err := of(client).List(t.Context(), tc.filter)
			require.NoError(t, err)
			r := log.only(t)
			assert.Equal(t, http.MethodGet, r.Method)
			assert.Equal(t, svcPrefix+path, r.Path)
			want, blanks := url.Values{}, 0
			for name, value := range tc.want {
				want.Set(name, value)
				blanks += strings.Count(value, " ")
			}
			assert.Equal(t, want, r.Query)
			for _, part := range tc.raw {
				assert.Contains(t, "&"+r.RawQuery+"&", "&"+part+"&")
			}
			assert.Equal(t, blanks, strings.Count(r.RawQuery, "+"), "a raw plus is read as a blank")
			svcHeader(t, r, header)
		})
	}
	assert.ElementsMatch(t, documented, slices.Collect(maps.Keys(met)), "parameters that had their turn")
}

// svcHeader checks the headers that every request carries, and that the token goes into one of them only.
func svcHeader(t *testing.T, r svcRequest, want map[string]string) {
	t.Helper()
	for name, value := range want {
		assert.Equal(t, []string{value}, r.Header.Values(name), name)
	}
	assert.Regexp(t, `^exporter/1\.2 auditlogs-go`, r.Header.Get("User-Agent"))
	carriers := 0
	for _, values := range r.Header {
		carriers += strings.Count(strings.Join(values, " "), svcToken)
	}
	assert.Equal(t, 1, carriers, "headers with the token")
	assert.NotContains(t, r.RawQuery, svcToken)
}

// svcBounds checks what is asked for and what is given of rows around the bounds. The rows come newest first.
type svcBounds[T, F any] struct {
	filter F
	body   string
	header []string
	asked  map[string]string // the parameters of the bounds
	want   []string          // keys
}

func svcTrims[T interface{ Key() string }, F any](t *testing.T, of func(*auditlogs.Client) svcLister[T, F], tc svcBounds[T, F]) {
	t.Helper()
	client, log := svcServe(t, svcAnswer(http.StatusOK, tc.body, tc.header...))
	page, err := of(client).List(t.Context(), tc.filter)
	require.NoError(t, err)
	got := []string{}
	for _, item := range page.Items {
		got = append(got, item.Key())
	}
	assert.Equal(t, tc.want, got)
	for name, value := range tc.asked {
		assert.Equal(t, []string{value}, log.all()[0].Query[name], name)
	}
}

// svcRefusal is an answer that is not a success.
type svcRefusal struct {
	name   string
	status int
	body   string
	header []string
	want   auditlogs.APIError // Code, Message, Fields, RequestID and RetryAfter; the status's own words where Message is ""
	is     error              // nil: none of the sentinels
}

var svcSentinels = []error{
	auditlogs.ErrUnauthorized, auditlogs.ErrForbidden, auditlogs.ErrNotFound,
	auditlogs.ErrRateLimited, auditlogs.ErrInvalidRequest, auditlogs.ErrServer,
}

// svcErrors checks how refusals are told apart, in all tiers.
func svcErrors[T, F any](t *testing.T, op string, of func(*auditlogs.Client) svcLister[T, F], filter F, cases []svcRefusal) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(tc.status, tc.body, tc.header...))
			errs := svcTiers(t, of(client), filter)
			assert.Len(t, log.all(), len(errs), "one request each")
			for tier, err := range errs {
				svcIsRefusal(t, tc, op, tier, err)
			}
		})
	}
	t.Run("what the server echoes", func(t *testing.T) {
		t.Parallel()
		client, _ := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
			echo, err := json.Marshal(map[string]string{
				"detail": "refused http://" + r.Host + r.RequestURI + "\n" + r.Header.Get("Authorization") + r.Header.Get("X-Auth-Token"),
			})
			assert.NoError(t, err)
			svcAnswer(http.StatusForbidden, string(echo))(w, r)
		})
		for _, err := range svcTiers(t, of(client), filter) {
			var refusal *auditlogs.APIError
			require.ErrorAs(t, err, &refusal)
			assert.NotContains(t, err.Error(), "://")
			assert.NotContains(t, err.Error(), svcPrefix)
			for _, text := range []string{err.Error(), refusal.Message, string(refusal.Body)} {
				assert.NotContains(t, text, svcToken)
			}
		}
	})
}

func svcIsRefusal(t *testing.T, tc svcRefusal, op, tier string, err error) {
	t.Helper()
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal, tier)
	for _, sentinel := range svcSentinels {
		assert.Equal(t, sentinel == tc.is, errors.Is(err, sentinel), "%s: %v", tier, sentinel)
	}
	want := tc.want
	want.Op, want.StatusCode, want.Attempts = op, tc.status, 1
	if want.Message == "" {
		want.Message = http.StatusText(tc.status)
	}
	body := refusal.Body
	want.Body, want.Date = body, refusal.Date
	assert.Equal(t, want, *refusal, tier)
	assert.Equal(t, tc.body[:min(len(tc.body), 4<<10)], string(body), tier)
	text := err.Error()
	for _, part := range []string{op, want.Code, want.RequestID} {
		assert.Contains(t, text, part, tier)
	}
	assert.NotContains(t, text, "\n", tier)
	assert.NotContains(t, text, "://", tier)
	assert.NotContains(t, text, svcToken, tier)
}

// svcBad is a filter that cannot be asked for, and the field that is at fault.
type svcBad[F any] struct {
	name, field string
	filter      F
}

// svcRefuses checks that all tiers refuse a filter, name the field and send nothing.
func svcRefuses[T, F any](t *testing.T, op string, of func(*auditlogs.Client) svcLister[T, F], cases []svcBad[F]) {
	t.Helper()
	client, log := svcServe(t, svcAnswer(http.StatusInternalServerError, `{}`))
	for _, tc := range cases {
		t.Run(tc.field+": "+tc.name, func(t *testing.T) {
			for tier, err := range svcTiers(t, of(client), tc.filter) {
				svcIsFilterError(t, err, op, tc.field, tier)
			}
		})
	}
	assert.Empty(t, log.all(), "requests sent")
}

func svcIsFilterError(t *testing.T, err error, op, field, where string) {
	t.Helper()
	var refusal *auditlogs.FilterError
	require.ErrorAs(t, err, &refusal, where)
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, where)
	assert.Equal(t, op, refusal.Op, where)
	assert.Equal(t, field, refusal.Field, where)
	assert.NotEmpty(t, refusal.Reason, where)
	assert.Contains(t, err.Error(), field, where)
}

// svcBadPaging are the bad paging options of all services but for their largest page.
func svcBadPaging() map[string][]auditlogs.ListOptions {
	return map[string][]auditlogs.ListOptions{
		"PageSize": {{PageSize: -1}, {PageSize: -1 << 30}},
		"Offset":   {{Offset: -1}, {Offset: 1, Cursor: "al1.x"}},
		"Prefetch": {{Prefetch: -1}},
	}
}

// svcBadTimes are the bad ranges of all services, by the field at fault.
func svcBadTimes() map[string][][2]time.Time {
	at := svcTime("2026-01-14T09:00:00Z")
	east := time.FixedZone("", 3*3600)
	return map[string][][2]time.Time{
		"Since": {
			{at, at},
			{at.Add(1), at},
			{at.Add(time.Hour), at},
			{at.In(east), at}, // the same instant elsewhere
			{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), {}},
			{time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), {}},
		},
		"Until": {
			{{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
			{at, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
	}
}

// svcBadIDs are values that no path element may have.
var svcBadIDs = []string{
	"/", "a/b", "../admin", "..", ".", "a..b", "%2e%2e", "a%2fb", `a\b`, "a?b", "a#b", "a\nb", "a\r\nb", "a\x00b", "a\tb", "a\x7fb",
	"a\u0085b", "a\u2028b", "a\u2029b", " a", "a ", "\xff", strings.Repeat("a", 257),
}

// svcBadUUIDs are values that are no UUID.
var svcBadUUIDs = append([]string{
	"a1b2c3d4", "a1b2c3d4e5f67890abcdef123456789", "a1b2c3d4e5f67890abcdef12345678900", "g1b2c3d4e5f67890abcdef1234567890",
	"a1b2c3d4-e5f6-7890-abcd-ef123456789", "a1b2c3d4e-5f6-7890-abcd-ef1234567890", "a1b2c3d4-e5f6-7890-abcd-ef12345678-0",
	"{a1b2c3d4-e5f6-7890-abcd-ef1234567890}", "a1b2c3d4e5f67890abcdef123456789\n", "a1b2c3d4e5f6789/abcdef1234567890",
	"../a1b2c3d4e5f67890abcdef12345678", "a1b2c3d4%2De5f6-7890-abcd-ef1234567", "------------------------------------",
}, svcBadIDs...)

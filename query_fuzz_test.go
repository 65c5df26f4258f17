package auditlogs

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// condition is one of a filter expression of Elastic Path.
type condition struct{ op, name, value string }

// parseFilterExpression reads op(name,value):op(name,value)… as the API's grammar has it: a value ends at the first
// parenthesis, and neither a comma nor another parenthesis is part of it.
func parseFilterExpression(text string) ([]condition, error) {
	var all []condition
	for {
		op, rest, ok := strings.Cut(text, "(")
		if !ok {
			return nil, errors.New("no parenthesis opens")
		}
		inner, rest, ok := strings.Cut(rest, ")")
		if !ok {
			return nil, errors.New("no parenthesis closes")
		}
		parts := strings.Split(inner, ",")
		if len(parts) != 2 || strings.ContainsAny(op+inner, "():") {
			return nil, errors.New("no name and value")
		}
		all = append(all, condition{op, parts[0], parts[1]})
		if rest == "" {
			return all, nil
		}
		if text, ok = strings.CutPrefix(rest, ":"); !ok {
			return nil, errors.New("something between two conditions")
		}
	}
}

// FuzzFilterExpression: what the filter of Elastic Path lets through means exactly the two values that were given.
func FuzzFilterExpression(f *testing.F) {
	f.Add("customer", "0f850c15-d643-480a-a2b4-9e3c26067178")
	f.Add("customer,x", "a):eq(resource_id,b")
	f.Add("a:b", "*")
	f.Add("", " ")
	f.Add("a\nb", "\u00e9")
	f.Add("$-_*.", "a..b")
	f.Fuzz(func(t *testing.T, kind, id string) {
		c := check{op: "PersonalDataLogs.List"}
		filter := PersonalDataLogFilter{ResourceType: kind, ResourceID: id}
		filter.check(&c)
		if c.err() != nil {
			require.ErrorIs(t, c.err(), ErrInvalidFilter)
			require.False(t, plainID(kind) && plainID(id), "%q and %q are refused", kind, id)
			return
		}
		sent, err := url.ParseQuery(encodeQuery(personalDataLogQuery{Limit: 1, Filter: filter.filter()}).Encode())
		require.NoError(t, err)
		require.Len(t, sent["filter"], 1)
		got, err := parseFilterExpression(sent.Get("filter"))
		require.NoError(t, err)
		require.Equal(t, []condition{{"eq", "resource_type", kind}, {"eq", "resource_id", id}}, got)
	})
}

// plainID reports whether an id is of the usual kind, which nothing may refuse.
func plainID(id string) bool {
	return id != "" && len(id) <= 256 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// asked is a request in the words of the caller: the elements of its path, and its parameters, "" for those not sent.
type asked struct {
	method string
	path   []string
	query  map[string]string
	free   []string // parameters that may stand beside those
	send   func(context.Context, *Client) error
}

// askFor makes a call of one service out of a few values.
func askFor(service uint8, a, b, c string, n int64) asked {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	get := http.MethodGet
	switch service % 8 {
	case 0:
		return asked{get, []string{"api", "data-access-logs", ""}, map[string]string{"query": a, "accessor_uuid": b, "user_uuid": c, "o": "-timestamp"},
			[]string{"page", "page_size"}, func(ctx context.Context, client *Client) error {
				_, err := client.DataAccessLogs.List(ctx, DataAccessLogFilter{Query: a, AccessorUUID: b, UserUUID: c})
				return err
			}}
	case 1:
		return asked{get, []string{"v1", "p", "eds", "instances", a, "connectors", b, "audit-logs"}, map[string]string{"connector_keywords": c, "user_keywords": a},
			[]string{"offset", "limit"}, func(ctx context.Context, client *Client) error {
				_, err := client.DataAssetLogs.List(ctx, DataAssetLogFilter{InstanceID: a, ConnectorID: b, ConnectorKeywords: c, UserKeywords: a})
				return err
			}}
	case 2:
		sort := a
		if sort == "" {
			sort = "-timestamp"
		}
		return asked{get, []string{"audit-events", ""}, map[string]string{"sort": sort, "user": number(n), "content_type": number(n)},
			[]string{"page", "limit"}, func(ctx context.Context, client *Client) error {
				_, err := client.AuditEvents.List(ctx, AuditEventFilter{Sort: a, User: n, ContentType: n})
				return err
			}}
	case 3:
		filter := "eq(resource_type," + a + "):eq(resource_id," + b + ")"
		return asked{get, []string{"v2", "personal-data", "logs"}, map[string]string{"filter": filter},
			[]string{"page[offset]", "page[limit]"}, func(ctx context.Context, client *Client) error {
				_, err := client.PersonalDataLogs.List(ctx, PersonalDataLogFilter{ResourceType: a, ResourceID: b})
				return err
			}}
	case 4:
		all := ""
		if a == "" {
			all = "true"
		}
		size := int(n % 1000)
		return asked{get, []string{"audit-user-events"}, map[string]string{"aid": a, "useAllPermittedAids": all, "max": number(int64(size))},
			[]string{"startDate"}, func(ctx context.Context, client *Client) error {
				_, err := client.UserEvents.List(ctx, UserEventFilter{
					AccountGroupID: a, AllPermittedAccountGroups: a == "", ListOptions: ListOptions{PageSize: size},
				})
				return err
			}}
	case 5:
		return asked{get, []string{"api", "data-access-logs", b, ""}, nil, nil, func(ctx context.Context, client *Client) error {
			_, err := client.DataAccessLogs.Get(ctx, b)
			return err
		}}
	case 6:
		return asked{http.MethodDelete, []string{"api", "data-access-logs", b, ""}, nil, nil, func(ctx context.Context, client *Client) error {
			return client.DataAccessLogs.Delete(ctx, b)
		}}
	default:
		return asked{get, []string{"audit-events", dashed(b), ""}, nil, nil, func(ctx context.Context, client *Client) error {
			_, err := client.AuditEvents.Get(ctx, b)
			return err
		}}
	}
}

// FuzzRequests: a filter is refused before anything is sent, or what a server reads is what was asked, element by element
// of the path and parameter by parameter.
func FuzzRequests(f *testing.F) {
	const uuid = "0f850c15-d643-480a-a2b4-9e3c26067178"
	for service := range uint8(8) {
		f.Add(service, "a", uuid, uuid, int64(7))
		f.Add(service, "a&b=c#d;e+f %2f\u00e9", "a", "x\r\nX-Evil: 1", int64(0))
		f.Add(service, "..", "../"+uuid, "%2e%2e", int64(-1))
		f.Add(service, "a/b", "a?b", "a\x00", int64(1))
		f.Add(service, "a..b", "a:b@c", "\xff", int64(1)<<40)
	}
	f.Fuzz(func(t *testing.T, service uint8, a, b, c string, n int64) {
		want := askFor(service, a, b, c, n)
		client, w := fuzzClient(t, func(_ int, req *http.Request) *http.Response {
			return response(http.StatusNotFound, "", "Date", time.Now().UTC().Format(http.TimeFormat))
		})
		err := want.send(t.Context(), client)
		require.Error(t, err)
		if errors.Is(err, ErrInvalidFilter) {
			require.Empty(t, w.seen)
			return
		}
		require.NotEmpty(t, w.seen)
		req := w.seen[0]
		require.Equal(t, want.method, req.Method)
		require.Equal(t, "api.test", req.Host)
		path, _, _ := strings.Cut(req.RequestURI, "?")
		elements := strings.Split(path, "/")
		for i := range elements {
			elements[i], err = url.PathUnescape(elements[i])
			require.NoError(t, err)
		}
		require.Equal(t, append([]string{"", "pre"}, want.path...), elements)
		got, err := url.ParseQuery(req.URL.RawQuery)
		require.NoError(t, err)
		for name, value := range want.query {
			require.Equal(t, value, got.Get(name), name)
		}
		for name, values := range got {
			_, known := want.query[name]
			require.True(t, known || slices.Contains(want.free, name), "%q was not asked for", name)
			require.Len(t, values, 1)
		}
		require.Len(t, req.Header, 4, "%v", req.Header) // Accept, Cache-Control, User-Agent and the credential
	})
}

// FuzzPath: elements of a path never leave their place, whatever they are.
func FuzzPath(f *testing.F) {
	f.Add("a", "b")
	f.Add("..", ".")
	f.Add("../x", "%2e%2e%2f")
	f.Add("a/b?c#d", "\x00\n\\;")
	f.Add("\xff", "\u00e9")
	f.Fuzz(func(t *testing.T, one, two string) {
		c := &conn{base: &url.URL{Scheme: "https", Host: "api.test", Path: "/pre fix", RawPath: "/pre%20fix"}}
		target, err := c.target(call{op: "X.Get", path: []string{"x", one, two, "z"}, query: "q=1"})
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidFilter)
			return
		}
		read, err := url.Parse(target.String())
		require.NoError(t, err)
		require.Equal(t, "api.test", read.Host)
		require.Equal(t, "q=1", read.RawQuery)
		require.Empty(t, read.Fragment)
		elements := strings.Split(read.EscapedPath(), "/")
		require.NotContains(t, elements, "..")
		for i := range elements {
			elements[i], err = url.PathUnescape(elements[i])
			require.NoError(t, err)
		}
		require.Equal(t, []string{"", "pre fix", "x", one, two, "z"}, elements)
	})
}

package auditlogsotel_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// shown is a span as a test compares it.
func shown(s tracetest.SpanStub) []string {
	lines := []string{strings.TrimSpace(s.Name + " " + s.Status.Code.String() + " " + s.Status.Description), text(s.Attributes)}
	for _, e := range s.Events {
		lines = append(lines, e.Name+" "+text(e.Attributes))
	}
	return lines
}

func TestSpanOfAnOperation(t *testing.T) {
	t.Parallel()
	const uuid = "0f850c15d643480aa2b49e3c26067178"
	list := func(ctx context.Context, c *auditlogs.Client) error {
		_, err := c.UserEvents.List(ctx, auditlogs.UserEventFilter{})
		return err
	}
	get := func(ctx context.Context, c *auditlogs.Client) error {
		_, err := c.DataAccessLogs.Get(ctx, uuid)
		return err
	}
	const (
		events = "auditlogs.api=thousandeyes auditlogs.attempts="
		listOp = " auditlogs.operation=UserEvents.List"
		logs   = "auditlogs.api=waldur auditlogs.attempts="
	)
	tests := []struct {
		name   string
		faults []auditlogtest.Fault
		call   func(context.Context, *auditlogs.Client) error
		want   []string
	}{
		{"success", nil, list, []string{
			"UserEvents.List Unset", events + "1" + listOp + " http.response.status_code=200",
			"attempt auditlogs.attempt=1 http.response.status_code=200",
		}},
		{"retried", []auditlogtest.Fault{{Status: 503}, {Truncate: -1}}, list, []string{
			"UserEvents.List Unset", events + "3" + listOp + " http.response.status_code=200",
			"attempt auditlogs.attempt=1 error.type=503 http.response.status_code=503",
			"retry auditlogs.attempt=1 error.type=503 http.response.status_code=503",
			"attempt auditlogs.attempt=2 error.type=connection",
			"retry auditlogs.attempt=2 error.type=connection",
			"attempt auditlogs.attempt=3 http.response.status_code=200",
		}},
		{"refused", []auditlogtest.Fault{{Status: 403}}, list, []string{
			"UserEvents.List Error 403", events + "1 auditlogs.operation=UserEvents.List error.type=403 http.response.status_code=403",
			"attempt auditlogs.attempt=1 error.type=403 http.response.status_code=403",
		}},
		{"unreadable", []auditlogtest.Fault{{Status: 200, Body: `{"auditEvents":[7]}`, Times: 2}}, list, []string{ // it is asked for again
			"UserEvents.List Error decode", events + "1 auditlogs.operation=UserEvents.List error.type=decode http.response.status_code=200",
			"attempt auditlogs.attempt=1 http.response.status_code=200",
			"retry auditlogs.attempt=1 error.type=decode http.response.status_code=200",
			"attempt auditlogs.attempt=1 http.response.status_code=200",
		}},
		{"no such record", nil, get, []string{
			"DataAccessLogs.Get Error 404", logs + "1 auditlogs.operation=DataAccessLogs.Get error.type=404 http.response.status_code=404",
			"attempt auditlogs.attempt=1 error.type=404 http.response.status_code=404",
		}},
		{"record unreadable", []auditlogtest.Fault{{Status: 200, Body: `{"uuid":`}}, get, []string{
			"DataAccessLogs.Get Error decode", logs + "1 auditlogs.operation=DataAccessLogs.Get error.type=decode http.response.status_code=200",
			"attempt auditlogs.attempt=1 http.response.status_code=200",
		}},
		{"deleted", []auditlogtest.Fault{{Status: 204}}, func(ctx context.Context, c *auditlogs.Client) error {
			return c.DataAccessLogs.Delete(ctx, uuid)
		}, []string{
			"DataAccessLogs.Delete Unset", logs + "1 auditlogs.operation=DataAccessLogs.Delete http.response.status_code=204",
			"attempt auditlogs.attempt=1 http.response.status_code=204",
		}},
		{"counted", nil, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{})
			return err
		}, []string{
			"DataAccessLogs.Count Unset", logs + "1 auditlogs.operation=DataAccessLogs.Count http.response.status_code=200",
			"attempt auditlogs.attempt=1 http.response.status_code=200",
		}},
		{"event of Akinon", nil, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.AuditEvents.Get(ctx, uuid)
			return err
		}, []string{
			"AuditEvents.Get Error 404", "auditlogs.api=akinon auditlogs.attempts=1 auditlogs.operation=AuditEvents.Get error.type=404 http.response.status_code=404",
			"attempt auditlogs.attempt=1 error.type=404 http.response.status_code=404",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tm, srv := newTelemetry(), newServer(t)
			for _, f := range tt.faults {
				srv.Inject(f)
			}
			ctx, parent := tm.tracer.Tracer("caller").Start(t.Context(), "caller")
			err := tt.call(ctx, tm.client(t, srv))
			spans := tm.spans.GetSpans() // before the caller's own ends
			require.Len(t, spans, 1)
			require.Equal(t, tt.want, shown(spans[0]))
			require.Equal(t, err != nil, spans[0].Status.Code == codes.Error)
			require.Equal(t, parent.SpanContext().SpanID(), spans[0].Parent.SpanID())
			require.Equal(t, trace.SpanKindClient, spans[0].SpanKind)
			require.False(t, spans[0].EndTime.Before(spans[0].StartTime))
		})
	}
}

// What is refused before anything is sent is no operation.
func TestNoSpanWithoutARequest(t *testing.T) {
	t.Parallel()
	tm := newTelemetry()
	c := tm.client(t, newServer(t))
	_, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{ListOptions: auditlogs.ListOptions{PageSize: -3}})
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	_, err = c.DataAccessLogs.Get(t.Context(), "no uuid")
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	require.Empty(t, tm.spans.GetSpans())
}

// A page past the end is answered with 404, which ends the listing well.
func TestEndOfAListingIsNoFailure(t *testing.T) {
	t.Parallel()
	tm, srv := newTelemetry(), newServer(t)
	srv.GenerateFor(auditlogtest.Akinon, 1, 3)
	filter := auditlogs.AuditEventFilter{ListOptions: auditlogs.ListOptions{PageSize: 2, Offset: 10}}
	page, err := tm.client(t, srv).AuditEvents.List(t.Context(), filter)
	require.NoError(t, err)
	require.Empty(t, page.Items)
	spans := tm.spans.GetSpans()
	require.NotEmpty(t, spans)
	require.Contains(t, shown(spans[0]), "attempt auditlogs.attempt=1 error.type=404 http.response.status_code=404")
	require.Equal(t, codes.Unset, spans[0].Status.Code)
}

func TestCanceledCallIsNoFailure(t *testing.T) {
	t.Parallel()
	tm, srv := newTelemetry(), newServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.BeforeRequest(func(auditlogtest.API, int) { cancel() })
	_, err := tm.client(t, srv).UserEvents.List(ctx, auditlogs.UserEventFilter{})
	require.ErrorIs(t, err, context.Canceled)
	spans := tm.spans.GetSpans()
	require.Len(t, spans, 1)
	require.Equal(t, codes.Unset, spans[0].Status.Code)
	require.Contains(t, text(spans[0].Attributes), "error.type=canceled")
}

func TestSpanOfALogin(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	iam := auditlogs.HuaweiIAMConfig{
		IAMURL: srv.URL, DomainName: auditlogtest.DomainName, UserName: auditlogtest.Username, Password: auditlogtest.Password, ProjectID: auditlogtest.ProjectID,
	}
	tests := []struct {
		login, op string
		with      func(password string) auditlogs.Option
		call      func(context.Context, *auditlogs.Client) error
	}{
		{"Waldur.Login", "DataAccessLogs.List", func(password string) auditlogs.Option {
			return auditlogs.WithWaldur(srv.URL, auditlogs.WaldurLogin(srv.URL, auditlogtest.Username, password))
		}, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{})
			return err
		}},
		{"HuaweiIAM.Token", "DataAssetLogs.List", func(password string) auditlogs.Option {
			own := iam
			own.Password = password
			return auditlogs.WithHuaweiEDS(srv.URL, auditlogtest.ProjectID, auditlogs.HuaweiIAM(own))
		}, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.DataAssetLogs.List(ctx, auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID})
			return err
		}},
		{"Akinon.Login", "AuditEvents.List", func(password string) auditlogs.Option {
			return auditlogs.WithAkinon(srv.BaseURL(auditlogtest.Akinon), auditlogs.AkinonLogin(srv.URL, auditlogtest.Username, password))
		}, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.AuditEvents.List(ctx, auditlogs.AuditEventFilter{})
			return err
		}},
		{"ElasticPath.Login", "PersonalDataLogs.List", func(password string) auditlogs.Option {
			if password == auditlogtest.Password {
				password = auditlogtest.ClientSecret
			}
			return auditlogs.WithElasticPath(srv.URL, auditlogs.ElasticPathCredentials(srv.URL, auditlogtest.ClientID, password))
		}, func(ctx context.Context, c *auditlogs.Client) error {
			_, err := c.PersonalDataLogs.List(ctx, auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID})
			return err
		}},
	}
	for _, tt := range tests {
		for _, password := range []string{auditlogtest.Password, "wrong"} {
			t.Run(tt.login+" "+password, func(t *testing.T) {
				t.Parallel()
				tm := newTelemetry()
				c, err := auditlogs.NewClient(tt.with(password), auditlogs.WithHooks(tm.hooks))
				require.NoError(t, err)
				t.Cleanup(c.CloseIdleConnections)
				err = tt.call(t.Context(), c)
				require.Equal(t, password == "wrong", errors.Is(err, auditlogs.ErrUnauthorized), "%v", err)
				logins, ops := tm.named(tt.login), tm.named(tt.op)
				require.Len(t, logins, 1)
				require.Len(t, ops, 1)
				require.Equal(t, ops[0].SpanContext.SpanID(), logins[0].Parent.SpanID())
				require.Len(t, logins[0].Events, 1)
				require.Equal(t, err != nil, logins[0].Status.Code == codes.Error)
				require.Equal(t, err != nil, ops[0].Status.Code == codes.Error)
				require.Len(t, of(tm.measured(t), "requests"), len(logins)+len(ops)-boolToInt(err != nil))
			})
		}
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// spanTransport makes spans of its own, as a user's might.
type spanTransport struct {
	tracer trace.Tracer
	next   http.RoundTripper
}

func (s spanTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, span := s.tracer.Start(req.Context(), "HTTP")
	defer span.End()
	return s.next.RoundTrip(req.WithContext(ctx))
}

func TestTransportNestsItsSpans(t *testing.T) {
	t.Parallel()
	tm, srv := newTelemetry(), newServer(t)
	own := &http.Client{Transport: spanTransport{tm.tracer.Tracer("transport"), srv.HTTPClient().Transport}}
	_, err := tm.client(t, srv, auditlogs.WithHTTPClient(own)).UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	inner, outer := tm.named("HTTP"), tm.named("UserEvents.List")
	require.Len(t, inner, 1)
	require.Len(t, outer, 1)
	require.Equal(t, outer[0].SpanContext.SpanID(), inner[0].Parent.SpanID())
	require.Len(t, outer[0].Events, 1)
	require.Empty(t, inner[0].Events)
}

// With pages read ahead there are spans for every request, all below the caller's.
func TestSpansOfPagesReadAhead(t *testing.T) {
	t.Parallel()
	tm, srv := newTelemetry(), newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 1000)
	ctx, parent := tm.tracer.Tracer("caller").Start(t.Context(), "caller")
	filter := auditlogs.DataAccessLogFilter{ListOptions: auditlogs.ListOptions{PageSize: 50, Prefetch: 4}}
	logs, err := auditlogs.Collect(tm.client(t, srv).DataAccessLogs.All(ctx, filter), 2000)
	require.NoError(t, err)
	require.Len(t, logs, 1000)
	spans := tm.named("DataAccessLogs.List")
	require.Len(t, spans, len(srv.Requests(auditlogtest.Waldur)))
	for _, s := range spans {
		require.Equal(t, parent.SpanContext().SpanID(), s.Parent.SpanID())
	}
	require.Equal(t, []string{"records{auditlogs.api=waldur auditlogs.operation=DataAccessLogs.List} 1000"}, of(tm.measured(t), "records"))
}

// Whatever goes wrong, neither spans nor metrics hold an address, a credential or what the API said.
func TestNothingSecret(t *testing.T) {
	t.Parallel()
	tm, srv := newTelemetry(), newServer(t)
	c := tm.client(t, srv)
	const person = "jane.roe@example.org"
	faults := []auditlogtest.Fault{
		{Status: 400, Body: `{"detail":"no person ` + person + ` for ` + auditlogtest.Token + `"}`},
		{Status: 503, Body: person}, {Reset: true}, {Truncate: -1}, {Status: 200, Body: `{"` + person + `":`}, {Status: 302, Header: http.Header{"Location": {"http://127.0.0.1:2/" + person}}},
	}
	for _, f := range faults {
		f.Times = 3
		srv.Inject(f)
		_, err := c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{Query: person})
		require.Error(t, err)
		srv.ClearFaults()
	}
	spans := tm.spans.GetSpans()
	require.Len(t, spans, len(faults))
	var all strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&all, "%s %+v %v\n", s.Name, s.Status, s.Attributes)
		for _, e := range s.Events {
			fmt.Fprintf(&all, "%+v\n", e)
		}
	}
	fmt.Fprint(&all, tm.measured(t))
	require.Contains(t, all.String(), "connection") // so it is no empty text that is searched
	for _, leak := range []string{person, "jane", auditlogtest.Token, "127.0.0.1", "http://", "query", "Authorization", "data-access-logs"} {
		require.NotContains(t, all.String(), leak)
	}
}

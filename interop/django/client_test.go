package django_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// switched sends requests with headers for the server's switches.
type switched http.Header

func (s switched) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	maps.Copy(req.Header, http.Header(s))
	return http.DefaultTransport.RoundTrip(req)
}

// newClient reads both logs from one address.
func newClient(t *testing.T, url string, waldur, akinon auditlogs.TokenSource, switches switched) *auditlogs.Client {
	t.Helper()
	client, err := auditlogs.NewClient(
		auditlogs.WithWaldur(url, waldur), auditlogs.WithAkinon(url+akinonBase, akinon),
		auditlogs.WithHTTPClient(&http.Client{Transport: switches}),
	)
	require.NoError(t, err)
	return client
}

// keys gives the keys of records in their order, and checks that all were read.
func keys[T interface{ Key() string }](t *testing.T, records iter.Seq2[T, error]) []string {
	t.Helper()
	all := []string{}
	for r, err := range records {
		require.NoError(t, err)
		all = append(all, r.Key())
	}
	return all
}

// TestFilters asks the framework and auditlogtest for the same with every filter, and gets the same in the same order. The
// framework finds it by SQL, and has its days in its own time zone.
func TestFilters(t *testing.T) {
	t.Parallel()
	f, srv := newFramework(t), auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	fill(t, srv, f)
	login := auditlogs.StaticToken(auditlogtest.Token)
	ours := newClient(t, srv.URL, login, login, nil)
	log, event := srv.DataAccessLogs()[50], srv.AuditEvents()[50]
	since, until := log.Timestamp.Add(-200*time.Hour), log.Timestamp.Add(time.Nanosecond)

	waldur := map[string]auditlogs.DataAccessLogFilter{
		"everything":       {},
		"small pages":      {ListOptions: auditlogs.ListOptions{PageSize: 7}},
		"offset":           {ListOptions: auditlogs.ListOptions{PageSize: 7, Offset: 33}},
		"since":            {Since: since},
		"until":            {Until: until},
		"range":            {Since: log.Timestamp, Until: until},
		"days":             {Since: since.Truncate(24 * time.Hour), Until: until.Truncate(24 * time.Hour)},
		"accessor type":    {AccessorType: auditlogs.AccessorStaff},
		"user":             {UserUUID: log.User.UUID},
		"accessor":         {AccessorUUID: log.User.UUID, Since: since},
		"query":            {Query: "ALICE"},
		"oldest first":     {Order: []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestamp}},
		"by name and time": {Order: []auditlogs.DataAccessLogOrder{auditlogs.OrderUserUsernameDesc, auditlogs.OrderTimestamp}, ListOptions: auditlogs.ListOptions{PageSize: 20}},
	}
	akinon := map[string]auditlogs.AuditEventFilter{
		"everything":   {},
		"small pages":  {ListOptions: auditlogs.ListOptions{PageSize: 7}},
		"offset":       {ListOptions: auditlogs.ListOptions{PageSize: 7, Offset: 33}},
		"since":        {Since: since},
		"until":        {Until: until},
		"range":        {Since: event.Timestamp, Until: event.Timestamp.Add(time.Nanosecond)},
		"timestamp":    {Timestamp: event.Timestamp},
		"gt":           {TimestampGT: event.Timestamp},
		"lte":          {TimestampLTE: event.Timestamp},
		"content type": {ContentType: event.ContentType},
		"object":       {ObjectID: event.ObjectID},
		"user":         {User: 1003},
		"oldest first": {Sort: "timestamp"},
		"by content":   {Sort: "content_type,-timestamp", ListOptions: auditlogs.ListOptions{PageSize: 20}},
	}
	for _, zone := range []string{"UTC", "Pacific/Kiritimati", "America/Los_Angeles"} {
		theirs := newClient(t, f.url, login, login, switched{"X-Time-Zone": {zone}})
		for name, filter := range waldur {
			want := keys(t, ours.DataAccessLogs.All(t.Context(), filter))
			require.NotEmpty(t, want, name)
			require.Equal(t, want, keys(t, theirs.DataAccessLogs.All(t.Context(), filter)), "Waldur, %s, %s", zone, name)
		}
		for name, filter := range akinon {
			want := keys(t, ours.AuditEvents.All(t.Context(), filter))
			require.NotEmpty(t, want, name)
			require.Equal(t, want, keys(t, theirs.AuditEvents.All(t.Context(), filter)), "Akinon, %s, %s", zone, name)
		}
	}
}

// TestRecords reads every member of every record as it was stored.
func TestRecords(t *testing.T) {
	t.Parallel()
	f, srv := newFramework(t), auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	fill(t, srv, f)
	client := newClient(t, f.url, auditlogs.WaldurLogin(f.url, auditlogtest.Username, auditlogtest.Password),
		auditlogs.AkinonLogin(f.url, auditlogtest.Username, auditlogtest.Password), nil)
	logs, err := auditlogs.Collect(client.DataAccessLogs.All(t.Context(), auditlogs.DataAccessLogFilter{}), 1000)
	require.NoError(t, err)
	stored := srv.DataAccessLogs()
	require.Len(t, logs, len(stored))
	for i, l := range logs {
		want := stored[i]
		require.JSONEq(t, text(want.Context, "{}"), string(l.Context))
		l.Raw, l.Context, want.Raw, want.Context = nil, nil, nil, nil
		require.Equal(t, want, l)
	}
	events, err := auditlogs.Collect(client.AuditEvents.All(t.Context(), auditlogs.AuditEventFilter{}), 1000)
	require.NoError(t, err)
	kept := srv.AuditEvents()
	require.Len(t, events, len(kept))
	for i, e := range events {
		want := kept[i]
		for _, free := range []func(*auditlogs.AuditEvent) *json.RawMessage{
			func(e *auditlogs.AuditEvent) *json.RawMessage { return &e.Content },
			func(e *auditlogs.AuditEvent) *json.RawMessage { return &e.Headers },
			func(e *auditlogs.AuditEvent) *json.RawMessage { return &e.PostData },
			func(e *auditlogs.AuditEvent) *json.RawMessage { return &e.QueryParams },
		} {
			require.JSONEq(t, text(*free(&want), "null"), text(*free(&e), "null"))
			*free(&want), *free(&e) = nil, nil
		}
		if e.User != nil {
			e.User.Raw = nil
		}
		e.Raw = nil
		require.Equal(t, want, e)
	}
}

// TestCalls makes the calls other than listings, and those that the framework refuses.
func TestCalls(t *testing.T) {
	t.Parallel()
	f, srv := newFramework(t), auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	fill(t, srv, f)
	ctx, stored, events := t.Context(), srv.DataAccessLogs(), srv.AuditEvents()
	as := func(token string) *auditlogs.Client {
		return newClient(t, f.url, auditlogs.StaticToken(token), auditlogs.StaticToken(token), nil)
	}
	reader := as(auditlogtest.Token)

	log, err := reader.DataAccessLogs.Get(ctx, stored[7].UUID)
	require.NoError(t, err)
	require.True(t, log.Timestamp.Equal(stored[7].Timestamp))
	event, err := reader.AuditEvents.Get(ctx, events[7].UUID)
	require.NoError(t, err)
	require.True(t, event.Timestamp.Equal(events[7].Timestamp))

	n, err := reader.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	require.Len(t, stored, n)
	n, err = reader.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{AccessorType: auditlogs.AccessorStaff})
	require.NoError(t, err)
	require.Less(t, n, len(stored))

	require.ErrorIs(t, as(supportToken).DataAccessLogs.Delete(ctx, stored[7].UUID), auditlogs.ErrForbidden)
	require.NoError(t, reader.DataAccessLogs.Delete(ctx, stored[7].UUID))
	require.ErrorIs(t, reader.DataAccessLogs.Delete(ctx, stored[7].UUID), auditlogs.ErrNotFound)
	_, err = reader.DataAccessLogs.Get(ctx, stored[7].UUID)
	require.ErrorIs(t, err, auditlogs.ErrNotFound)
	n, err = as(supportToken).DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	require.Len(t, stored[1:], n)

	_, err = as(guestToken).DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{})
	require.ErrorIs(t, err, auditlogs.ErrForbidden)
	wrong := newClient(t, f.url, auditlogs.WaldurLogin(f.url, auditlogtest.Username, "wrong"),
		auditlogs.AkinonLogin(f.url, auditlogtest.Username, "wrong"), nil)
	for name, call := range map[string]func(context.Context) error{
		"token, Waldur": func(ctx context.Context) error {
			_, err := as("wrong").DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{})
			return err
		},
		"token, Akinon": func(ctx context.Context) error {
			_, err := as("wrong").AuditEvents.List(ctx, auditlogs.AuditEventFilter{})
			return err
		},
		"login, Waldur": func(ctx context.Context) error {
			_, err := wrong.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{})
			return err
		},
		"login, Akinon": func(ctx context.Context) error {
			_, err := wrong.AuditEvents.List(ctx, auditlogs.AuditEventFilter{})
			return err
		},
	} {
		err := call(ctx)
		require.ErrorIs(t, err, auditlogs.ErrUnauthorized, name)
		var refusal *auditlogs.APIError
		require.ErrorAs(t, err, &refusal, name)
		require.NotEmpty(t, refusal.Message, fmt.Sprintf("%s: what the framework said", name))
	}
}

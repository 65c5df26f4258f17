package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func ExampleNewClient() {
	client, err := auditlogs.NewClient(
		auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.StaticToken("made-in-the-console")),
		auditlogs.WithWaldur("https://waldur.example.com",
			auditlogs.WaldurLogin("https://waldur.example.com", "auditor", "correct horse battery staple")),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 5}),
		auditlogs.WithUserAgent("exporter/1.2"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.APIs())
	// Output: [waldur thousandeyes]
}

// Every bad option is reported, and no value is quoted.
func ExampleNewClient_errors() {
	_, err := auditlogs.NewClient(
		auditlogs.WithWaldur("http://waldur.example.com", auditlogs.StaticToken("")),
		auditlogs.WithRateLimit(0),
	)
	fmt.Println(err)
	fmt.Println(errors.Is(err, auditlogs.ErrInvalidConfig))
	// Output:
	// auditlogs: WithRateLimit: is not positive
	// auditlogs: WithWaldur: baseURL: is http://, which needs WithInsecureHTTP
	// auditlogs: WithWaldur: tokens: is empty
	// true
}

func ExampleFromEnv() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddUserEvents(auditlogs.UserEvent{Date: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Event: "Login."})

	for name, value := range map[string]string{
		"AUDITLOGS_THOUSANDEYES_URL":   srv.BaseURL(auditlogtest.ThousandEyes),
		"AUDITLOGS_THOUSANDEYES_TOKEN": auditlogtest.Token,
	} {
		_ = os.Setenv(name, value)
		defer func() { _ = os.Unsetenv(name) }()
	}

	client, err := auditlogs.NewClient(auditlogs.FromEnv())
	if err != nil {
		fmt.Println(err)
		return
	}
	for event, err := range client.UserEvents.All(context.Background(), auditlogs.UserEventFilter{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Date.Format(time.DateTime), event.Event)
	}
	// Output: 2026-03-02 09:00:00 Login.
}

// However a token source is printed, its secret does not show.
func ExampleStaticToken() {
	tokens := auditlogs.StaticToken("0a1b2c3d4e5f")
	fmt.Printf("%v %+v %#v %s\n", tokens, tokens, tokens, tokens)
	// Output: [redacted] [redacted] [redacted] [redacted]
}

// tokenFile is a TokenSource that reads what another program keeps up to date.
type tokenFile string

func (path tokenFile) Token(context.Context) (auditlogs.Token, error) {
	value, err := os.ReadFile(string(path))
	if err != nil {
		return auditlogs.Token{}, err
	}
	return auditlogs.Token{Value: string(value), Expiry: time.Now().Add(time.Hour)}, nil
}

// A TokenSource of one's own needs one method. The client caches the token until shortly before its expiry.
func ExampleTokenSource() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	file, err := os.CreateTemp("", "token")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if err := errors.Join(os.WriteFile(file.Name(), []byte(auditlogtest.Token), 0o600), file.Close()); err != nil {
		fmt.Println(err)
		return
	}

	tokens := tokenFile(file.Name())
	client, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), tokens))
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := client.DataAccessLogs.List(context.Background(), auditlogs.DataAccessLogFilter{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Items), "records")

	token, err := tokens.Token(context.Background())
	fmt.Println(token, err)
	// Output:
	// 0 records
	// [redacted] <nil>
}

func ExampleUserEventsService_All() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	srv.AddUserEvents(
		auditlogs.UserEvent{Date: day.Add(8 * time.Hour), Event: "Login.", User: "Jane Doe (jane@example.org)"},
		auditlogs.UserEvent{Date: day.Add(9 * time.Hour), Event: "Test updated.", User: "Jane Doe (jane@example.org)"},
		auditlogs.UserEvent{Date: day.Add(-time.Hour), Event: "Logout.", User: "John Roe (john@example.org)"},
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter := auditlogs.UserEventFilter{Since: day, Until: day.AddDate(0, 0, 1)}
	for event, err := range client.UserEvents.All(context.Background(), filter) {
		if err != nil {
			fmt.Println(err) // once, after every event that was read before it
			return
		}
		fmt.Println(event.Date.Format(time.TimeOnly), event.User, event.Event)
	}
	// Output:
	// 09:00:00 Jane Doe (jane@example.org) Test updated.
	// 08:00:00 Jane Doe (jane@example.org) Login.
}

// Follow polls until its context ends, or its caller stops. Every poll ends with a page, an empty one if nothing is new.
func ExampleUserEventsService_Follow() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	defer srv.Close()
	srv.AddUserEvents(
		auditlogs.UserEvent{Date: now.Add(-10 * time.Minute), Event: "Login."},
		auditlogs.UserEvent{Date: now.Add(-10 * time.Second), Event: "Logout."}, // within Lag: for a later poll
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter := auditlogs.UserEventFilter{Since: now.Add(-time.Hour)}
	options := auditlogs.FollowOptions{Interval: 30 * time.Second, Lag: time.Minute}
	for page, err := range client.UserEvents.Follow(context.Background(), filter, options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, event := range page.Items {
			fmt.Println(event.Date.Format(time.TimeOnly), event.Event)
		}
		fmt.Println("a cursor to store:", page.Next != "")
		break // an example must come to an end
	}
	// Output:
	// 11:50:00 Login.
	// a cursor to store: true
}

// A program that was stopped goes on where its last stored cursor leads.
func ExampleDataAccessLogsService_Pages() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Waldur, 1, 1000)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	stored := 0                     // stands for a database: rows, and
	var checkpoint auditlogs.Cursor // the cursor that belongs to them
	run := func(pages int) error {
		filter := auditlogs.DataAccessLogFilter{ListOptions: auditlogs.ListOptions{Cursor: checkpoint}}
		for page, err := range client.DataAccessLogs.Pages(context.Background(), filter) {
			if err != nil {
				return err
			}
			stored += len(page.Items)
			checkpoint = page.Next // after the page was processed, and best in one transaction with it
			if pages--; pages == 0 {
				break
			}
		}
		return nil
	}

	fmt.Println(run(2), "all read:", stored == 1000)
	fmt.Println(run(-1), "all read:", stored == 1000, "cursor:", checkpoint == "")
	// Output:
	// <nil> all read: false
	// <nil> all read: true cursor: true
}

// A cursor belongs to its filter, and holds no secret.
func ExampleCursor() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Akinon, 1, 50)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()

	first, err := client.AuditEvents.List(ctx, auditlogs.AuditEventFilter{ListOptions: auditlogs.ListOptions{PageSize: 20}})
	if err != nil {
		fmt.Println(err)
		return
	}
	saved := string(first.Next) // plain text: a file, a column, a message

	next := auditlogs.ListOptions{Cursor: auditlogs.Cursor(saved)}
	second, err := client.AuditEvents.List(ctx, auditlogs.AuditEventFilter{ListOptions: next})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(first.Items), "and", len(second.Items))

	_, err = client.AuditEvents.List(ctx, auditlogs.AuditEventFilter{User: 7, ListOptions: next})
	fmt.Println(errors.Is(err, auditlogs.ErrCursorMismatch))
	// Output:
	// 20 and 30
	// true
}

// List reads one page; what the API says about it comes along.
func ExampleDataAssetLogsService_List() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddDataAssetLogs(auditlogs.DataAssetLog{
		ResourceName: "report.pdf", CustomerUserName: "Jane Doe", Action: auditlogs.DataAssetDownload,
		HappenedTime: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	page, err := client.DataAssetLogs.List(context.Background(), auditlogs.DataAssetLogFilter{
		InstanceID:  auditlogtest.InstanceID,
		ConnectorID: auditlogtest.ConnectorID,
		Action:      auditlogs.DataAssetDownload,
		ListOptions: auditlogs.ListOptions{PageSize: 10},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, log := range page.Items {
		fmt.Println(log.HappenedTime.Format(time.DateTime), log.CustomerUserName, log.Action, log.ResourceName)
	}
	fmt.Println("total:", page.Total)
	// Output:
	// 2026-03-02 09:00:00 Jane Doe DOWNLOAD report.pdf
	// total: 1
}

// The log of EDS is one of a connector; the list of connectors says which there are.
func ExampleDataAssetLogsService_Connectors() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddConnectors(auditlogs.Connector{ID: "7c9cafa2", Name: "research"})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	for connector, err := range client.DataAssetLogs.Connectors(context.Background(), auditlogtest.InstanceID) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if connector.ID != auditlogtest.ConnectorID {
			fmt.Println(connector.ID, connector.Name)
		}
	}
	// Output: 7c9cafa2 research
}

// The logs of all connectors are one source, which Merge puts into order of time.
func ExampleDataAssetLogsService_AllConnectors() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	srv.AddConnectors(auditlogs.Connector{ID: "7c9cafa2", Name: "research"})
	srv.AddDataAssetLogs(
		auditlogs.DataAssetLog{ResourceName: "report.pdf", Action: auditlogs.DataAssetView, HappenedTime: day.Add(9 * time.Hour)},
		auditlogs.DataAssetLog{ResourceName: "report.pdf", Action: auditlogs.DataAssetDownload, HappenedTime: day.Add(11 * time.Hour)},
	)
	srv.AddConnectorLogs("7c9cafa2", auditlogs.DataAssetLog{
		ResourceName: "map.png", Action: auditlogs.DataAssetForward, HappenedTime: day.Add(10 * time.Hour),
	})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	source := client.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Since: day})
	for event, err := range auditlogs.Items(auditlogs.Merge(context.Background(), source)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Time.Format(time.TimeOnly), event.Action, event.Target.Name)
	}
	// Output:
	// 11:00:00 DOWNLOAD report.pdf
	// 10:00:00 FORWARD map.png
	// 09:00:00 VIEW report.pdf
}

func ExampleAuditEventsService_Get() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddAuditEvents(auditlogs.AuditEvent{
		UUID: "8c5f6c1e-4f3b-4a53-9a39-3c9a2f0b7d11", URL: "/products/42/", RemoteAddr: "192.0.2.7",
		Timestamp: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	event, err := client.AuditEvents.Get(context.Background(), "8c5f6c1e-4f3b-4a53-9a39-3c9a2f0b7d11")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(event.RemoteAddr, event.URL)

	_, err = client.AuditEvents.Get(context.Background(), "00000000-0000-4000-8000-000000000000")
	fmt.Println(errors.Is(err, auditlogs.ErrNotFound))
	// Output:
	// 192.0.2.7 /products/42/
	// true
}

// Elastic Path lists the changes to one resource, which both fields name.
func ExamplePersonalDataLogsService_All() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	const customer = "0f850c15-d643-480a-a2b4-9e3c26067178"
	srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{
		ResourceType: "customer", ResourceID: customer, EventType: "customer.event.updated",
		Time: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Delta: []byte(`{"email":"jane@example.org"}`),
		Initiator: auditlogs.Initiator{TokenID: "1222341536243515939", TokenType: "client-credentials-token"},
	})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter := auditlogs.PersonalDataLogFilter{ResourceType: "customer", ResourceID: customer}
	for log, err := range client.PersonalDataLogs.All(context.Background(), filter) {
		if errors.Is(err, auditlogs.ErrOffsetLimit) {
			fmt.Println("there is more, which the API gives to nobody:", err)
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(log.EventType, string(log.Delta), "by", log.Initiator.TokenID)
	}
	// Output: customer.event.updated {"email":"jane@example.org"} by 1222341536243515939
}

// A person's data may be in several resources. Their logs are one source, each read once.
func ExamplePersonalDataLogsService_SourceOf() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	srv.AddPersonalDataLogs(
		auditlogs.PersonalDataLog{ResourceType: "customer", ResourceID: "1", EventType: "customer.event.updated", Time: day.Add(9 * time.Hour)},
		auditlogs.PersonalDataLog{ResourceType: "address", ResourceID: "2", EventType: "address.event.created", Time: day.Add(10 * time.Hour)},
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	source := client.PersonalDataLogs.SourceOf(auditlogs.PersonalDataLogFilter{Since: day},
		auditlogs.RelatedDataEntry{ResourceType: "customer", ResourceID: "1"},
		auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "2"},
	)
	for page, err := range source.Pages(context.Background(), "") {
		if err != nil {
			fmt.Println(err) // once, last: what could not be read, and why
			return
		}
		for _, event := range page.Items {
			fmt.Println(event.Target.Type, event.Action)
		}
		fmt.Println("a cursor to store:", page.Next != "")
	}
	// Output:
	// customer customer.event.updated
	// a cursor to store: true
	// address address.event.created
	// a cursor to store: false
}

// Count costs one request, whatever the number. Waldur counts whole UTC days.
func ExampleDataAccessLogsService_Count() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	srv.AddDataAccessLogs(
		auditlogs.DataAccessLog{Timestamp: day.Add(9 * time.Hour), AccessorType: auditlogs.AccessorStaff},
		auditlogs.DataAccessLog{Timestamp: day.Add(10 * time.Hour), AccessorType: auditlogs.AccessorStaff},
		auditlogs.DataAccessLog{Timestamp: day.Add(11 * time.Hour), AccessorType: auditlogs.AccessorSelf},
		auditlogs.DataAccessLog{Timestamp: day.Add(-time.Hour), AccessorType: auditlogs.AccessorStaff},
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	n, err := client.DataAccessLogs.Count(context.Background(), auditlogs.DataAccessLogFilter{
		Since: day, Until: day.AddDate(0, 0, 1), AccessorType: auditlogs.AccessorStaff,
	})
	fmt.Println(n, err)
	// Output: 2 <nil>
}

func ExampleDataAccessLogsService_Delete() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Waldur, 1, 3)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	uuid := srv.DataAccessLogs()[0].UUID
	fmt.Println(client.DataAccessLogs.Delete(context.Background(), uuid))
	_, err = client.DataAccessLogs.Get(context.Background(), uuid)
	fmt.Println(errors.Is(err, auditlogs.ErrNotFound), len(srv.DataAccessLogs()))
	// Output:
	// <nil>
	// true 2
}

// errors.Is tells what to do, errors.As gives the details.
func ExampleAPIError() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.Inject(auditlogtest.Fault{
		API: auditlogtest.ThousandEyes, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}},
	})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = client.UserEvents.List(context.Background(), auditlogs.UserEventFilter{})
	var refusal *auditlogs.APIError
	switch {
	case errors.Is(err, auditlogs.ErrRateLimited) && errors.As(err, &refusal):
		fmt.Println(refusal.Op, "may be repeated in", refusal.RetryAfter)
	case errors.Is(err, auditlogs.ErrUnauthorized):
		fmt.Println("the token was refused")
	default:
		fmt.Println(err)
	}
	// Output: UserEvents.List may be repeated in 1h0m0s
}

// Hooks see every attempt, for metrics and traces.
func ExampleHooks() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 5)
	srv.Inject(auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: http.StatusServiceUnavailable})

	hooks := auditlogs.Hooks{
		OnResponse: func(_ context.Context, r auditlogs.ResponseInfo) {
			fmt.Println(r.Op, "attempt", r.Attempt, "is", r.Status)
		},
		OnRetry: func(_ context.Context, r auditlogs.RetryInfo) { fmt.Println(r.Op, "again after", r.Status) },
		OnPage:  func(_ context.Context, p auditlogs.PageInfo) { fmt.Println(p.Op, "gave", p.New, "new rows") },
	}
	retry := auditlogs.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond} // an example has no time
	client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHooks(hooks), auditlogs.WithRetry(retry))...)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.DataAssetLogs.List(context.Background(), auditlogs.DataAssetLogFilter{
		InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID,
	})
	fmt.Println(err)
	// Output:
	// DataAssetLogs.List attempt 1 is 503
	// DataAssetLogs.List again after 503
	// DataAssetLogs.List attempt 2 is 200
	// DataAssetLogs.List gave 5 new rows
	// <nil>
}

// Collect gathers at most so many records, and sends no request for one more.
func ExampleCollect() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Akinon, 1, 500)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter := auditlogs.AuditEventFilter{ListOptions: auditlogs.ListOptions{PageSize: 25}}
	events, err := auditlogs.Collect(client.AuditEvents.All(context.Background(), filter), 25)
	fmt.Println(len(events), err, "requests:", len(srv.Requests(auditlogtest.Akinon)))
	// Output: 25 <nil> requests: 1
}

// Items turns pages into records, for a caller that wants both.
func ExampleItems() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.ThousandEyes, 1, 250)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	pages, records := 0, 0
	counted := func(yield func(*auditlogs.Page[auditlogs.UserEvent], error) bool) {
		for page, err := range client.UserEvents.Pages(context.Background(), auditlogs.UserEventFilter{}) {
			pages++
			if !yield(page, err) {
				return
			}
		}
	}
	for _, err := range auditlogs.Items(counted) {
		if err != nil {
			fmt.Println(err)
			return
		}
		records++
	}
	fmt.Println(records, "records on", pages, "pages")
	// Output: 250 records on 3 pages
}

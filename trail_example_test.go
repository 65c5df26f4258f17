package auditlogs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// trailServer is a server on which Sam looks at Alice's data and then fails to log in.
func trailServer() *auditlogtest.Server {
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 9, minute, 0, 0, time.UTC) }
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return at(30) }))
	alice := auditlogs.UserRef{UUID: "a1b2c3d4e5f60718293a4b5c6d7e8f90", FullName: "Alice Lebowski"}
	sam := &auditlogs.UserRef{UUID: "0d9a6e5b4c3f42a1b0c9d8e7f6a5b4c3", FullName: "Sam Staff"}
	srv.AddDataAccessLogs(
		auditlogs.DataAccessLog{Timestamp: at(1), AccessorType: auditlogs.AccessorStaff, User: alice, Accessor: sam},
		auditlogs.DataAccessLog{Timestamp: at(7), AccessorType: auditlogs.AccessorStaff, User: alice, Accessor: sam},
	)
	srv.AddUserEvents(auditlogs.UserEvent{Date: at(5), Event: "Login failed.", User: "Sam Staff (sam@example.org)"})
	return srv
}

// Every record has one form that all APIs share. Printed, it is a line without the record's content; its JSON is whole.
func ExampleEvent() {
	record := auditlogs.AuditEvent{
		UUID: "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b", Timestamp: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		User: &auditlogs.AuditEventUser{ID: "7", FirstName: "Sam"}, ContentType: 42, ObjectID: 1017,
		Headers: json.RawMessage(`{"Authorization":"Token 0123"}`),
	}
	event := record.AsEvent()
	fmt.Println(event.Actor.Name, event.Action, event.Target.ID)
	fmt.Println(event)
	redacted, err := json.Marshal(event.Redacted().Record.(auditlogs.AuditEvent).Headers)
	fmt.Println(string(redacted), err)
	// Output:
	// Sam request 1017
	// 2026-03-02T09:00:00Z akinon request by Sam on 42 1017
	// {"Authorization":"[redacted]"} <nil>
}

// Sources are made of all configured APIs that need no further parameters, or of a filter.
func ExampleClient_Sources() {
	srv := trailServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	sources := append(client.Sources(), client.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
		ResourceType: "customer", ResourceID: "42",
	}))
	for _, source := range sources {
		fmt.Println(source.Name())
	}
	// Output:
	// waldur
	// akinon
	// thousandeyes
	// elasticpath customer:42
}

// What happened, across services, the newest first. A service that fails does not hide the others.
func ExampleMerge() {
	srv := trailServer()
	defer srv.Close()
	srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: http.StatusForbidden, Times: -1})
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for page, err := range auditlogs.Merge(context.Background(), client.Sources()...) {
		var failed *auditlogs.SourceError
		if errors.As(err, &failed) {
			fmt.Println(failed.Source, "is left out:", errors.Is(err, auditlogs.ErrForbidden))
			continue
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, event := range page.Items {
			fmt.Println(event)
		}
		// Store page.Next here; MergeFrom goes on with it.
	}
	// Output:
	// akinon is left out: true
	// 2026-03-02T09:07:00Z waldur view by Sam Staff on user a1b2c3d4e5f60718293a4b5c6d7e8f90
	// 2026-03-02T09:05:00Z thousandeyes Login failed by Sam Staff (failure)
	// 2026-03-02T09:01:00Z waldur view by Sam Staff on user a1b2c3d4e5f60718293a4b5c6d7e8f90
}

// New events of all configured APIs as they appear; here, of the last hour, until three were seen.
func ExampleFollowAll() {
	srv := trailServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	since := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	sources := client.SourcesBetween(since, time.Time{})
	seen := map[string]int{}
	for page, err := range auditlogs.FollowAll(context.Background(), "", auditlogs.FollowOptions{}, sources...) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, event := range page.Items {
			seen[event.Source]++
		}
		// Store page.Next here; FollowAll goes on with it.
		if seen["waldur"]+seen["thousandeyes"] == 3 {
			break
		}
	}
	fmt.Println(seen)
	// Output: map[thousandeyes:1 waldur:2]
}

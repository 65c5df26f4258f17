package auditlogtest_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// failedLogins is the program under test.
func failedLogins(ctx context.Context, client *auditlogs.Client) (n int, err error) {
	for event, err := range client.UserEvents.All(ctx, auditlogs.UserEventFilter{}) {
		if err != nil {
			return n, err
		}
		if event.Event == "Login failed." {
			n++
		}
	}
	return n, nil
}

func ExampleNewServer() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddUserEvents(auditlogs.UserEvent{
		Date: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Event: "Login failed.", User: "Jane Doe (jane@example.org)",
	})
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusForbidden, After: 1})

	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(failedLogins(context.Background(), client))
	fmt.Println(failedLogins(context.Background(), client))
	// Output:
	// 1 <nil>
	// 0 auditlogs: UserEvents.List: 403 Forbidden: Insufficient permissions to query endpoint
}

// Records of the last week, for a program that asks for those.
func ExampleServer_GenerateBetween() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	now := time.Now()
	srv.GenerateBetween(now.AddDate(0, 0, -7), now, 1, 500)

	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	lastWeek := auditlogs.UserEventFilter{Since: now.AddDate(0, 0, -7)}
	events, err := auditlogs.Collect(client.UserEvents.All(context.Background(), lastWeek), 1000)
	fmt.Println(len(events), err)
	// Output: 100 <nil>
}

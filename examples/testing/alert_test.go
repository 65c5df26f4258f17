package alert

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var day = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// login is an event some minutes into the day.
func login(minute int, user, event string) auditlogs.UserEvent {
	at := day.Add(time.Duration(minute) * time.Minute)
	return auditlogs.UserEvent{Date: at, Event: event, User: strings.ToUpper(user) + " (" + user + "@example.org)"}
}

// start gives a server on which ann failed three times and bob once, and a client of it that does not wait.
func start(t *testing.T) (*auditlogtest.Server, *auditlogs.Client) {
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	srv.AddUserEvents(
		login(-1, "ann", "Login failed."), login(1, "ann", "Login failed."), login(2, "bob", "Login failed."),
		login(3, "ann", "Login failed."), login(4, "bob", "Login."), login(5, "ann", "Login failed."),
	)
	quick := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond})
	client, err := auditlogs.NewClient(append(srv.Options(), quick)...)
	if err != nil {
		t.Fatal(err)
	}
	return srv, client
}

func check(t *testing.T, client *auditlogs.Client, want map[string]int) {
	t.Helper()
	got, err := FailedLogins(t.Context(), client, day, 2)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestFailedLogins(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	check(t, client, map[string]int{"ann@example.org": 3})
}

// A server that is away for a moment is asked again.
func TestServerAway(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusServiceUnavailable})
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Truncate: 20})
	check(t, client, map[string]int{"ann@example.org": 3})
	if n := len(srv.Requests(auditlogtest.ThousandEyes)); n != 3 {
		t.Errorf("%d requests", n)
	}
}

// A permission that goes between two pages is an error, and not a smaller count.
func TestForbiddenMidway(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 2})
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusForbidden, After: 1, Times: -1})
	got, err := FailedLogins(t.Context(), client, day, 2)
	if got != nil || !errors.Is(err, auditlogs.ErrForbidden) {
		t.Errorf("got %v, %v", got, err)
	}
}

// A client that nothing configured is an error, and not a day without failed logins.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	client, err := auditlogs.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	got, err := FailedLogins(t.Context(), client, day, 2)
	if got != nil || !errors.Is(err, auditlogs.ErrNotConfigured) {
		t.Errorf("got %v, %v", got, err)
	}
}

// Events that are added between two pages neither hide nor repeat those that were there.
func TestLogChangesMeanwhile(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 2})
	srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n > 1 {
			srv.AddUserEvents(login(10+n, "eve", "Login."))
		}
	})
	check(t, client, map[string]int{"ann@example.org": 3})
}

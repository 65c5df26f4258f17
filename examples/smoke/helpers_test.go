package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// now is the time of the tests' servers.
var now = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// serve starts a server with n records of one API.
func serve(t *testing.T, api auditlogtest.API, n int, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	server := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(clock), auditlogtest.WithQuirks(api, q))
	t.Cleanup(server.Close)
	server.GenerateForBetween(api, now.AddDate(0, 0, -60), now, 1, n)
	if api == auditlogtest.ThousandEyes && n > 0 {
		resources := []auditlogs.EventResource{{Type: "testName", Name: "a"}, {Type: "testName", Name: "b"}, {Type: "testName", Name: "c"}}
		server.AddUserEvents(auditlogs.UserEvent{Date: now.Add(-time.Minute), Event: "Tests updated.", Resources: resources})
		for range 3 { // of one second
			server.AddUserEvents(auditlogs.UserEvent{Date: now.Add(-time.Hour), Event: "Login.", UserID: string('1' + rune(len(server.UserEvents())%9))})
		}
	}
	return server
}

// asked is what was found out about one API of a server.
func asked(t *testing.T, server *auditlogtest.Server, api auditlogtest.API) result {
	t.Helper()
	return questioned(t, newWire(server.HTTPClient().Transport), only(server, api))
}

// questioned asks through a wire.
func questioned(t *testing.T, w *wire, option auditlogs.Option) result {
	t.Helper()
	client, err := auditlogs.NewClient(option, auditlogs.WithHTTPClient(&http.Client{Transport: w}),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	logs := &cli.Logs{}
	logs.MadeUp()
	logs.Since.Time = now.AddDate(0, 0, -7)
	s := &smoke{client: client, wire: w, logs: logs, now: clock, stderr: io.Discard}
	results := s.run(t.Context())
	require.Len(t, results, 1)
	return results[0]
}

// only is the option for one API of a server.
func only(server *auditlogtest.Server, api auditlogtest.API) auditlogs.Option {
	for i, each := range auditlogtest.APIs() {
		if each == api {
			return served(server)[i]
		}
	}
	return nil
}

// answers are the findings by question, without details.
func answers(r result) map[string]string {
	all := map[string]string{}
	for _, f := range r.findings {
		all[f.id] = finding{status: f.status, answer: f.answer}.String()
	}
	return all
}

// changed returns the answers that are not the usual server's, without those that say why there is none. The client may
// say of each server that it cannot promise to have read everything.
func changed(usual, got, want map[string]string) map[string]string {
	const incomplete = "differs: the client says that the listing is incomplete"
	all := map[string]string{}
	for id, answer := range got {
		same := answer == usual[id] || strings.HasPrefix(answer, string(notSeen))
		if !same && (id != "client" || answer != incomplete || want[id] != "") {
			all[id] = answer
		}
	}
	return all
}

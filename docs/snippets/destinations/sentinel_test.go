package destinations

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// No service of Azure runs here: this is its documented form alone.
func TestSentinel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3000)
	var largest, calls int
	kept := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		var lines []struct {
			TimeGenerated, EventTime time.Time
			RecordUID                string `json:"RecordUid"`
			Event                    string
		}
		if err != nil || json.Unmarshal(text, &lines) != nil || len(lines) == 0 || r.Header.Get("Content-Type") != "application/json" {
			answer.WriteHeader(http.StatusBadRequest)
			return
		}
		largest, calls = max(largest, len(text)), calls+1
		for _, line := range lines {
			var event struct {
				RawData string `json:"raw_data"`
			}
			if json.Unmarshal([]byte(line.Event), &event) == nil && line.EventTime.Equal(line.TimeGenerated) && kept[line.RecordUID] == "" {
				kept[line.RecordUID] = event.RawData
			}
		}
		answer.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	var events []auditlogs.Event
	for e, err := range w.events(t.Context()) {
		require.NoError(t, err)
		events = append(events, e)
	}
	to := sentinel{client: server.Client(), url: server.URL}
	require.NoError(t, to.post(t.Context(), nil))
	require.Zero(t, calls)
	require.NoError(t, to.post(t.Context(), events))
	require.LessOrEqual(t, largest, 1<<20)
	require.Greater(t, largest, 9<<20/10, "calls are filled")
	require.Greater(t, calls, 1)
	w.requireProof(t, kept)
}

func TestSentinelRefuses(t *testing.T) {
	t.Parallel()
	status := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) { answer.WriteHeader(status) }))
	t.Cleanup(server.Close)
	to := sentinel{client: server.Client(), url: server.URL}
	event := someEvent("1", since, fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 65<<10)))
	require.ErrorContains(t, to.post(t.Context(), []auditlogs.Event{event}), "bytes, and would be cut")
	event.Raw = []byte(`{}`)
	require.NoError(t, to.post(t.Context(), []auditlogs.Event{event}))
	for _, status = range []int{http.StatusOK, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge} {
		require.ErrorContains(t, to.post(t.Context(), []auditlogs.Event{event}), "the Logs Ingestion API answered")
	}
}

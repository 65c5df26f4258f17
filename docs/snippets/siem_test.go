package snippets

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// sink is a SIEM that keeps a document once, and refuses one request of several.
type sink struct {
	*httptest.Server
	requests, documents int
	kept                map[string]auditlogs.Event
}

func newSink(t *testing.T, refuse int) *sink {
	t.Helper()
	s := &sink{kept: map[string]auditlogs.Event{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests++
		if s.requests%refuse == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get("Content-Type") != "application/x-ndjson" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for lines := bufio.NewReader(r.Body); ; {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF {
				return
			}
			var document struct {
				ID    string
				Event auditlogs.Event
			}
			if err := json.Unmarshal(line, &document); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			s.documents++
			s.kept[document.ID] = document.Event
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// The SIEM gets every event at least once; by its id, it keeps it once.
func TestForward(t *testing.T) {
	t.Parallel()
	_, client := newServer(t, 500)
	sink := newSink(t, 4)
	target := siem{client: sink.Client(), url: sink.URL, token: "secret"}
	var saved auditlogs.Cursor
	save := func(c auditlogs.Cursor) error { saved = c; return nil }
	runs := 1
	for ; ; runs++ {
		pages := auditlogs.MergeFrom(t.Context(), saved, client.Sources()...)
		err := forward(t.Context(), target, pages, save)
		if err == nil {
			break
		}
		require.EqualError(t, err, "the SIEM answered 503 Service Unavailable")
		require.Less(t, runs, 100)
	}
	require.Greater(t, runs, 2)

	want := expected(t, client.Sources()...)
	var got []string
	for id, event := range sink.kept {
		require.Equal(t, id, string(event.API)+"/"+event.ID)
		require.NotEmpty(t, event.Raw)
		got = append(got, id)
	}
	slices.Sort(got)
	require.Equal(t, want, got)
	require.GreaterOrEqual(t, sink.documents, len(want))
}

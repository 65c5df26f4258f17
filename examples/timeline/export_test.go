package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// trailOf gives a whole trail of events, one in each page.
func trailOf(events ...auditlogs.Event) *trail {
	next := func() (*auditlogs.Page[auditlogs.Event], error, bool) {
		if len(events) == 0 {
			return nil, nil, false
		}
		page := auditlogs.Page[auditlogs.Event]{Items: events[:1]}
		events = events[1:]
		return &page, nil, true
	}
	return &trail{next: next, most: 1000}
}

// An export reads everything first, and has each record as it came.
func TestExportIsWhole(t *testing.T) {
	t.Parallel()
	var events []auditlogs.Event
	for i := range 35 {
		api := []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIAkinon}[i%2]
		events = append(events, auditlogs.Event{ID: fmt.Sprint(i), API: api, Action: "<&>", Raw: json.RawMessage(`{"big": 12345678901234567890}`)})
	}
	trail := trailOf(events...)
	w := get(t, trail, "/export.jsonl?api=akinon")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, `attachment; filename="timeline.jsonl"`, w.Header().Get("Content-Disposition"))
	require.Equal(t, "application/jsonl; charset=utf-8", w.Header().Get("Content-Type"))
	lines := strings.Split(strings.TrimSuffix(w.Body.String(), "\n"), "\n")
	require.Len(t, lines, 17)
	for i, line := range lines {
		require.Equal(t, fmt.Sprintf(`{"v":1,"id":"%d","api":"akinon","action":"<&>","record":{"big":12345678901234567890}}`, 2*i+1), line)
	}
	trail.madeUp = true
	w = get(t, trail, "/export.csv?api=waldur")
	require.Equal(t, `attachment; filename="timeline-demo.csv"`, w.Header().Get("Content-Disposition"))
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
	rows := cellsOf(t, w.Body.String())
	require.Len(t, rows, 19)
	require.Equal(t, []string{"demo", "", "waldur", "", "34"}, rows[18][:5])
	require.True(t, strings.HasPrefix(get(t, trail, "/export.jsonl").Body.String(), `{"demo":true,"v":1,"id":"0"`))
}

// What a file lacks is in its name and in its last lines.
func TestExportSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	trail, _ := pagesOf(1000) // with a failure
	trail.most = 20
	w := get(t, trail, "/export.jsonl")
	require.Contains(t, w.Header().Get("Content-Disposition"), `"timeline-incomplete.jsonl"`)
	lines := strings.Split(w.Body.String(), "\n")
	require.Len(t, lines, 23)
	require.Equal(t, []string{
		`{"incomplete":"other could not be read to its end."}`, `{"incomplete":"Stopped at -max 20: there may be older events."}`, "",
	}, lines[20:])
	var event auditlogs.Event
	require.NoError(t, json.Unmarshal([]byte(lines[19]), &event))
	require.Error(t, json.Unmarshal([]byte(lines[20]), &event), "it is not taken for an event")

	trail.madeUp = true
	w = get(t, trail, "/export.csv?actor=nobody")
	require.Contains(t, w.Header().Get("Content-Disposition"), `"timeline-demo-incomplete.csv"`)
	rows := cellsOf(t, w.Body.String())
	require.Len(t, rows, 3)
	require.Equal(t, "INCOMPLETE: Stopped at -max 20: there may be older events.", rows[2][0])
}

func TestExportOfWhat(t *testing.T) {
	t.Parallel()
	trail, read := pagesOf(10)
	for _, path := range []string{"/export.jsonl", "/export.csv"} {
		require.Equal(t, http.StatusBadRequest, get(t, trail, path+"?before=yesterday").Code)
	}
	require.Zero(t, *read)
}

// A download that ends early is broken off, so that it does not pass for a whole one.
func TestExportBreaksOff(t *testing.T) {
	t.Parallel()
	trail, _ := pagesOf(10)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(gone, http.MethodGet, "/export.csv", nil)
	r.Host = "localhost:8321"
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { trail.ServeHTTP(httptest.NewRecorder(), r) })
	r = r.WithContext(t.Context())
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { trail.ServeHTTP(fullDisk{httptest.NewRecorder()}, r) })
}

type fullDisk struct{ *httptest.ResponseRecorder }

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("full") }

// The page is told what is lacking, and nothing before it is known.
func TestLacks(t *testing.T) {
	t.Parallel()
	trail := trailOf(auditlogs.Event{ID: "1"}, auditlogs.Event{ID: "2"})
	trail.apis = []auditlogs.API{auditlogs.APIWaldur}
	a := list(t, trail, "limit=1")
	require.Equal(t, []auditlogs.API{auditlogs.APIWaldur}, a.APIs)
	require.False(t, a.Done)
	a = list(t, trail, "limit=100")
	require.True(t, a.Done)
	require.False(t, a.Cut)
	require.Equal(t, []string{}, a.Lacks)
	require.Equal(t, []string{}, a.Failures)

	trail.failures = []error{errors.New("of nothing in particular")}
	require.Equal(t, []string{"The trail could not be read to its end."}, list(t, trail, "limit=1").Lacks)

	cut, _ := pagesOf(1000)
	cut.most, cut.ranged = 20, true
	a = list(t, cut, "limit=500")
	require.True(t, a.Cut)
	require.True(t, a.Ranged)
	require.Equal(t, []string{"other could not be read to its end.", "Stopped at -max 20: there may be older events."}, a.Lacks)
}

// The list has records where they are looked at, and not where many events are.
func TestBrief(t *testing.T) {
	t.Parallel()
	trail, _ := pagesOf(10)
	require.NotContains(t, get(t, trail, "/events?limit=5&brief=yes").Body.String(), `"record"`)
	require.Contains(t, get(t, trail, "/events?limit=5").Body.String(), `"record":{"big"`)
}

package snippets

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// A day that could not be written whole leaves no file; the days together hold every event once.
func TestSaveDay(t *testing.T) {
	t.Parallel()
	srv, client := newServer(t, 1000)
	folder := t.TempDir()
	first := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
	end := first.AddDate(0, 1, 0)
	failures := 0
	for day := first; day.Before(end); day = day.AddDate(0, 0, 1) {
		if day.Day()%5 == 0 {
			srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 500})
			require.ErrorIs(t, saveDay(t.Context(), client, folder, day), auditlogs.ErrServer)
			require.NoFileExists(t, filepath.Join(folder, day.Format(time.DateOnly)+".jsonl"))
			failures++
		}
		require.NoError(t, saveDay(t.Context(), client, folder, day))
		sent := len(srv.Requests(auditlogtest.Akinon))
		require.NoError(t, saveDay(t.Context(), client, folder, day))
		require.Len(t, srv.Requests(auditlogtest.Akinon), sent, "a day that is there is not asked for")
	}
	require.Equal(t, 6, failures)

	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 31)
	var got []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			var e auditlogs.Event
			require.NoError(t, json.Unmarshal([]byte(line), &e))
			require.Equal(t, file.Name(), e.Time.Format(time.DateOnly)+".jsonl")
			got = append(got, string(e.API)+"/"+e.ID)
		}
	}
	slices.Sort(got)
	require.Equal(t, expected(t, client.SourcesBetween(first, end)...), got)
}

// A day without an API to read is no whole day: there is an error, and no file that would say otherwise.
func TestSaveDayWithoutAPI(t *testing.T) {
	t.Parallel()
	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	needsResource, err := auditlogs.NewClient(auditlogs.WithElasticPath(auditlogs.ElasticPathEUWest, auditlogs.StaticToken("token")))
	require.NoError(t, err)
	for _, client := range []*auditlogs.Client{none, needsResource} {
		folder := t.TempDir()
		day := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
		require.ErrorIs(t, saveDay(t.Context(), client, folder, day), auditlogs.ErrNoSource)
		files, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, files)
	}
}

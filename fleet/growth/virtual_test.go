package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestHistory(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]history{
		"backlog": {Since: day, Start: day.Add(time.Hour), Backlog: 7},
		"growing": {Since: day, Start: day, Every: 200 * time.Millisecond},
		"both":    {Since: day, Start: day.Add(time.Minute), Backlog: 11, Every: time.Second},
		"endless": {Since: day, Start: day.Add(24 * time.Hour), Backlog: endless},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for k := range min(30, h.before(day.Add(48*time.Hour))) {
				require.Equal(t, k, h.before(h.at(k)), "those before the record itself")
				require.Equal(t, k+1, h.before(h.at(k).Add(time.Microsecond)))
				if k > 0 {
					require.True(t, h.at(k).After(h.at(k-1)))
				}
			}
		})
	}
}

func TestHistoryIsEmptyBeforeSince(t *testing.T) {
	t.Parallel()
	require.Zero(t, history{Since: day, Start: day.Add(time.Hour), Backlog: 5}.before(day.Add(-time.Second)))
	require.Zero(t, history{Since: day, Start: day.Add(time.Hour)}.before(day.Add(2*time.Hour)), "neither a backlog nor growth")
	require.Equal(t, 5, history{Since: day, Start: day.Add(time.Hour), Backlog: 5}.before(day.Add(time.Hour)))
}

func TestHistoryPath(t *testing.T) {
	t.Parallel()
	h := history{7, day, day.Add(time.Hour), 9, time.Millisecond}
	got, err := readHistory(h.path())
	require.NoError(t, err)
	require.True(t, got.Since.Equal(h.Since) && got.Start.Equal(h.Start))
	require.Equal(t, h.path(), got.path())
	for _, path := range []string{"", "1/2/3/4", "1/2/3/4/x", "1/2/3/4/5/6"} {
		_, err := readHistory(path)
		require.Error(t, err, path)
	}
}

func TestRecordIsJSON(t *testing.T) {
	t.Parallel()
	var record struct {
		UUID      string
		Timestamp time.Time
	}
	h := history{ID: 3, Since: day, Start: day.Add(time.Hour), Backlog: 2}
	require.NoError(t, json.Unmarshal(h.appendRecord(nil, 1), &record))
	require.Equal(t, "00000003-0000-4000-8000-000000000001", record.UUID)
	require.True(t, record.Timestamp.Equal(h.at(1)))
}

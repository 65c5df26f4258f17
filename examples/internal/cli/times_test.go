package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, time.November, 20, 12, 30, 15, 999, time.FixedZone("", 3600))

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"0s": 0, "90s": 90 * time.Second, "24h": day, "1d": day, "2w": 14 * day, "1y": 365 * day,
		"1y2w3d4h5m": (365+14+3)*day + 4*time.Hour + 5*time.Minute, "1d1.5h": day + 90*time.Minute,
	} {
		got, err := ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "d", "1", "-1d", "1d-1h", "1.5d", "1d1y", "1dd", "1d 1h", "300y", "100000000000000000000d", "292y300d", "y", "1e3d", "+1d",
	} {
		_, err := ParseDuration(text)
		require.ErrorContains(t, err, "is no duration", text)
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]Moment{
		"24h":                            {time.Date(2026, time.November, 19, 11, 30, 15, 0, time.UTC), false},
		"2w1d":                           {time.Date(2026, time.November, 5, 11, 30, 15, 0, time.UTC), false},
		"0s":                             {time.Date(2026, time.November, 20, 11, 30, 15, 0, time.UTC), false},
		"2026-10-01":                     {date, true},
		"2026-10-01T00:00:00Z":           {date, true},
		"2026-10-01T02:00:00+02:00":      {date, true},
		"2026-10-01T00:00:00.000000001Z": {date.Add(1), true},
	} {
		got, err := ParseMoment(text, now)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		require.Equal(t, time.UTC, got.Location(), text)
	}
	for _, text := range []string{
		"", "yesterday", "-24h", "2026", "2026-10", "2026-13-01", "2026-02-30", "01.10.2026", "2026-10-01T00:00:00", "2026-10-01 00:00:00Z", "1764547200",
	} {
		_, err := ParseMoment(text, now)
		require.ErrorIs(t, err, errMoment, text)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	require.Equal(t, "0 pages", Count(0, "page"))
	require.Equal(t, "1 page", Count(1, "page"))
	require.Equal(t, "2 pages", Count(2, "page"))
}

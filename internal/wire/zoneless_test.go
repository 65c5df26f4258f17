package wire

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestZonelessTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 10, 0, 0, 123_456_000, time.UTC)
	for came, want := range map[string]time.Time{
		`"2026-11-01T10:00:00.123456Z"`:      at,
		`"2026-11-01T13:00:00.123456+03:00"`: at,
		`"2026-11-01T10:00:00.123456"`:       at,
		`"2026-11-01 10:00:00.123456"`:       at,
		`"2026-11-01 10:00:00.123456Z"`:      at,
		`"2026-11-01 10:00:00.123456+00:00"`: at,
		`"2026-11-01 07:00:00.123456-03:00"`: at,
		`"2026-11-01T10:00:00.123456789"`:    at.Add(789),
		`"2026-11-01T10:00:00"`:              at.Truncate(time.Second),
		` "2026-11-01 10:00:00" `:            at.Truncate(time.Second),
		`null`:                               time.Unix(1, 0),
	} {
		t.Run(came, func(t *testing.T) {
			t.Parallel()
			got := time.Unix(1, 0)
			r := newReader([]byte(came), nil)
			r.ZonelessTime(&got)
			r.end()
			require.NoError(t, r.err)
			require.True(t, want.Equal(got), "%v", got)
		})
	}
}

func TestZonelessTimeRefuses(t *testing.T) {
	t.Parallel()
	for _, came := range []string{
		`""`, `"noon"`, `"2026-11-01"`, `"2026-11-01 "`, `"2026-11-01T10:00"`, `"2026-11-01T9:00:00"`, `"2026-11-01T24:00:00"`, `"2026-13-01 10:00:00"`,
		`"2026-11-01  10:00:00"`, `"2026-11-01_10:00:00"`, `"2026-11-01T10:00:00."`, `"2026-11-01T10:00:00 "`, `"2026-11-01T10:00:00+0300"`,
		`"2026-11-01T10:00:00-"`, `"2026\u002d11-01T10:00:00"`, `1793527200`, `true`, `{}`, `[]`, `"`,
	} {
		t.Run(came, func(t *testing.T) {
			t.Parallel()
			before := time.Unix(1, 0)
			got := before
			r := newReader([]byte(came), nil)
			r.ZonelessTime(&got)
			require.Error(t, r.err)
			requireStandard(t, r.err)
			require.Equal(t, before, got)
		})
	}
}

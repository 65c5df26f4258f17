package deliver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// The first time is the one that every run gets, whatever its zone.
func TestRememberTime(t *testing.T) {
	t.Parallel()
	sink := newMemory()
	first := time.Date(2026, time.November, 20, 13, 30, 0, 7, time.FixedZone("", 5400))
	for _, now := range []time.Time{first, first.AddDate(0, 0, 7), first.AddDate(0, 0, -7)} {
		got, err := deliver.RememberTime(t.Context(), sink, "begin", now)
		require.NoError(t, err)
		require.Equal(t, first.UTC(), got)
	}
	_, err := deliver.Remember(t.Context(), sink, "text", "soon")
	require.NoError(t, err)
	for _, tt := range []struct {
		name string
		at   time.Time
		want error
	}{
		{"text", first, auditlogs.ErrInvalidFilter},
		{"zero", time.Time{}, auditlogs.ErrInvalidFilter},
		{"odd\x00", first, deliver.ErrInvalidBatch},
	} {
		got, err := deliver.RememberTime(t.Context(), sink, tt.name, tt.at)
		require.ErrorIs(t, err, tt.want)
		require.Zero(t, got)
	}
}

package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLooseTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 14, 9, 26, 53, 0, time.UTC)
	for came, want := range map[string]time.Time{
		`"2026-01-14T09:26:53Z"`:          at,
		`"2026-01-14T09:26:53.25Z"`:       at.Add(250 * time.Millisecond),
		`"2026-01-14T12:26:53+03:00"`:     at,
		`"2026-01-14T09:26:53"`:           at,
		`"2026-01-14T09:26:53.25"`:        at.Add(250 * time.Millisecond),
		`"2026-01-14 09:26:53"`:           at,
		`"2026-01-14 09:26:53.25"`:        at.Add(250 * time.Millisecond),
		`"2026-01-14 12:26:53+03:00"`:     at,
		`"2026-01-14 09:26:53Z"`:          at,
		`"2026-01-14T12:26:53+0300"`:      at,
		`"2026-01-14T05:56:53.25-0330"`:   at.Add(250 * time.Millisecond),
		`"2026-01-14T09:26:53+0000"`:      at,
		`"2026-01-14 12:26:53+0300"`:      at,
		`"2026-01-14T12:26:53+03"`:        at,
		`"2026-01-14 12:26:53.25+03"`:     at.Add(250 * time.Millisecond),
		`1768382813`:                      at,
		`"1768382813"`:                    at,
		`1768382813250`:                   at.Add(250 * time.Millisecond),
		`"1768382813250"`:                 at.Add(250 * time.Millisecond),
		`0`:                               time.Unix(0, 0),
		`-1`:                              time.Unix(-1, 0),
		`100000000000`:                    time.Unix(1e11, 0), // the last that is in seconds
		`100000000001`:                    time.UnixMilli(1e11 + 1),
		`253402300799999`:                 time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		"\t\"2026-01-14T09:26:53Z\"\r\n ": at,
		`null`:                            {},
		`""`:                              {},
	} {
		t.Run(came, func(t *testing.T) {
			t.Parallel()
			got := time.Unix(1, 0)
			r := newReader([]byte(came), nil)
			r.LooseTime(&got)
			r.end()
			require.NoError(t, r.err)
			require.True(t, want.Equal(got), "%v", got)
			_, offset := got.Zone()
			require.Equal(t, strings.Contains(came, "+03") || strings.Contains(came, "-03"), offset != 0, "only a zone that came is kept: %v", got)

			encoded, err := json.Marshal(LooseTime{got})
			require.NoError(t, err)
			var again time.Time
			r = newReader(encoded, nil)
			r.LooseTime(&again)
			require.NoError(t, r.err)
			require.True(t, got.Equal(again), "%s", encoded)
		})
	}
}

func TestLooseTimeRefuses(t *testing.T) {
	t.Parallel()
	for _, came := range []string{
		`"noon"`, `" "`, `"2026-01-14"`, `"2026-01-14 09:26:53+24:00"`, `"2026-01-14T09:26:53+2400"`, `"2026-01-14T09:26:53+0075"`, `"2026-01-14T09:26:53 +0300"`,
		`"2026-01-14T09:26:53+030"`, `"2026-01-14T09:26:53+03000"`, `"2026-01-14T09:26:53CST"`, `"2026-13-14 09:26:53"`, `1.5`, `1e9`,
		`"2026\u002d01-14 09:26:53"`, `253402300800000`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-62198755200`, `true`, `{}`, `[]`,
		`["2026-01-14T09:26:53Z"]`, `nul`, `"`, ``,
	} {
		t.Run(came, func(t *testing.T) {
			t.Parallel()
			before := time.Unix(1, 0)
			got := before
			r := newReader([]byte(came), nil)
			r.LooseTime(&got)
			require.Error(t, r.err)
			requireStandard(t, r.err)
			require.Equal(t, before, got)
			first := r.err
			r.LooseTime(&got)
			require.Equal(t, first, r.err)
		})
	}
}

func TestLooseTimeIsWritten(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, `null`},
		{time.Time{}.In(time.FixedZone("", 3600)), `null`},
		{time.Date(2026, 1, 14, 9, 26, 53, 250e6, time.UTC), `"2026-01-14T09:26:53.25Z"`},
		{time.Date(2026, 1, 14, 9, 26, 53, 0, time.FixedZone("", 3*3600)), `"2026-01-14T09:26:53+03:00"`},
	} {
		got, err := json.Marshal(LooseTime{tt.at})
		require.NoError(t, err)
		require.Equal(t, tt.want, string(got))
	}
}

package collect

import (
	"io"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/stretchr/testify/require"
)

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown":              {[]string{"-nonsense"}, "-nonsense"},
		"argument":             {[]string{"audit.jsonl"}, `"audit.jsonl" is no flag`},
		"since":                {[]string{"-since", "yesterday"}, `"yesterday" for flag -since: want a duration`},
		"since ahead":          {[]string{"-since", "-1h"}, `"-1h" for flag -since: want`},
		"until":                {[]string{"-until", "2026-11"}, `"2026-11" for flag -until: want`},
		"backfill":             {[]string{"-backfill", "2years", "-to", "file:f"}, `"2years" for flag -backfill: want`},
		"empty range":          {[]string{"-since", "1h", "-until", "2h"}, "-since: is not before"},
		"until too late":       {[]string{"-until", "30s", "-to", "file:f"}, "-until: is less than -lag before now"},
		"since too late":       {[]string{"-since", "30s", "-to", "file:f"}, "-since: is not before"},
		"until and follow":     {[]string{"-until", "1h", "-follow"}, "excludes"},
		"until and catch-up":   {[]string{"-until", "1h", "-catch-up", "-to", "file:f"}, "excludes"},
		"until and backfill":   {[]string{"-until", "1h", "-backfill", "1d", "-to", "file:f"}, "excludes"},
		"catch-up and follow":  {[]string{"-catch-up", "-follow", "-to", "file:f"}, "exclude each other"},
		"catch-up alone":       {[]string{"-catch-up"}, "-catch-up needs a store"},
		"catch-up and dash":    {[]string{"-catch-up", "-to", "-"}, "-catch-up needs a store"},
		"backfill alone":       {[]string{"-backfill", "1d"}, "-backfill needs a store"},
		"backfill and dash":    {[]string{"-backfill", "1d", "-follow", "-to", "-"}, "-backfill needs a store"},
		"backfill up to now":   {[]string{"-backfill", "1d", "-since", "30s", "-to", "file:f"}, "-since: is less than -lag"},
		"step":                 {[]string{"-step", "1ms"}, "-step"},
		"step of no unit":      {[]string{"-step", "1x"}, "no duration"},
		"parallel":             {[]string{"-parallel", "0"}, "-parallel"},
		"interval":             {[]string{"-interval", "0s"}, "-interval"},
		"lag":                  {[]string{"-lag", "-1s"}, "-lag"},
		"no lag":               {[]string{"-lag", "0s"}, "-lag is not positive"},
		"lookback":             {[]string{"-lookback", "0s"}, "-lookback"},
		"prefetch":             {[]string{"-prefetch", "-1"}, "-prefetch"},
		"page size":            {[]string{"-page-size", "-1"}, "-page-size"},
		"connector alone":      {[]string{"-eds-connector", "c"}, "-eds-connector needs -eds-instance"},
		"resource":             {[]string{"-elasticpath-resource", "customer"}, "want type:id"},
		"resource without":     {[]string{"-elasticpath-resource", ":1"}, "want type:id"},
		"no API":               {[]string{"-api", "waldur,waldorf"}, `"waldorf" is none of [waldur huawei-eds`},
		"no store":             {[]string{"-to", "audit.jsonl"}, "-to: want file:PATH or -"},
		"no path":              {[]string{"-to", "file:"}, "want file:PATH"},
		"a path with no start": {[]string{"-to", "file://audit.jsonl"}, "one slash or none"},
		"store of another":     {[]string{"-to", "sqlite:/var/a.db"}, "go run -C examples/collect/stores . -to sqlite:/var/a.db"},
		"server of another":    {[]string{"-to", "postgres://ann:secret@example.org/db?password=secret"}, "-to postgres://example.org/db"},
		"unknown with secret":  {[]string{"-to", "mysql://ann:secret@example.org/db"}, "-to: want"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := at(noon, nil).runs(t.Context(), c.args...)
			require.Equal(t, cli.ExitUsage, got.code)
			require.Contains(t, got.err, c.want)
			require.NotContains(t, got.err, "secret")
			require.Empty(t, got.out)
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	got := at(noon, nil).runs(t.Context(), "-lag", "3m", "-h")
	require.Equal(t, cli.ExitDone, got.code)
	require.Contains(t, got.err, "Usage: collect")
	require.Contains(t, got.err, "-elasticpath-resource type:id")
	require.Contains(t, got.err, "visible (default 1m0s)")
	require.NotContains(t, got.err, "-state")
}

func TestTimes(t *testing.T) {
	t.Parallel()
	store := []string{"-to", "file:f"}
	for name, c := range map[string]struct {
		args         []string
		since, until time.Time
	}{
		"pipe":        {},
		"back":        {args: []string{"-since", "2d", "-until", "1h"}, since: noon.Add(-2 * day), until: noon.Add(-time.Hour)},
		"date":        {args: []string{"-since", "2025-01-01"}, since: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
		"fixed":       {args: []string{"-since", "2025-01-01T01:00:00+01:00"}, since: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
		"store":       {args: store, until: noon.Add(-time.Minute)},
		"lag":         {args: with(store, "-lag", "1d"), until: noon.Add(-day)},
		"store until": {args: with(store, "-until", "1h"), until: noon.Add(-time.Hour)},
		"follow":      {args: with(store, "-follow")},
		"catch up":    {args: with(store, "-catch-up", "-since", "1h"), since: noon.Add(-time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, _, err := at(noon.Add(time.Millisecond), nil).parse(c.args)
			require.NoError(t, err)
			require.Equal(t, span{c.since, c.until}, span{set.since.Time, set.until.Time})
		})
	}
}

func TestFlagsThatAnAPINeeds(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	p := at(noon, server)
	var said buffer
	p.Stdout, p.Stderr = io.Discard, &said
	require.Equal(t, cli.ExitFailed, p.Run(t.Context(), nil))
	require.Contains(t, said.String(), "-eds-instance")
	require.Contains(t, said.String(), "-elasticpath-resource")
	require.Empty(t, server.Requests("huawei-eds"))

	require.Equal(t, cli.ExitDone, p.Run(t.Context(), []string{"-api", "waldur,thousandeyes"}), said.String())
	require.Empty(t, server.Requests("huawei-eds"))

	p.APIs = server.Options()[:1]
	got := p.runs(t.Context(), "-api", "waldur,akinon")
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, `-api: "akinon" is not configured; configured are [waldur]`)
}

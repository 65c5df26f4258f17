package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown":            {[]string{"-nonsense"}, "-nonsense"},
		"argument":           {[]string{"audit.jsonl"}, `"audit.jsonl" is no flag`},
		"since":              {[]string{"-since", "yesterday"}, `-since: "yesterday"`},
		"since ahead":        {[]string{"-since", "-1h"}, `-since: "-1h"`},
		"until":              {[]string{"-until", "2026-11-01"}, `-until: "2026-11-01"`},
		"empty range":        {[]string{"-since", "1h", "-until", "2h"}, "-since: is not before"},
		"state alone":        {[]string{"-state", "s"}, "-state needs -o"},
		"state and dash":     {[]string{"-state", "s", "-o", "-"}, "-state needs -o"},
		"one file":           {[]string{"-state", "s", "-o", "./s"}, "same file"},
		"until and follow":   {[]string{"-until", "1h", "-follow"}, "exclude each other"},
		"interval":           {[]string{"-interval", "0s"}, "-interval"},
		"lag":                {[]string{"-lag", "-1s"}, "-lag"},
		"prefetch":           {[]string{"-prefetch", "-1"}, "-prefetch"},
		"page size":          {[]string{"-page-size", "-1"}, "-page-size"},
		"resource":           {[]string{"-elasticpath-resource", "customer"}, "want type:id"},
		"resource without":   {[]string{"-elasticpath-resource", ":1"}, "want type:id"},
		"younger than state": {[]string{"-since", "30s", "-o", "o", "-state", "s"}, "-since: is not before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runWith(t.Context(), nil, noon, c.args...)
			require.Equal(t, exitUsage, got.code)
			require.Contains(t, got.err, c.want)
			require.Empty(t, got.out)
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	got := runWith(t.Context(), nil, noon, "-h")
	require.Equal(t, exitDone, got.code)
	require.Contains(t, got.err, "Usage: collect")
	require.Contains(t, got.err, "-elasticpath-resource type:id")
}

func TestRangeOfState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		until time.Time
	}{
		"now":            {nil, time.Time{}},
		"until":          {[]string{"-until", "1h"}, noon.Add(-time.Hour)},
		"state":          {[]string{"-state", "s", "-o", "o"}, noon.Add(-time.Minute)},
		"lag":            {[]string{"-state", "s", "-o", "o", "-lag", "1h"}, noon.Add(-time.Hour)},
		"until too late": {[]string{"-state", "s", "-o", "o", "-until", "2030-01-01T00:00:00Z"}, noon.Add(-time.Minute)},
		"follow":         {[]string{"-state", "s", "-o", "o", "-follow"}, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := parseSettings(c.args, nil, noon)
			require.NoError(t, err)
			require.True(t, c.until.Equal(set.until), set.until)
		})
	}
}

func TestFlagsThatAnAPINeeds(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	got := runWith(t.Context(), server.Options(), noon, "-eds-instance", "i")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "-eds-connector")
	require.Contains(t, got.err, "-elasticpath-resource")
	require.Empty(t, server.Requests("huawei-eds"))

	got = runWith(t.Context(), server.Options(), noon, "-api", "waldur,thousandeyes")
	require.Equal(t, exitDone, got.code, got.err)
	require.Len(t, keysIn(t, got.out), 4)

	got = runWith(t.Context(), server.Options(), noon, "-api", "waldur,waldorf")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, `-api: "waldorf" is not configured`)
}

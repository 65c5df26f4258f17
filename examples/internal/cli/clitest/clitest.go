// Package clitest tests that a program takes the flags that all programs share, and takes them as the others do.
package clitest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// Program is a program as its tests run it, without an environment and without an API.
type Program struct {
	Name string
	// Times are its flags for times that the table may set one at a time: "since" and "until".
	Times []string
	// Endless says that it ends only if it is interrupted or fails.
	Endless bool
	// Without are the flags that -demo excludes, beside those that name logs, each with a value, such as "name=Zoë".
	Without []string
	// Parse returns what the flags ask for.
	Parse func(args ...string) (*cli.Logs, error)
	// Run runs it to its end, and returns its exit status and what it says on standard error.
	Run func(args ...string) (status int, said string)
}

// Shared runs the table of shared flags.
func Shared(t *testing.T, p Program) {
	t.Helper()
	t.Run("accepted", func(t *testing.T) { t.Parallel(); accepted(t, p) })
	t.Run("times", func(t *testing.T) { t.Parallel(); times(t, p) })
	t.Run("refused", func(t *testing.T) { t.Parallel(); refused(t, p) })
	t.Run("help", func(t *testing.T) { t.Parallel(); help(t, p) })
}

func resources(pairs ...string) (all []auditlogs.RelatedDataEntry) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, auditlogs.RelatedDataEntry{ResourceType: pairs[i], ResourceID: pairs[i+1]})
	}
	return all
}

func accepted(t *testing.T, p Program) {
	t.Helper()
	for args, want := range map[string]cli.Logs{
		"":                                  {},
		"-eds-instance i":                   {Instance: "i"},
		"-eds-instance=i -eds-connector c":  {Instance: "i", Connector: "c"},
		"--eds-connector c -eds-instance i": {Instance: "i", Connector: "c"},
		"-elasticpath-resource customer:1":  {Resources: resources("customer", "1")},
		"-elasticpath-resource customer:1,account:2 -elasticpath-resource address:3": {Resources: resources("customer", "1", "account", "2", "address", "3")},
		"-elasticpath-resource a:1,a:1 -elasticpath-resource a:1":                    {Resources: resources("a", "1")},
		"-elasticpath-resource a:b:c":                                                {Resources: resources("a", "b:c")},
		"-api akinon":                                                                {APIs: []auditlogs.API{auditlogs.APIAkinon}},
		"-api waldur,akinon -api huawei-eds,waldur":                                  {APIs: []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIAkinon, auditlogs.APIHuaweiEDS}},
		"-api thousandeyes,elasticpath -api akinon ":                                 {APIs: []auditlogs.API{auditlogs.APIThousandEyes, auditlogs.APIElasticPath, auditlogs.APIAkinon}},
	} {
		got, err := p.Parse(strings.Fields(args)...)
		require.NoError(t, err, args)
		got.Since, got.Until = cli.Moment{}, cli.Moment{} // a program may have its own
		require.Equal(t, want, *got, args)
	}
}

func times(t *testing.T, p Program) {
	t.Helper()
	fixed := cli.Moment{Time: time.Date(2024, time.October, 1, 0, 0, 0, 0, time.UTC), Fixed: true}
	const week = 7 * 24 * time.Hour
	for _, name := range p.Times {
		get := func(text string) cli.Moment {
			got, err := p.Parse("-"+name, text)
			require.NoError(t, err, text)
			return map[string]cli.Moment{"since": got.Since, "until": got.Until}[name]
		}
		for _, text := range []string{"2024-10-01", "2024-10-01T00:00:00Z", "2024-10-01T02:00:00+02:00"} {
			require.Equal(t, fixed, get(text), text)
		}
		for text, back := range map[string]time.Duration{"24h": week / 7, "7d": week, "2w": 2 * week, "1y": 365 * week / 7, "1w1d30m": week + week/7 + time.Hour/2} {
			got := get(text)
			require.False(t, got.Fixed)
			require.Equal(t, time.UTC, got.Location())
			require.Zero(t, got.Nanosecond())
			zero := get("0s") // now, which has moved on by a moment
			require.InDelta(t, back.Seconds(), zero.Sub(got.Time).Seconds(), 60, text)
		}
	}
}

func refused(t *testing.T, p Program) {
	t.Helper()
	table := map[string]string{
		"-eds-connector c":                       "-eds-connector needs -eds-instance",
		"-elasticpath-resource customer":         "want type:id",
		"-elasticpath-resource :1":               "want type:id",
		"-elasticpath-resource customer:":        "want type:id",
		"-elasticpath-resource customer:1,":      "want type:id",
		"-api waldorf":                           `"waldorf" is none of [waldur huawei-eds akinon elasticpath thousandeyes]`,
		"-api waldur,":                           `"" is none of [waldur`,
		"-api=":                                  `"" is none of [waldur`,
		"-nonsense":                              "flag provided but not defined: -nonsense; -h lists the flags",
		"waldur":                                 `"waldur" is no flag`,
		"-demo -eds-instance i":                  "-eds-instance has no meaning with -demo",
		"-demo -eds-connector c":                 "-eds-connector has no meaning with -demo",
		"-demo -elasticpath-resource customer:1": "-elasticpath-resource has no meaning with -demo",
	}
	for _, flag := range p.Without {
		name, _, _ := strings.Cut(flag, "=")
		table["-demo -"+flag] = "-" + name + " has no meaning with -demo"
	}
	for _, name := range p.Times {
		for _, text := range []string{"", "yesterday", "-24h", "24", "1h1d", "2024-13-01", "2024-10-01T00:00:00", "01.10.2024"} {
			table["-"+name+"="+text] = "for flag -" + name + ": want a duration back from now such as 24h or 7d, a date such as 2026-10-01, or a time such as 2026-10-01T00:00:00Z; -h lists the flags"
		}
	}
	for args, want := range table {
		_, err := p.Parse(strings.Fields(args)...)
		require.ErrorContains(t, err, want, args)
		status, said := p.Run(strings.Fields(args)...)
		require.Equal(t, cli.ExitUsage, status, args)
		require.Contains(t, said, want, args)
		require.True(t, strings.HasPrefix(said, p.Name+": "), said)
		require.Equal(t, 1, strings.Count(said, "\n"), said)
	}
}

// excluded are the flags that -demo excludes, as -h lists them.
func (p Program) excluded() (all []string) {
	for _, flag := range append(slices.Clone(p.Without), "eds-instance", "eds-connector", "elasticpath-resource") {
		name, _, _ := strings.Cut(flag, "=")
		all = append(all, "-"+name)
	}
	return all
}

// help requires that -h explains the shared flags in the same words.
func help(t *testing.T, p Program) {
	t.Helper()
	for _, args := range [][]string{{"-h"}, {"-help"}, {"-api", "waldur", "--help"}} {
		status, said := p.Run(args...)
		require.Equal(t, cli.ExitDone, status, args)
		require.True(t, strings.HasPrefix(said, "Usage: "+p.Name+" [flags]\n\n"), said)
		done := map[bool]string{false: "0 done, ", true: ""}[p.Endless]
		for _, text := range []string{
			"\nExit status: " + done + "1 failed, 2 wrong flags, 130 interrupted.\n",
			"\nExample:\n  " + p.Name + " ",
			"\n  -api list\n    \tread only these of the configured APIs, a list such as waldur,akinon\n",
			"\n  -eds-connector ID\n    \tID of the only Huawei EDS connector (default: all of the instance)\n",
			"\n  -eds-instance ID\n    \tID of the Huawei EDS instance\n",
			"\n  -elasticpath-resource type:id\n    \tElastic Path resource as type:id; may be repeated, or a list with commas\n",
			"\n  -demo\n    \tread made-up records, each of them marked, whatever is configured;\n    \texcludes " + strings.Join(p.excluded(), ", ") + "\n",
		} {
			require.Contains(t, said, text)
		}
		for _, name := range p.Times {
			require.Contains(t, said, "\n  -"+name+" time\n")
		}
		require.Equal(t, len(p.Times) > 0, strings.Contains(said, "\nA time is a duration back from now (24h, 7d, 2w, 1y), a date (its midnight in UTC), or one of RFC 3339.\n"))
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

func TestMain(m *testing.M) { demotest.Main(m, main) }

func TestLostConfiguration(t *testing.T) {
	t.Parallel()
	demotest.Lost(t,
		"-name Jane", "-email jane@example.org", "-waldur-user "+janeUUID, "-akinon-user 7", "-akinon-user 0", "-resource customer:jane",
		"-eds-instance i", "-eds-instance i -eds-connector c", "-eds-user u",
		"-thousandeyes-user u", "-elasticpath-resource customer:jane", "-api waldur", "-possible", "-since 2026-10-01T00:00:00Z", "-until 2026-10-01T00:00:00Z", "-json", "-demo=false",
	)
}

// Nobody is answered about another person than the one asked about.
func TestDemoHasItsOwn(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"-name Jane", "-email jane@example.org", "-waldur-user u", "-akinon-user 7", "-resource customer:jane", "-eds-instance i", "-eds-connector c",
		"-eds-user u", "-thousandeyes-user u", "-elasticpath-resource customer:jane",
	} {
		demotest.Refused(t, strings.Fields(args)[0]+" has no meaning with -demo", append(strings.Fields(args), "-demo")...)
	}
	demotest.Refused(t, `"jane@example.org" is no flag`, "jane@example.org")
	demotest.Refused(t, `"jane@example.org" is no flag`, "-demo", "jane@example.org")
}

// allMarked requires the mark in front of every line.
func allMarked(t *testing.T, mark, text string) {
	t.Helper()
	require.NotEmpty(t, text)
	for line := range strings.Lines(text) {
		require.True(t, strings.HasPrefix(line, mark), line)
	}
}

func TestDemoByItself(t *testing.T) {
	t.Parallel()
	got := demotest.Run(t, []string{"LOGNAME=root"})
	require.Zero(t, got.Code, got.Err)
	require.Empty(t, got.Err)
	allMarked(t, "demo ", got.Out)
	require.Contains(t, got.Out, "demo no API is configured: a test server is asked about Zoë Ångström, who is made up\n")
	for _, api := range auditlogtest.APIs() {
		require.Regexp(t, `(?m)^demo `+string(api)+`: [1-9]\d* events`, got.Out)
		require.Regexp(t, `(?m)^demo 2026-\S+Z `+string(api)+` `, got.Out, "an event of every API")
	}
}

// Whatever is configured, an answer of -demo is marked, and no configured API is asked.
func TestDemoIsMarked(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for name, config := range map[string][]auditlogs.Option{
		"nothing configured": nil, "configured": srv.Options(), "half configured": {auditlogs.WithWaldur("", nil)},
	} {
		code, out, said := ask(t, config, "-demo", "-since", "2026-10-01T00:00:00Z")
		require.Zero(t, code, name, said)
		require.Empty(t, said)
		allMarked(t, "demo ", out)
		require.Contains(t, out, "demo -demo is set: a test server is asked about Zoë")

		code, out, said = ask(t, config, "-demo", "-json")
		require.Zero(t, code, name, said)
		allMarked(t, `{"demo":true,"v":1,"id":"`, out)
		allMarked(t, "demo ", said)
		require.Greater(t, len(found(t, out)), 10)
	}
	for _, api := range auditlogtest.APIs() {
		require.Empty(t, srv.Requests(api))
	}
}

func TestRealIsNotMarked(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{everything, append([]string{"-json"}, everything...)} {
		code, out, said := ask(t, newServer(t).Options(), args...)
		require.Zero(t, code, said)
		require.NotContains(t, out+said, "demo")
	}
}

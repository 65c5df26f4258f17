package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSpecs(t *testing.T) {
	t.Parallel()
	specs, err := readSpecs([]byte(`
specs:
  - tenant: acme
    api: waldur
    params: {url: https://waldur.acme.example, per_minute: 120}
    secret: acme-waldur
    since: 2026-11-01
  - tenant: acme
    api: thousandeyes
    name: group 7
    params: {account_group: 7}
    secret: acme-eyes
  - tenant: globex
    api: huawei-eds
    params: {url: "https://eds.example", project_id: p, instance_id: i, connector_id: c}
    secret: globex
    backfill: {since: "2026-10-01T12:00:00+02:00", until: 2026-10-03, step: 24h}
`))
	require.NoError(t, err)
	require.Len(t, specs, 5)
	day := time.Date(2026, 10, 1, 10, 0, 0, 0, time.UTC)
	require.Equal(t, "acme/waldur", specs[0].Source())
	require.JSONEq(t, `{"url":"https://waldur.acme.example","per_minute":120}`, string(specs[0].Params))
	require.Equal(t, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), specs[0].Since)
	require.Equal(t, "acme-waldur", specs[0].Secret)
	require.Equal(t, "acme/thousandeyes/group 7", specs[1].Source())
	require.JSONEq(t, `{"account_group":"7"}`, string(specs[1].Params))
	require.True(t, specs[1].Since.IsZero())
	require.Equal(t, day, specs[2].Since)
	require.Equal(t, day.Truncate(24*time.Hour).AddDate(0, 0, 1), specs[2].Until)
	last := specs[4]
	require.Equal(t, "globex/huawei-eds", last.Source())
	require.Equal(t, time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), last.Since)
	require.True(t, last.Until.IsZero())
	require.Equal(t, "3 logs and 2 windows of the past", counted(specs))
	require.Equal(t, "1 log", counted(specs[:1]))
}

// What is wrong with a file is said with its line, and without what it says.
func TestSpecsAreRefused(t *testing.T) {
	t.Parallel()
	const url = "params: {url: 'https://e.example'}, secret: a"
	for name, c := range map[string]struct{ text, says string }{
		"empty":             {"", "there are no specs"},
		"no specs":          {"specs: []", "there are no specs"},
		"no YAML":           {"specs: [", "did not find"},
		"not a list":        {"specs: geheim", "line 1: the value is of a wrong type"},
		"unknown key":       {"specs:\n- tenant: a\n  tennant: geheim", "line 3: field tennant not found"},
		"unknown at top":    {"spec: []", "line 1: field spec not found"},
		"unknown param":     {"specs:\n- tenant: a\n  params:\n    uri: geheim", "line 4: field uri not found"},
		"two faults":        {"specs:\n- tenant: a\n  b: 1\n  c: 1", "line 3: field b not found; line 4: field c not found"},
		"key twice":         {"specs:\n- tenant: a\n  tenant: geheim", `line 3: mapping key "tenant" already defined at line 2`},
		"two documents":     {"specs: [{tenant: a, api: waldur, " + url + "}]\n---\nspecs: []", "more than one document"},
		"number for text":   {"specs:\n- tenant: a\n  params: {per_minute: geheim}", "line 3: the value is of a wrong type: str"},
		"mapping for text":  {"specs:\n- tenant: {geheim: 1}", "line 2: no mapping is expected"},
		"no tenant":         {"specs:\n\n- {api: waldur, " + url + "}", "line 3: tenant is not set"},
		"no API":            {"specs:\n- {tenant: a, " + url + "}", "line 2: api is not set"},
		"unknown API":       {"specs:\n- {tenant: a, api: walldur, " + url + "}", "line 2: there is no API"},
		"no secret":         {"specs:\n- {tenant: a, api: waldur, params: {url: 'https://geheim'}}", "line 2: secret: is not set"},
		"path as secret":    {"specs:\n- {tenant: a, api: waldur, params: {url: 'https://geheim'}, secret: ../geheim}", "line 2: secret: its name"},
		"no URL":            {"specs:\n- {tenant: a, api: waldur, secret: a}", "line 2: auditlogs: WithWaldur"},
		"password in URL":   {"specs:\n- {tenant: a, api: waldur, params: {url: 'https://u:geheim@a.example'}, secret: a}", "line 2: auditlogs: WithWaldur"},
		"another API's":     {"specs:\n- {tenant: a, api: akinon, params: {url: 'https://a.example', project_id: geheim}, secret: a}", "line 2: params: project_id"},
		"missing filter":    {"specs:\n- {tenant: a, api: elasticpath, " + url + "}", "line 2: auditlogs: PersonalDataLogs"},
		"time":              {"specs:\n- tenant: a\n  since: geheim", "line 3: a time is written as"},
		"duration":          {"specs:\n- tenant: a\n  backfill: {step: geheim}", "line 3: the value is of a wrong type: str"},
		"same log":          {"specs:\n- {tenant: a, api: waldur, " + url + "}\n- {tenant: a, api: waldur, name: '', " + url + "}", "line 3: tenant, api and name are those of line 2"},
		"since twice":       {"specs:\n- {tenant: a, api: waldur, " + url + ", since: 2026-01-01, backfill: {since: 2026-01-01, until: 2026-01-02, step: 1h}}", "line 2: backfill: "},
		"range without end": {"specs:\n- {tenant: a, api: waldur, " + url + ", backfill: {since: 2026-01-01, step: 1h}}", "line 2: backfill: "},
		"no step":           {"specs:\n- {tenant: a, api: waldur, " + url + ", backfill: {since: 2026-01-01, until: 2026-01-02}}", "line 2: backfill: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readSpecs([]byte(c.text))
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "geheim")
			require.NotContains(t, err.Error(), "main.")
		})
	}
}

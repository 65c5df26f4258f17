package cli

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// chosen are the logs that flags choose.
func chosen(t *testing.T, args ...string) *Logs {
	t.Helper()
	flags := Program{Name: "test"}.Flags(io.Discard, now)
	logs := flags.Logs()
	flags.Moment(&logs.Since, "since", "a `time`")
	flags.Moment(&logs.Until, "until", "a `time`")
	require.NoError(t, flags.Parse(args))
	return logs
}

func TestSources(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.Generate(1, 500)
	server.AddConnectors(auditlogs.Connector{ID: "other"})
	at := time.Date(2026, time.September, 1, 0, 0, 0, 0, time.UTC)
	server.AddConnectorLogs("other", auditlogs.DataAssetLog{AuditLogID: "of the other", HappenedTime: at})
	server.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: "of the account", Time: at, ResourceType: "account", ResourceID: "7"})
	client, err := auditlogs.NewClient(server.Options()...)
	require.NoError(t, err)
	generated := auditlogtest.ResourceType + ":" + auditlogtest.ResourceID

	for name, test := range map[string]struct {
		args []string
		want map[auditlogs.API]int
	}{
		"all": {
			[]string{"-eds-instance", auditlogtest.InstanceID, "-elasticpath-resource", generated + ",account:7"},
			map[auditlogs.API]int{"waldur": 100, "huawei-eds": 101, "akinon": 100, "elasticpath": 101, "thousandeyes": 100},
		},
		"one connector, one resource": {
			[]string{"-eds-instance", auditlogtest.InstanceID, "-eds-connector", "other", "-elasticpath-resource", "account:7", "-api", "elasticpath,huawei-eds"},
			map[auditlogs.API]int{"huawei-eds": 1, "elasticpath": 1},
		},
		"a day": {
			[]string{"-eds-instance", auditlogtest.InstanceID, "-eds-connector", "other", "-api", "huawei-eds", "-since", "2026-09-01", "-until", "2026-09-02"},
			map[auditlogs.API]int{"huawei-eds": 1},
		},
		"the day before": {
			[]string{"-eds-instance", auditlogtest.InstanceID, "-eds-connector", "other", "-api", "huawei-eds", "-until", "2026-09-01"},
			map[auditlogs.API]int{},
		},
		"no need of flags": {[]string{"-api", "akinon"}, map[auditlogs.API]int{"akinon": 100}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sources, err := chosen(t, test.args...).Sources(client)
			require.NoError(t, err)
			got := map[auditlogs.API]int{}
			for _, source := range sources {
				for e, err := range auditlogs.Items(source.Pages(t.Context(), "")) {
					require.NoError(t, err)
					got[e.API]++
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}

// What an API needs and does not get is an error, all of it at once.
func TestFlagsMissing(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	t.Cleanup(server.Close)
	client, err := auditlogs.NewClient(server.Options()...)
	require.NoError(t, err)
	sources, err := chosen(t).Sources(client)
	require.ErrorContains(t, err, "huawei-eds is configured: it needs -eds-instance too, or -api without it")
	require.ErrorContains(t, err, "elasticpath is configured: it needs -elasticpath-resource too, or -api without it")
	require.Empty(t, sources)

	client, err = auditlogs.NewClient(server.Options()[:1]...)
	require.NoError(t, err)
	_, err = chosen(t).Sources(client)
	require.NoError(t, err)
	_, err = chosen(t, "-api", "waldur,akinon").Sources(client)
	require.EqualError(t, err, `-api: "akinon" is not configured; configured are [waldur]`)
}

// Every API that there is can be named.
func TestAllAPIs(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	t.Cleanup(server.Close)
	client, err := auditlogs.NewClient(server.Options()...)
	require.NoError(t, err)
	require.Equal(t, client.APIs(), allAPIs)
}

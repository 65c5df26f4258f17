package main

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

const (
	janeUUID  = "6b1f0c9e2d3a4b5c8d7e9f0a1b2c3d4e"
	otherUUID = "0a1b2c3d4e5f40718293a4b5c6d7e8f9"
)

var (
	jane = auditlogs.UserRef{UUID: janeUUID, Username: "jane", FullName: "Jane Doe"}
	john = auditlogs.UserRef{UUID: otherUUID, Username: "john", FullName: "John Roe"}
	day  = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
)

var everything = []string{
	"-name", "Jane Doe", "-email", "jane@example.org", "-waldur-user", janeUUID, "-akinon-user", "7", "-resource", "customer:jane",
	"-eds-instance", auditlogtest.InstanceID, "-eds-connector", auditlogtest.ConnectorID, "-since", "2026-03-02T00:00:00Z",
}

// newServer has what concerns Jane on the day, ids beginning with "jane"; what concerns others, and an older look at Jane.
func newServer(t *testing.T) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	at := func(hour int) time.Time { return day.Add(time.Duration(hour) * time.Hour) }
	srv.AddDataAccessLogs(
		auditlogs.DataAccessLog{UUID: "jane-old", Timestamp: day.Add(-1), User: jane, Accessor: &john},
		auditlogs.DataAccessLog{UUID: "jane-seen", Timestamp: at(1), User: jane, Accessor: &john},
		auditlogs.DataAccessLog{UUID: "jane-looks", Timestamp: at(2), User: john, Accessor: &jane},
		auditlogs.DataAccessLog{UUID: "jane-self", Timestamp: at(3), User: jane, Accessor: &jane},
		auditlogs.DataAccessLog{UUID: "john-self", Timestamp: at(4), User: john, Accessor: &john},
	)
	srv.AddDataAssetLogs(
		auditlogs.DataAssetLog{AuditLogID: "jane-uses", HappenedTime: at(5), CustomerUserName: "Jane Doe"},
		auditlogs.DataAssetLog{AuditLogID: "john-uses", HappenedTime: at(5), CustomerUserName: "John Roe"},
	)
	srv.AddAuditEvents(
		auditlogs.AuditEvent{UUID: "jane-asks", Timestamp: at(6), User: &auditlogs.AuditEventUser{ID: "7"}},
		auditlogs.AuditEvent{UUID: "john-asks", Timestamp: at(6), User: &auditlogs.AuditEventUser{ID: "8"}},
	)
	srv.AddRelatedDataEntries("customer", "jane", auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "home"})
	srv.AddPersonalDataLogs(
		auditlogs.PersonalDataLog{ID: "jane-changed", Time: at(7), ResourceType: "customer", ResourceID: "jane"},
		auditlogs.PersonalDataLog{ID: "jane-moved", Time: at(8), ResourceType: "address", ResourceID: "home"},
		auditlogs.PersonalDataLog{ID: "john-changed", Time: at(8), ResourceType: "customer", ResourceID: "john"},
	)
	srv.AddUserEvents(
		auditlogs.UserEvent{Date: at(9), Event: "Jane acts", User: "Jane Doe (jane@example.org)"},
		auditlogs.UserEvent{Date: at(10), Event: "Jane suffers", User: "John Roe (john@example.org)", Resources: []auditlogs.EventResource{
			{Type: "testName", Name: "Shop"}, {Type: "userDisplayName", Name: "jane doe"},
		}},
		auditlogs.UserEvent{Date: at(11), Event: "Jane elsewhere", User: "Jane Doe (jane@example.org)", AccountGroupID: "77"},
		auditlogs.UserEvent{Date: at(12), Event: "John acts", User: "John Roe (john@example.org)"},
	)
	return srv
}

// ask runs the program without retries.
func ask(t *testing.T, config []auditlogs.Option, args ...string) (code int, out, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	config = append(slices.Clone(config), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	code = run(t.Context(), args, nil, &stdout, &stderr, config...)
	return code, stdout.String(), stderr.String()
}

// found are the events of -json: by id, or by action where the id is a digest.
func found(t *testing.T, out string) (names []string) {
	t.Helper()
	for line := range strings.Lines(out) {
		var e auditlogs.Event
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		require.NotEmpty(t, e.Raw)
		if e.API == auditlogs.APIThousandEyes {
			e.ID = e.Action
		}
		names = append(names, e.ID)
	}
	return names
}

func TestEverything(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	code, out, said := ask(t, srv.Options(), append(everything, "-json")...)
	require.Zero(t, code, said)
	require.Equal(t, []string{
		"Jane elsewhere", "Jane suffers", "Jane acts", "jane-moved", "jane-changed", "jane-asks", "jane-uses",
		"jane-self", "jane-looks", "jane-seen",
	}, found(t, out))
	require.Equal(t, "waldur: 3 events\nhuawei-eds: 1 event, by the name alone\nakinon: 1 event\nelasticpath: 2 events\n"+
		"thousandeyes: 3 events, 1 of them by the name alone\n", said)

	code, out, said = ask(t, srv.Options(), append(everything, "-until", "2026-03-02T02:00:00Z")...)
	require.Zero(t, code, said)
	require.Empty(t, said)
	require.Contains(t, out, "waldur: 1 event\nhuawei-eds: 0 events\n")
	require.Contains(t, out, "\n2026-03-02T01:00:00Z waldur view by John Roe on user "+janeUUID+"\n")
}

func TestByName(t *testing.T) {
	t.Parallel()
	code, out, said := ask(t, newServer(t).Options()[:1], "-name", "Jane Doe", "-json")
	require.Zero(t, code, said)
	require.Equal(t, []string{"jane-self", "jane-looks", "jane-seen", "jane-old"}, found(t, out))
	require.Contains(t, said, "akinon: not asked, since it is not configured\n")
}

func TestFlagsMissing(t *testing.T) {
	t.Parallel()
	code, out, said := ask(t, newServer(t).Options(), "-akinon-user", "7")
	require.Equal(t, 1, code)
	require.Contains(t, said, "person: the answer is incomplete")
	for _, api := range []string{"waldur", "huawei-eds", "elasticpath", "thousandeyes"} {
		require.Contains(t, out, api+": not asked, since flags are missing")
	}
	require.Contains(t, out, "akinon: 1 event\n")
}

// What one API cannot give does not keep the others from being asked.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	for _, api := range auditlogtest.APIs() {
		t.Run(string(api), func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			srv.Inject(auditlogtest.Fault{API: api, Status: 403, Times: -1})
			code, out, said := ask(t, srv.Options(), append(everything, "-json")...)
			require.Equal(t, 1, code)
			require.Contains(t, said, string(api)+": incomplete: auditlogs: ")
			require.Contains(t, said, "person: the answer is incomplete")
			require.Len(t, regexp.MustCompile(`: [1-9]\d* events?`).FindAllString(said, -1), 4)
			require.GreaterOrEqual(t, len(found(t, out)), 7)
		})
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestOutputFails(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{everything, append(slices.Clone(everything), "-json")} {
		var said bytes.Buffer
		require.Equal(t, 1, run(t.Context(), args, nil, brokenPipe{}, &said, newServer(t).Options()...))
		require.Contains(t, said.String(), "the output failed")
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	code, _, said := ask(t, []auditlogs.Option{auditlogs.WithRateLimit(0)})
	require.Equal(t, 1, code)
	require.Contains(t, said, "WithRateLimit")
}

// Who interrupts it has no answer, not a part of one.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, api := range auditlogtest.APIs() {
		srv := newServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		srv.BeforeRequest(func(asked auditlogtest.API, _ int) {
			if asked == api {
				cancel()
			}
		})
		var out, said bytes.Buffer
		require.Equal(t, cli.ExitInterrupted, run(ctx, append([]string{"-json"}, everything...), nil, &out, &said, srv.Options()...), said.String())
		require.Empty(t, out.String())
		require.Contains(t, said.String(), "person: interrupted; there is no answer\n")
		cancel()
	}
}

func TestChosen(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	code, out, said := ask(t, srv.Options(), append(slices.Clone(everything), "-json", "-api", "akinon,waldur")...)
	require.Zero(t, code, said)
	require.Equal(t, []string{"jane-asks", "jane-self", "jane-looks", "jane-seen"}, found(t, out))
	require.Contains(t, said, "thousandeyes: not asked, since -api leaves it out\n")
	require.Empty(t, srv.Requests(auditlogtest.ThousandEyes))

	code, _, said = ask(t, srv.Options()[:1], "-waldur-user", janeUUID, "-api", "akinon,waldur")
	require.Equal(t, 1, code)
	require.Contains(t, said, `-api: "akinon" is not configured`)
}

// Without a connector, all of the instance are read.
func TestAllConnectors(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddConnectors(auditlogs.Connector{ID: "other"})
	srv.AddConnectorLogs("other", auditlogs.DataAssetLog{AuditLogID: "jane-elsewhere", HappenedTime: day, CustomerUserName: "Jane Doe"})
	args := []string{"-json", "-api", "huawei-eds", "-name", "Jane Doe", "-eds-instance", auditlogtest.InstanceID}
	code, out, said := ask(t, srv.Options(), args...)
	require.Zero(t, code, said)
	require.Equal(t, []string{"jane-uses", "jane-elsewhere"}, found(t, out))
	code, out, said = ask(t, srv.Options(), append(args, "-eds-connector", "other")...)
	require.Zero(t, code, said)
	require.Equal(t, []string{"jane-elsewhere"}, found(t, out))
}

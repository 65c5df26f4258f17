package auditlogsreceiver

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap/zapcore"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const day = 24 * time.Hour

// Every record comes once: those from before the first start, new ones, late ones, and those from while nothing ran.
func TestEveryRecordOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.looks(day+time.Hour, "too old")
		want := r.looks(time.Hour, "a", "b", "c")
		own := r.start()
		r.pass(time.Minute)
		r.taken(want...)

		want = append(want, r.looks(0, "new")...)
		want = append(want, r.looks(4*time.Minute, "late")...)
		r.pass(3 * time.Minute)
		r.taken(want...)
		r.stop(own)

		want = append(want, r.looks(0, "while nothing ran")...)
		r.pass(3 * day)
		r.taken(want[:5]...)
		r.config.InitialLookback = time.Hour // where a source began is remembered
		r.start()
		r.pass(3 * time.Minute)
		r.taken(want...)
		require.Empty(t, r.host.statuses())
		require.Empty(t, append(r.logged(zapcore.WarnLevel), r.logged(zapcore.ErrorLevel)...))
	})
}

// Without initial_lookback, a source begins at the first start, also for a second start that has it.
func TestFromNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.config.InitialLookback = 0
		r.looks(time.Second, "before")
		own := r.start()
		r.pass(time.Second)
		r.stop(own)
		want := r.looks(0, "after")
		r.config.InitialLookback = day
		r.start()
		r.pass(5 * time.Minute)
		r.taken(want...)
	})
}

func TestEveryAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), huaweiEDS, akinon, elasticPath, thousandEyes)
		r.server.GenerateBetween(time.Now().Add(-20*time.Hour), time.Now(), 1, 1000)
		r.server.AddConnectors(auditlogs.Connector{ID: "other"})
		r.server.AddConnectorLogs("other", auditlogs.DataAssetLog{AuditLogID: "of the other", HappenedTime: time.Now().Add(-time.Hour)})
		r.start()
		r.pass(5 * time.Minute)
		r.taken(append(everything(t, r.server), "huawei-eds/of the other")...)
		apis := map[string]string{}
		r.next.each(func(resource plog.ResourceLogs, l plog.LogRecord) {
			of := resource.Resource().Attributes()
			source, _ := of.Get(keySource)
			api, _ := of.Get(keyAPI)
			apis[source.Str()] = api.Str()
		})
		require.Equal(t, map[string]string{
			"waldur/prod": "waldur", "huawei_eds/shop": "huawei-eds", "akinon/eu": "akinon",
			"elasticpath/store": "elasticpath", "thousandeyes/main": "thousandeyes",
		}, apis)
		require.Empty(t, r.host.statuses())
	})
}

// A receiver as the factory makes it reads over a socket, and gives its name to the server.
func TestSocket(t *testing.T) {
	t.Parallel()
	r := newRigOf(t, auditlogtest.NewServer(), waldur("prod"))
	r.looks(time.Hour, "a")
	set := receivertest.NewNopSettings(metadata.Type)
	set.BuildInfo = component.BuildInfo{Command: "otelcol-audit", Version: "1.2.3"}
	own, err := NewFactory().CreateLogs(t.Context(), set, r.config, r.next)
	require.NoError(t, err)
	require.NoError(t, own.Start(t.Context(), r.host))
	require.Eventually(t, func() bool { return len(r.next.uids()) == 1 }, time.Minute, time.Millisecond)
	require.NoError(t, own.Shutdown(t.Context()))
	r.taken("waldur/a")
	require.Equal(t, []string{"otelcol-audit/1.2.3 auditlogsreceiver auditlogs-go"}, r.server.Requests(auditlogtest.Waldur)[0].Header["User-Agent"])
	r.next.each(func(resource plog.ResourceLogs, _ plog.LogRecord) {
		require.Equal(t, "1.2.3", resource.ScopeLogs().At(0).Scope().Version())
		host, _ := resource.Resource().Attributes().Get("server.address")
		require.Equal(t, "127.0.0.1", host.Str())
	})
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for want, of := range map[string][2]string{
		"otelcol/1 auditlogsreceiver": {"otelcol", "1"},
		"auditlogsreceiver":           {"", ""},
	} {
		require.Equal(t, want, userAgent(of[0], of[1]))
	}
	require.Equal(t, "auditlogsreceiver", userAgent("my collector", "1"))
	require.Equal(t, "auditlogsreceiver", userAgent("otelcol", "1\n"))
}

// Two tenants of one API, and of one server: each has its own place, and its name in what comes of it.
func TestTenants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), waldur("lab"))
		want := r.looks(time.Hour, "a", "b")
		own := r.start()
		r.pass(time.Minute)
		r.taken(append(want, want...)...)
		r.stop(own)

		delete(r.config.Waldur, "lab") // tenants come and go
		own = r.start()
		want = append(want, r.looks(0, "c")...)
		r.pass(3 * time.Minute)
		r.stop(own)
		waldur("lab")(r.server, r.config)
		waldur("later")(r.server, r.config)
		r.start()
		r.pass(3 * time.Minute)

		got := map[string][]string{}
		r.next.each(func(resource plog.ResourceLogs, l plog.LogRecord) {
			source, _ := resource.Resource().Attributes().Get(keySource)
			got[source.Str()] = append(got[source.Str()], attribute(l, "log.record.uid"))
		})
		for _, name := range []string{"waldur/prod", "waldur/lab", "waldur/later"} {
			require.ElementsMatch(t, want, got[name], name)
		}
	})
}

func TestWithoutStorage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.config.Storage = nil
		want := r.looks(time.Hour, "a")
		own := r.start()
		r.pass(time.Minute)
		r.taken(want...)
		require.Len(t, r.logged(zapcore.WarnLevel), 1)
		require.Contains(t, r.logged(zapcore.WarnLevel)[0], "no storage is set")
		want = append(want, r.looks(0, "b")...)
		r.pass(3 * time.Minute)
		r.taken(want...)
		r.stop(own)
		require.Zero(t, r.host.store.clients())
	})
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"missing":        "storage: there is no extension missing: is it listed in service::extensions?",
		"other":          "storage: the extension other is none that stores",
		"kept/of_others": "storage: there is no extension kept/of_others: is it listed in service::extensions?",
	} {
		r := newRig(t, waldur("prod"))
		var id component.ID
		require.NoError(t, id.UnmarshalText([]byte(name)))
		r.config.Storage = &id
		own := r.create()
		err := own.Start(t.Context(), r.host)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
		require.NoError(t, own.Shutdown(t.Context()))
	}
	r := newRig(t, waldur("prod"))
	own := r.create()
	r.config.Waldur["prod"] = WaldurConfig{}
	require.EqualError(t, own.Start(t.Context(), r.host), "waldur/prod: endpoint: is not set; token: is not set, nor is token_file, nor is username and password")
	require.NoError(t, own.Shutdown(t.Context()))
}

// What the receiver counts is what the next component took and refused.
func TestMetrics(t *testing.T) {
	t.Parallel()
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	r := newRigOf(t, auditlogtest.NewServer(), waldur("prod"))
	r.looks(time.Hour, "a", "b")
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	r.next.deciding(failing(1, errPassing))
	own, err := NewFactory().CreateLogs(t.Context(), set, r.config, r.next)
	require.NoError(t, err)
	require.NoError(t, own.Start(t.Context(), r.host))
	require.Eventually(t, func() bool { return len(r.next.uids()) == 2 }, time.Minute, time.Millisecond)
	require.NoError(t, own.Shutdown(t.Context()))
	for name, want := range map[string]int64{"otelcol_receiver_accepted_log_records": 2, "otelcol_receiver_refused_log_records": 2} {
		m, err := tel.GetMetric(name)
		require.NoError(t, err)
		require.Equal(t, want, sumOf(t, m), name)
	}
}

// A rate limit spaces the requests of a source.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		limited := r.config.Waldur["prod"]
		limited.RateLimit = 2
		r.config.Waldur["prod"] = limited
		r.config.PollInterval = time.Second
		r.start()
		r.pass(10 * time.Minute)
		sent := len(r.server.Requests(auditlogtest.Waldur))
		require.Greater(t, sent, 15)
		require.LessOrEqual(t, sent, 21)
	})
}

package collectortest

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Statuses of components.
const (
	statusOK          = "StatusOK"
	statusRecoverable = "StatusRecoverableError"
	statusPermanent   = "StatusPermanentError"
)

// A source with a wrong token and one that is refused fail for good: the log and the component's status name them, and the
// others go on.
func TestCollectorSaysWhatFails(t *testing.T) {
	t.Parallel()
	const wrong = "fedcba9876543210fedcba9876543210fedcba98"
	for name, bad := range map[string][]string{
		"a wrong token": {"waldur/test"},
		"refused":       {"akinon/eu"},
		"both":          {"waldur/test", "akinon/eu"}, // the Collector keeps the first permanent error; the log has both
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, exporting{protocol: "grpc"}, seed(), 30)
			r.listen(r.protocol)
			if slices.Contains(bad, "waldur/test") {
				r.tenants["waldur/test"].settings["token"] = wrong
			}
			if slices.Contains(bad, "akinon/eu") {
				r.tenants["akinon/eu"].server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: -1})
			}
			good := slices.DeleteFunc(slices.Collect(maps.Keys(r.tenants)), func(s string) bool { return slices.Contains(bad, s) })

			p := r.run()
			for _, source := range bad {
				r.await("the log names "+source, func() bool { return p.says(`"level":"error"`, named(source)) })
			}
			r.awaitStatus(statusPermanent, bad...)
			r.grow(good...)
			r.await("the others go on", func() bool { return r.count() == len(r.events(good...)) })
			r.awaitStatus(statusPermanent, bad...)
			for _, source := range good {
				require.False(t, p.says(`"level":"error"`, named(source)), "the log blames %s", source)
			}
			require.False(t, p.says(wrong) || p.says(token), "the log has a secret")
			t.Logf("the Collector ended after %v", p.stop())
		})
	}
}

// A source that fails for now is named by the log and by the component's status, until it answers again.
func TestSourceFailsForNow(t *testing.T) {
	t.Parallel()
	r := newRig(t, exporting{protocol: "grpc"}, seed(), 30)
	r.listen(r.protocol)
	server := r.tenants["akinon/eu"].server
	server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 503, Times: -1})

	p := r.run()
	r.awaitStatus(statusRecoverable, "akinon/eu")
	require.True(t, p.says(`"level":"warn"`, named("akinon/eu")))
	server.ClearFaults()
	r.awaitStatus(statusOK)
	r.settle()
	r.compare()
	t.Logf("the Collector ended after %v", p.stop())
}

// Nothing listens where the Collector sends to, and its queue is full: each source says so, and keeps its place. Once there is a
// server, it is given everything once.
func TestQueueIsFull(t *testing.T) {
	t.Parallel()
	e := exporting{protocol: "http", settings: map[string]any{"sending_queue": map[string]any{"queue_size": 1, "num_consumers": 1}}}
	r := newRig(t, e, seed(), 60)

	p := r.run()
	r.awaitStatus(statusRecoverable, slices.Collect(maps.Keys(r.tenants))...)
	for name := range r.tenants {
		r.await("the log names "+name, func() bool { return p.says(named(name), "queue is full") })
	}
	r.listen(e.protocol)
	r.settle()
	r.awaitStatus(statusOK)
	r.compare()
	sent, read := r.repeats()
	require.Zero(t, sent+read, "repeats")
	t.Logf("the Collector ended after %v", p.stop())
}

// The Collector ends at once although its exporter waits, in each of the ways in which it can.
func TestCollectorEndsWhileItWaits(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]exporting{
		"no queue":             {protocol: "grpc"},
		"a persistent queue":   {protocol: "http", queue: true},
		"a full queue":         {protocol: "http", settings: map[string]any{"sending_queue": map[string]any{"queue_size": 1, "num_consumers": 1}}},
		"a full queue, blocks": {protocol: "http", settings: map[string]any{"sending_queue": map[string]any{"queue_size": 1, "num_consumers": 1, "block_on_overflow": true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, e, seed(), 30)
			p := r.run()
			r.await("the exporter is tried", func() bool { return p.says("Exporting failed") })
			t.Logf("the Collector ended after %v", p.stop())
			require.Zero(t, r.count())
		})
	}
}

// named is how the log names a source.
func named(source string) string { return `"` + sourceAttribute + `":"` + source + `"` }

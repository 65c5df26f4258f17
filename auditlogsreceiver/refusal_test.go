package auditlogsreceiver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap/zapcore"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var (
	errPassing   = errors.New("the queue is full")
	errPermanent = consumererror.NewPermanent(errors.New("no such index"))
)

// failing refuses the first calls.
func failing(times int64, err error) func(context.Context, plog.Logs) error {
	var calls atomic.Int64
	return func(context.Context, plog.Logs) error {
		if calls.Add(1) <= times {
			return err
		}
		return nil
	}
}

func sumOf(t *testing.T, m metricdata.Metrics) (total int64) {
	t.Helper()
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(t, ok)
	for _, p := range sum.DataPoints {
		total += p.Value
	}
	return total
}

// A batch that is refused for now is handed on until it is taken, and the status says so meanwhile.
func TestRefusedForNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a", "b")
		r.next.deciding(failing(1e9, errPassing))
		r.start()
		r.pass(day)
		r.taken()
		require.Greater(t, r.next.asked(), 100)
		const failure = "StatusRecoverableError waldur/prod: the next component does not take a batch of 2 records: the queue is full"
		require.Equal(t, []string{failure}, r.host.statuses())
		require.Contains(t, r.logged(zapcore.WarnLevel)[0], "the queue is full")

		r.next.deciding(nil)
		r.pass(time.Minute)
		r.taken(want...)
		require.Equal(t, []string{failure, "StatusOK <nil>"}, r.host.statuses())
	})
}

// A next component that blocks, as one with a full queue may, is in the status and the log.
func TestBlocked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a", "b")
		release := make(chan struct{})
		r.next.deciding(func(context.Context, plog.Logs) error {
			<-release
			return nil
		})
		r.start()
		r.pass(long - time.Second)
		require.Empty(t, r.host.statuses())
		r.pass(time.Hour)
		const failure = "StatusRecoverableError waldur/prod: the next component has not answered for 30s to a batch of 2 records"
		require.Equal(t, []string{failure}, r.host.statuses())
		require.Len(t, r.logged(zapcore.WarnLevel), 1)
		close(release)
		r.pass(time.Minute)
		r.taken(want...)
		require.Equal(t, []string{failure, "StatusOK <nil>"}, r.host.statuses())
	})
}

// A batch is handed on again as a whole, whatever part of it an error names: another component may not have taken the rest.
func TestRefusedInPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a", "b", "c")
		var sizes []int
		r.next.deciding(func(_ context.Context, logs plog.Logs) error {
			sizes = append(sizes, logs.LogRecordCount())
			if len(sizes) >= 3 {
				return nil
			}
			rest := plog.NewLogs()
			logs.CopyTo(rest)
			rest.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().RemoveIf(func(l plog.LogRecord) bool {
				return attribute(l, "log.record.uid") == "waldur/a"
			})
			part := consumererror.NewLogs(errPassing, rest)
			return []error{part, errors.Join(part, errPassing)}[len(sizes)-1]
		})
		r.start()
		r.pass(time.Minute)
		require.Equal(t, []int{3, 3, 3}, sizes[:3])
		r.taken(want...)
		want = append(want, r.looks(0, "d")...)
		r.pass(3 * time.Minute)
		r.taken(want...)
	})
}

// A batch that is refused for good ends its source, which loses nothing: the next start hands it on again.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), thousandEyes)
		want := r.looks(time.Hour, "a", "b")
		r.next.deciding(func(_ context.Context, logs plog.Logs) error {
			if source, _ := logs.ResourceLogs().At(0).Resource().Attributes().Get(keySource); source.Str() == "waldur/prod" {
				return errPermanent
			}
			return nil
		})
		own := r.start()
		r.pass(10 * time.Minute)
		require.Equal(t, 1, r.next.asked())
		r.server.GenerateForBetween(auditlogtest.ThousandEyes, time.Now().Add(-time.Minute), time.Now(), 1, 10) // the other source goes on
		r.pass(10 * time.Minute)
		require.Len(t, r.next.uids(), 10)
		require.Len(t, r.host.statuses(), 1)
		require.Contains(t, r.host.statuses()[0], "StatusPermanentError waldur/prod: ")
		require.Contains(t, r.host.statuses()[0], "no such index")
		require.Len(t, r.logged(zapcore.ErrorLevel), 1)
		require.Contains(t, r.logged(zapcore.ErrorLevel)[0], "auditlogs.source:waldur/prod")
		r.stop(own)

		r.next.deciding(nil)
		r.start()
		r.pass(time.Minute)
		require.Subset(t, r.next.uids(), want)
	})
}

// With on_permanent_error: drop, the source goes on behind a batch that is refused for good.
func TestDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.config.OnPermanentError = OnPermanentErrorDrop
		r.looks(time.Hour, "a", "b")
		r.next.deciding(failing(1, errPermanent))
		own := r.start()
		r.pass(time.Minute)
		want := r.looks(0, "c")
		r.pass(3 * time.Minute)
		r.taken(want...)
		require.Empty(t, r.host.statuses())
		require.Len(t, r.logged(zapcore.ErrorLevel), 1)
		for _, part := range []string{"records:2", "auditlogs.source:waldur/prod", "first:waldur/", "no such index"} {
			require.Contains(t, r.logged(zapcore.ErrorLevel)[0], part)
		}
		r.stop(own)
		r.start()
		r.pass(3 * time.Minute)
		r.taken(want...)
	})
}

// Of two components behind the receiver, one refuses for good and one for now: the second one still gets the batch.
func TestRefusedByTwo(t *testing.T) {
	t.Parallel()
	require.True(t, permanent(errors.Join(errPermanent, errPermanent)))
	require.False(t, permanent(errors.Join(errPermanent, errPassing)))
	require.False(t, permanent(errPassing))
	require.True(t, permanent(errPermanent))
}

// Large records are handed on in several pieces. What was taken of a batch is not handed on again.
func TestPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, akinon)
		for i := range 5 {
			r.server.AddAuditEvents(large(i, time.Now().Add(-time.Hour), 300<<10))
		}
		want := everything(t, r.server)
		var sizes []int
		r.next.deciding(func(_ context.Context, logs plog.Logs) error {
			sizes = append(sizes, logs.LogRecordCount())
			size := new(plog.ProtoMarshaler).LogsSize(logs)
			require.Less(t, size, 4<<20)
			if len(sizes) == 2 {
				return errPassing
			}
			return nil
		})
		r.start()
		r.pass(time.Minute)
		r.taken(want...)
		require.Equal(t, []int{1, 1, 1, 1, 1, 1}, sizes)
	})
}

// One source whose token is refused says so, once, and the others go on.
func TestWrongToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), waldurWith("lab", "not-the-token-0123456789"))
		want := r.looks(time.Hour, "a")
		r.start()
		r.pass(time.Hour)
		want = append(want, r.looks(0, "b")...)
		r.pass(time.Hour)
		r.taken(want...)
		statuses, errs := r.host.statuses(), r.logged(zapcore.ErrorLevel)
		require.Len(t, statuses, 1)
		require.Contains(t, statuses[0], "StatusPermanentError waldur/lab: ")
		require.Contains(t, statuses[0], "401 Unauthorized")
		require.Len(t, errs, 1)
		require.Contains(t, errs[0], "auditlogs.source:waldur/lab")
		require.NotContains(t, strings.Join(append(statuses, errs...), ""), "not-the-token")
	})
}

// A status that an API gives for good ends its source; one that passes does not.
func TestFailingSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"), thousandEyes, akinon)
		want := r.looks(time.Hour, "a")
		r.server.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: 503, Times: 8})
		r.server.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Reset: true, Times: 30})
		r.start()
		r.pass(time.Hour)
		r.taken(want...)
		got := r.host.statuses()
		require.Len(t, got, 4, got) // one fails, both, one, none
		for i, part := range []string{"StatusRecoverableError", "StatusRecoverableError", "StatusRecoverableError thousandeyes/main", "StatusOK"} {
			require.Contains(t, got[i], part)
		}
		require.Contains(t, got[1], "503")
		require.NotContains(t, got[2], "waldur")

		r.server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403})
		r.pass(time.Hour)
		r.server.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: 503, Times: 5})
		want = append(want, r.looks(0, "b")...)
		r.pass(time.Hour)
		r.taken(want...)
		got = r.host.statuses()
		require.Len(t, got, 5, got) // the Collector takes no other status after that
		require.Contains(t, got[4], "StatusPermanentError akinon/eu: ")
		require.Contains(t, got[4], "403 Forbidden")
	})
}

// The place of a source belongs to its settings.
func TestChangedFilter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, thousandEyes)
		own := r.start()
		r.pass(time.Minute)
		r.stop(own)
		changed := r.config.ThousandEyes["main"]
		changed.AccountGroup = "1234"
		r.config.ThousandEyes["main"] = changed
		r.start()
		r.pass(time.Minute)
		require.Len(t, r.host.statuses(), 1)
		require.Contains(t, r.host.statuses()[0], "StatusPermanentError thousandeyes/main: its settings are not those with which the storage has its place")
	})
}

// A source is tried again for ever.
func TestFailingForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a")
		r.server.Inject(auditlogtest.Fault{Status: 503, Times: -1})
		r.start()
		r.pass(3 * day)
		require.Len(t, r.host.statuses(), 1)
		r.server.ClearFaults()
		r.pass(time.Hour)
		r.taken(want...)
		require.Equal(t, "StatusOK <nil>", r.host.statuses()[1])
	})
}

// oneOfSeveral reads two connectors, and goes on for an hour after something has happened to the one called "other": the
// records of the first one come, whatever that was.
func oneOfSeveral(t *testing.T, happens func(r *rig, own receiver.Logs)) *rig {
	t.Helper()
	r := newRig(t, huaweiEDS)
	r.server.AddConnectors(auditlogs.Connector{ID: "other"})
	own := r.start()
	r.pass(5 * time.Minute)
	happens(r, own)
	r.server.GenerateForBetween(auditlogtest.HuaweiEDS, time.Now().Add(-3*time.Minute), time.Now(), 1, 10)
	r.pass(time.Hour)
	r.taken(everything(t, r.server)...)
	return r
}

func deleteOther(r *rig) {
	r.server.DeleteConnectors(func(c auditlogs.Connector) bool { return c.ID == "other" })
}

// While one connector of several cannot be reached, the status stays what it is.
func TestOneOfSeveral(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := oneOfSeveral(t, func(r *rig, _ receiver.Logs) { r.breaking("/other") })
		got := r.host.statuses()
		require.Len(t, got, 1, got)
		require.Contains(t, got[0], "StatusRecoverableError huawei_eds/shop: ")
		r.breaking("")
		r.pass(time.Hour)
		require.Len(t, r.host.statuses(), 2)
		require.Equal(t, "StatusOK <nil>", r.host.statuses()[1])
	})
}

// One connector of several that is deleted, while it is read or while nothing runs, is in the log, with its name.
func TestOneOfSeveralGone(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(r *rig, own receiver.Logs){
		"while it is read": func(r *rig, _ receiver.Logs) { deleteOther(r) },
		"meanwhile": func(r *rig, own receiver.Logs) {
			r.stop(own)
			deleteOther(r)
			r.start()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := oneOfSeveral(t, happens)
				require.Empty(t, r.host.statuses())
				require.Empty(t, r.logged(zapcore.ErrorLevel))
				gone := r.logged(zapcore.WarnLevel)
				require.Len(t, gone, 1)
				require.Contains(t, gone[0], "one log of the source is gone")
				require.Contains(t, gone[0], "other")
				require.Contains(t, gone[0], "auditlogs.source:huawei_eds/shop")
			})
		})
	}
}

// One connector of several that is refused is in the status and the log, with its name.
func TestOneOfSeveralRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := oneOfSeveral(t, func(r *rig, _ receiver.Logs) { r.refusing("/other/") })
		got := r.host.statuses()
		require.Len(t, got, 1, got)
		require.Regexp(t, "^StatusPermanentError huawei_eds/shop: .*other", got[0])
		require.Len(t, r.logged(zapcore.ErrorLevel), 1)
		require.Regexp(t, "log:huawei_eds/shop: .*other", r.logged(zapcore.ErrorLevel)[0])
		require.Contains(t, r.logged(zapcore.ErrorLevel)[0], "auditlogs.source:huawei_eds/shop")
	})
}

// Of several components that answered, in whatever the answer is wrapped, all must refuse for good.
func TestPermanent(t *testing.T) {
	t.Parallel()
	both := errors.Join(errPermanent, errPassing)
	for want, errs := range map[bool][]error{
		true: {
			errPermanent, fmt.Errorf("exporter: %w", errPermanent), errors.Join(errPermanent, errPermanent),
			consumererror.NewDownstream(errors.Join(errPermanent, errPermanent)), consumererror.NewLogs(errPermanent, plog.NewLogs()),
		},
		false: {
			errPassing, both, fmt.Errorf("pipeline: %w", both), consumererror.NewDownstream(both), consumererror.NewLogs(both, plog.NewLogs()),
			errors.Join(errPermanent, fmt.Errorf("other: %w", both)),
		},
	} {
		for _, err := range errs {
			require.Equal(t, want, permanent(err), "%#v", err)
		}
	}
}

// The status says what fails now: another cause is another status, and a part that works again does not hide one that fails.
func TestStatusOfParts(t *testing.T) {
	t.Parallel()
	host := newHost()
	h := newHealth(host)
	h.fails("a", reading, errors.New("no route"))
	h.fails("a", reading, errors.New("no route"))
	h.fails("a", reading, errors.New("unreadable"))
	h.fails("a", handing, errors.New("queue is full"))
	h.works("a", handing)
	h.works("a", handing)
	h.works("b", reading)
	h.works("a", reading)
	h.fails("c", reading, errors.New("no route"))
	h.fails("b", handing, errors.New("queue is full"))
	require.Equal(t, []string{
		"StatusRecoverableError a: no route", "StatusRecoverableError a: unreadable",
		"StatusRecoverableError a: unreadable\na: queue is full", "StatusRecoverableError a: unreadable", "StatusOK <nil>",
		"StatusRecoverableError c: no route", "StatusRecoverableError b: queue is full\nc: no route",
	}, host.statuses())
}

func TestSecondStart(t *testing.T) {
	t.Parallel()
	r := newRigOf(t, auditlogtest.NewServer(), waldur("prod"))
	own := r.start()
	require.Error(t, own.Start(t.Context(), r.host))
	require.NoError(t, own.Shutdown(t.Context()))
}

// A source that answers again is well from its first page on, although that has not been taken yet.
func TestFirstPageAfterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a")
		r.server.Inject(auditlogtest.Fault{Status: 503, Times: -1})
		release := make(chan struct{})
		r.next.deciding(func(context.Context, plog.Logs) error {
			<-release
			return nil
		})
		r.start()
		r.pass(time.Hour)
		require.Len(t, r.host.statuses(), 1)
		r.server.ClearFaults()
		r.pass(time.Hour)
		require.Equal(t, "StatusOK <nil>", r.host.statuses()[1])
		require.Contains(t, r.host.statuses()[2], "has not answered for 30s")
		close(release)
		r.pass(time.Minute)
		r.taken(want...)
		require.Equal(t, "StatusOK <nil>", r.host.statuses()[3])
	})
}

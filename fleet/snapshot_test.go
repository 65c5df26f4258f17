package fleet

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// replica answers in place of the replicas of the tasks: request by request, as it is told, and the last way again and again.
func replica(t *testing.T, s *streams, ways ...func(*nats.Msg)) {
	t.Helper()
	js, err := jetstream.NewWithAPIPrefix(s.nc, "replica")
	require.NoError(t, err)
	s.js = js
	_, err = s.nc.Subscribe("replica.DIRECT.GET."+taskStream, func(m *nats.Msg) {
		way := ways[0]
		if len(ways) > 1 {
			ways = ways[1:]
		}
		way(m)
	})
	require.NoError(t, err)
}

// What replicas give is no proof that there is no more, nor that it is still there.
func TestListIsWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ways func(nc *nats.Conn, tasks []*jetstream.RawStreamMsg) []func(*nats.Msg)
		err  string
	}{
		"as it is": {ways: func(nc *nats.Conn, _ []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){ask(nc)}
		}},
		"silent at first": {ways: func(nc *nats.Conn, _ []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){silent, ask(nc)}
		}},
		"silent after some": {ways: func(nc *nats.Conn, tasks []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){give(nc, tasks[:2]), silent, ask(nc)}
		}},
		"always silent": {ways: func(*nats.Conn, []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){silent}
		}, err: "its replicas give less than its leader has"},
		"has nothing yet": {ways: func(nc *nats.Conn, _ []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){nothing, ask(nc)}
		}},
		"has some yet": {ways: func(nc *nats.Conn, tasks []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){give(nc, tasks[:1]), nothing, ask(nc)}
		}},
		"never has all": {ways: func(nc *nats.Conn, _ []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			return []func(*nats.Msg){nothing}
		}, err: "its replicas give less than its leader has"},
		"has what was removed": {ways: func(nc *nats.Conn, tasks []*jetstream.RawStreamMsg) []func(*nats.Msg) {
			removed := *tasks[0]
			removed.Subject += ".removed"
			return []func(*nats.Msg){give(nc, append(tasks, &removed)), nothing}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc := embeddedNode(t)
			specs := []Spec{{Tenant: "a", API: "b"}, {Tenant: "c", API: "d"}, {Tenant: "e", API: "f"}}
			require.NoError(t, Add(t.Context(), nc, specs...))
			s, err := existingStreams(t.Context(), nc)
			require.NoError(t, err)
			var tasks []*jetstream.RawStreamMsg
			for _, one := range specs {
				m, err := s.tasks.GetLastMsgForSubject(t.Context(), one.taskSubject())
				require.NoError(t, err)
				tasks = append(tasks, m)
			}
			nc.Opts.Timeout = 20 * time.Millisecond // how long a replica may be silent
			replica(t, s, test.ways(nc, tasks)...)
			got, err := s.snapshot(t.Context(), s.tasks, taskSubject+">")
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Len(t, got, len(specs))
			for _, one := range specs {
				require.Contains(t, got, one.taskSubject())
			}
		})
	}
}

// A list that is cut by the end of its context is an error, and never a shorter list.
func TestListIsCut(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	require.NoError(t, Add(t.Context(), nc, Spec{Tenant: "a", API: "b"}))
	s, err := existingStreams(t.Context(), nc)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	replica(t, s, func(*nats.Msg) { cancel() })
	_, err = s.snapshot(ctx, s.tasks, taskSubject+">")
	require.ErrorIs(t, err, context.Canceled)
}

func silent(*nats.Msg) {}

// ask lets the server answer.
func ask(nc *nats.Conn) func(*nats.Msg) {
	return func(m *nats.Msg) { _ = nc.PublishRequest("$JS.API.DIRECT.GET."+taskStream, m.Reply, m.Data) }
}

// nothing says that there is nothing.
func nothing(m *nats.Msg) { _ = m.RespondMsg(&nats.Msg{Header: nats.Header{"Status": {"404"}}}) }

// give gives some messages, and says that there are more.
func give(nc *nats.Conn, tasks []*jetstream.RawStreamMsg) func(*nats.Msg) {
	return func(m *nats.Msg) {
		for _, task := range tasks {
			_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Data: task.Data, Header: nats.Header{
				"Nats-Num-Pending": {"1"}, jetstream.StreamHeader: {taskStream}, jetstream.SequenceHeader: {fmt.Sprint(task.Sequence)},
				jetstream.TimeStampHeaer: {task.Time.Format(time.RFC3339Nano)}, jetstream.SubjectHeader: {task.Subject},
			}})
		}
		_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Header: nats.Header{"Status": {"204"}, "Description": {"EOB"}}})
	}
}

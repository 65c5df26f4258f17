package fleet

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// lateReplica answers for a stream with what was there a while ago.
type lateReplica struct {
	jetstream.Stream
	last *jetstream.RawStreamMsg
}

func (l lateReplica) GetLastMsgForSubject(context.Context, string) (*jetstream.RawStreamMsg, error) {
	return l.last, nil
}

// A log that was removed is added again, although a replica still shows its task.
func TestAddDoubtsAReplica(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	spec := Spec{Tenant: "a", API: "b", Since: time.Unix(0, 0), Until: time.Unix(60, 0)}
	require.NoError(t, Add(t.Context(), nc, spec))
	s, err := NewSink(t.Context(), nc)
	require.NoError(t, err)
	last, err := s.tasks.GetLastMsgForSubject(t.Context(), spec.taskSubject())
	require.NoError(t, err)
	s.tasks = lateReplica{s.tasks, last}
	require.NoError(t, s.add(t.Context(), spec))
	all, err := List(t.Context(), nc)
	require.NoError(t, err)
	require.Len(t, all, 1, "it is there")

	require.NoError(t, Remove(t.Context(), nc, spec))
	require.NoError(t, s.add(t.Context(), spec))
	all, err = List(t.Context(), nc)
	require.NoError(t, err)
	require.Len(t, all, 1, "it is there again")
}

// refusing is a JetStream that publishes nothing.
type refusing struct {
	jetstream.JetStream
	code jetstream.ErrorCode
}

func (r refusing) PublishMsg(context.Context, *nats.Msg, ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	return nil, &jetstream.APIError{ErrorCode: r.code}
}

// heldTask is the task of a turn. It keeps what the server would be told.
type heldTask struct {
	jetstream.Msg
	told string
}

func (h *heldTask) Subject() string                  { return "auditlogs.task.follow.a" }
func (h *heldTask) Data() []byte                     { return nil }
func (h *heldTask) Headers() nats.Header             { return nil }
func (h *heldTask) Ack() error                       { h.told = "gone"; return nil }
func (h *heldTask) NakWithDelay(time.Duration) error { h.told = "later"; return nil }

// A task is given up only where another one is stored. One that is on its way may still fail.
func TestTaskIsNotGivenUpInDoubt(t *testing.T) {
	t.Parallel()
	for want, codes := range map[string][]jetstream.ErrorCode{
		"gone":  {jetstream.JSErrCodeStreamWrongLastSequence},
		"later": {jetstream.JSErrCodeStreamWrongLastSequenceConstant, jetstream.JSErrCodeBadRequest},
	} {
		for _, code := range codes {
			task := &heldTask{}
			w := &worker{Options: Options{}.withDefaults(), sink: &Sink{streams: &streams{js: refusing{code: code}}}}
			w.Warn = func(error) {}
			(&turn{worker: w, task: task, meta: &jetstream.MsgMetadata{}}).again(t.Context())
			require.Equal(t, want, task.told, code)
		}
	}
}

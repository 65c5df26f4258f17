package fleet

import (
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// rememberingAt returns the sink of a turn.
func rememberingAt(t *testing.T, nc *nats.Conn) *remembering {
	t.Helper()
	s, err := NewSink(t.Context(), nc)
	require.NoError(t, err)
	return remember(s)
}

func embeddedNode(t *testing.T) *nats.Conn {
	t.Helper()
	nc, stop, err := Embedded(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	return nc
}

// The sink of a turn is as good as any other.
func TestRemembering(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	delivertest.Run(t, func(t *testing.T) deliver.Sink { return rememberingAt(t, nc) })
}

// batchBehind returns a batch of some events behind a place.
func batchBehind(from deliver.Place, ids ...string) deliver.Batch {
	b := deliver.Batch{Source: "a/b", From: from, To: deliver.Place{Seq: from.Seq + 1, Cursor: auditlogs.Cursor("c"), Count: from.Count + uint64(len(ids))}}
	for _, id := range ids {
		b.Events = append(b.Events, auditlogs.Event{ID: id, API: "b", Raw: []byte(`{}`)})
	}
	return b
}

// A turn asks for the place once, and then commits without a question, whatever its batches hold.
func TestRememberingAsksOnce(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	s := rememberingAt(t, nc)
	at, err := s.Place(t.Context(), "a/b")
	require.NoError(t, err)
	for _, ids := range [][]string{{"1"}, nil, {"2", "3"}, nil, nil} {
		before := nc.Stats().OutMsgs
		b := batchBehind(at, ids...)
		require.NoError(t, s.Commit(t.Context(), b))
		require.Equal(t, uint64(len(ids)+1), nc.Stats().OutMsgs-before, "the messages of the batch and nothing else")
		at = b.To
	}
	got, err := s.Place(t.Context(), "a/b")
	require.NoError(t, err)
	require.True(t, got.Same(at))
}

// What a turn remembers is no proof: where another one has committed since, its own commit stores nothing.
func TestRememberingIsFenced(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	one, two := rememberingAt(t, nc), rememberingAt(t, nc)
	for _, s := range []*remembering{one, two} {
		_, err := s.Place(t.Context(), "a/b")
		require.NoError(t, err)
	}
	first := batchBehind(deliver.Place{}, "1")
	require.NoError(t, one.Commit(t.Context(), first))
	require.ErrorIs(t, two.Commit(t.Context(), batchBehind(deliver.Place{}, "other")), deliver.ErrMoved)
	_, err := two.Place(t.Context(), "a/b")
	require.NoError(t, err)
	second := batchBehind(first.To, "2")
	require.NoError(t, two.Commit(t.Context(), second))
	require.ErrorIs(t, one.Commit(t.Context(), batchBehind(first.To, "other")), deliver.ErrMoved)
	var ids []string
	for e, err := range Events(t.Context(), nc, "") {
		require.NoError(t, err)
		ids = append(ids, e.ID)
	}
	require.Equal(t, []string{"1", "2"}, ids)
}

// A place that was deleted meanwhile is noticed.
func TestRememberingOfAPlaceThatIsGone(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	s := rememberingAt(t, nc)
	first := batchBehind(deliver.Place{}, "1")
	require.NoError(t, s.Commit(t.Context(), first))
	last, err := s.lastPlace(t.Context(), "a/b")
	require.NoError(t, err)
	require.NoError(t, s.events.DeleteMsg(t.Context(), last.Sequence))
	require.ErrorIs(t, s.Commit(t.Context(), batchBehind(first.To, "2")), deliver.ErrRefused)
}

package fleet_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

func TestSink(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	delivertest.Run(t, func(t *testing.T) deliver.Sink { return newSink(t, nc) })
}

func newSink(t *testing.T, nc *nats.Conn) *fleet.Sink {
	t.Helper()
	s, err := fleet.NewSink(t.Context(), nc)
	require.NoError(t, err)
	return s
}

// Somebody who deletes the place of a source does not make it begin anew.
func TestPlaceThatWasDeleted(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	s := newSink(t, nc)
	at := commit(t, s, "a/b", deliver.Place{}, "1")
	events, err := stream(t, nc).Stream(t.Context(), "AUDITLOGS")
	require.NoError(t, err)
	last, err := events.GetLastMsgForSubject(t.Context(), "auditlogs.place.a.b")
	require.NoError(t, err)
	require.NoError(t, events.DeleteMsg(t.Context(), last.Sequence))
	_, err = s.Place(t.Context(), "a/b")
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.ErrorContains(t, err, "somebody has deleted it")
	for _, from := range []deliver.Place{{}, at} {
		b := deliver.Batch{Source: "a/b", From: from, To: deliver.Place{Seq: from.Seq + 1, Count: from.Count}}
		require.ErrorIs(t, s.Commit(t.Context(), b), deliver.ErrRefused)
	}
}

// A place that is not one is an error, and never the beginning.
func TestPlaceThatIsNone(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	s := newSink(t, nc)
	for _, text := range []string{"", "{}", "null", `{"source":"other","seq":1}`, `{"source":"a","seq":-1}`, "x"} {
		_, err := stream(t, nc).Publish(t.Context(), "auditlogs.place.a", []byte(text))
		require.NoError(t, err)
		_, err = s.Place(t.Context(), "a")
		require.ErrorIs(t, err, deliver.ErrRefused, text)
		require.ErrorIs(t, s.Commit(t.Context(), deliver.Batch{Source: "a", To: deliver.Place{Seq: 1}}), deliver.ErrRefused, text)
	}
}

// What the server's max_payload has no room for is refused before anything is sent, with what to change.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	nc, _ := serve(t, func(o *server.Options) { o.MaxPayload = 16 << 10 })
	s := newSink(t, nc)
	large := event("large")
	large.Raw = []byte(`"` + strings.Repeat("x", 20<<10) + `"`)
	for name, b := range map[string]deliver.Batch{
		"an event": {Events: []auditlogs.Event{event("small"), large}, To: deliver.Place{Seq: 1, Count: 2}},
		"a place":  {To: deliver.Place{Seq: 1, Cursor: auditlogs.Cursor(strings.Repeat("c", 16<<10))}},
		"many":     {Events: slices.Repeat([]auditlogs.Event{event(strings.Repeat("y", 500))}, 20_000), To: deliver.Place{Seq: 1, Count: 20_000}},
	} {
		b.Source = "a"
		err := s.Commit(t.Context(), b)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
		require.ErrorContains(t, err, "max_payload", name)
	}
	at, err := s.Place(t.Context(), "a")
	require.NoError(t, err)
	require.Zero(t, at)
}

// More batches at once than the server takes are tried again.
func TestManyBatchesAtOnce(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	s := newSink(t, nc)
	const sources, batches, events = 120, 5, 40
	var all sync.WaitGroup
	for i := range sources {
		name := "many/" + strings.Repeat("x", i)
		all.Go(func() {
			var pages []*auditlogs.Page[auditlogs.Event]
			for range batches {
				pages = append(pages, &auditlogs.Page[auditlogs.Event]{Items: make([]auditlogs.Event, events), Next: "more"})
			}
			pages[batches-1].Next = ""
			require.NoError(t, deliver.List(t.Context(), s, given(name, pages...), deliver.Options{})) //nolint:testifylint // it ends its goroutine
		})
	}
	all.Wait()
	n := 0
	for _, err := range fleet.Events(t.Context(), nc, "") {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, sources*batches*events, n)
}

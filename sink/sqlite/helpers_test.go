package sqlite

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// newSink opens a database in a file of its own.
func newSink(t testing.TB) *Sink {
	t.Helper()
	return openSink(t, filepath.Join(t.TempDir(), "audit.db"))
}

func openSink(t testing.TB, path string) *Sink {
	t.Helper()
	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// realEvents reads events of all APIs that need no parameters from a server.
func realEvents(t testing.TB, n int) []auditlogs.Event {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.InMemory())
	t.Cleanup(srv.Close)
	for _, api := range []auditlogtest.API{auditlogtest.Waldur, auditlogtest.Akinon, auditlogtest.ThousandEyes} {
		srv.GenerateFor(api, 1, n/3+1)
	}
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	var events []auditlogs.Event
	for _, s := range client.Sources() {
		for e, err := range auditlogs.Items(s.Pages(t.Context(), "")) {
			require.NoError(t, err)
			events = append(events, e)
		}
	}
	require.GreaterOrEqual(t, len(events), n)
	return events[:n]
}

// next returns the batch that takes a source on by some events.
func next(source string, from deliver.Place, events ...auditlogs.Event) deliver.Batch {
	to := deliver.Place{Seq: from.Seq + 1, Cursor: auditlogs.Cursor("after " + strconv.FormatUint(from.Seq, 10)), Count: from.Count + uint64(len(events))}
	return deliver.Batch{Source: source, Events: events, From: from, To: to}
}

// asStored returns events as they are after they were written as JSON and read again, where some characters of a record
// are escaped that were not.
func asStored(t *testing.T, events ...auditlogs.Event) []auditlogs.Event {
	t.Helper()
	again := make([]auditlogs.Event, len(events))
	for i := range events {
		text, err := events[i].MarshalJSON()
		require.NoError(t, err)
		require.NoError(t, again[i].UnmarshalJSON(text))
	}
	return again
}

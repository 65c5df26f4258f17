package delivertest

import (
	"context"
	"crypto/rand"
	"io"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Run tests a sink: that it stores all of a batch or nothing, and only behind the place to which the batch belongs, however
// many write at once; that places are kept when the sink is opened again; batches without events and large ones, odd names
// and odd events, contexts that end, and answers that are lost.
//
// open opens the sink for a subtest. When it is called again within one subtest, it opens the same store again; a sink that
// is an io.Closer is closed before. Subtests run one after the other, with sources of their own, so that all may share a
// store, which need not be empty. What is stored is compared if the sink is a [deliver.Reader]; otherwise only places are.
func Run(t *testing.T, open func(t *testing.T) deliver.Sink) {
	for _, c := range []struct {
		name string
		test func(*fixture)
	}{
		{"a source that was never seen", testNeverSeen},
		{"one batch behind the other", testBatches},
		{"a batch of another place", testMoved},
		{"a batch that contradicts itself", testInvalid},
		{"an answer that was lost", testLostAnswer},
		{"batches without events", testEmpty},
		{"a large batch", testLarge},
		{"odd names", testNames},
		{"odd events", testOddEvents},
		{"rivals", testRivals},
		{"several sources at once", testSources},
		{"contexts that end", testContexts},
		{"opened again", testReopen},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fixture{T: t, open: open, ctx: t.Context(), source: "delivertest " + rand.Text()}
			f.sink = open(t)
			t.Cleanup(func() { f.close() })
			c.test(f)
		})
	}
}

// fixture is a sink under test, and a source that it does not know yet.
type fixture struct {
	*testing.T
	open   func(t *testing.T) deliver.Sink
	ctx    context.Context
	sink   deliver.Sink
	source string
	place  deliver.Place
	stored []auditlogs.Event // of source
}

// close closes the sink.
func (f *fixture) close() { closeSink(f.sink) }

// batch returns the next batch of the source.
func (f *fixture) batch(events ...auditlogs.Event) deliver.Batch {
	to := deliver.Place{
		Seq: f.place.Seq + 1, Cursor: auditlogs.Cursor("cursor-" + rand.Text()), Count: f.place.Count + uint64(len(events)),
	}
	return deliver.Batch{Source: f.source, Events: events, From: f.place, To: to}
}

// commit commits a batch that must be stored.
func (f *fixture) commit(b deliver.Batch) {
	f.Helper()
	if err := f.sink.Commit(f.ctx, b); err != nil {
		f.Fatalf("batch %d behind its place: %v", b.To.Seq, err)
	}
	f.moved(b)
}

// moved notes that a batch was stored.
func (f *fixture) moved(b deliver.Batch) {
	f.place = b.To
	f.stored = append(f.stored, b.Events...)
}

// check compares the sink with what must be stored.
func (f *fixture) check() {
	f.Helper()
	at, err := f.sink.Place(f.ctx, f.source)
	if err != nil {
		f.Fatalf("Place: %v", err)
	}
	if !at.Same(f.place) {
		f.Fatalf("the place is %+v, want %+v", at, f.place)
	}
	if at.Seq > 0 && at.Updated.IsZero() {
		f.Error("the place does not say when it was updated")
	}
	reader, ok := f.sink.(deliver.Reader)
	if !ok {
		return
	}
	compare(f.T, reader.Events(f.ctx, f.source), f.stored)
}

// closeSink closes a sink, if it can be closed.
func closeSink(sink deliver.Sink) {
	if c, ok := sink.(io.Closer); ok {
		_ = c.Close()
	}
}

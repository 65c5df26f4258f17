package delivertest

import (
	"errors"
	"fmt"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

func testNeverSeen(f *fixture) { f.check() }

func testBatches(f *fixture) {
	for i := range 5 {
		f.commit(f.batch(events(fmt.Sprint(f.source, i), 1+i*7)...))
		f.check()
	}
	b := f.batch(events(f.source+"last", 2)...)
	b.To.Done, b.To.Cursor = true, ""
	f.commit(b)
	f.check()
}

// refused commits a batch that must not be stored.
func (f *fixture) refused(name string, b deliver.Batch, want error) {
	f.Helper()
	if err := f.sink.Commit(f.ctx, b); !errors.Is(err, want) {
		f.Errorf("%s: %v, want %v", name, err, want)
	}
	f.check()
}

func testMoved(f *fixture) {
	// Before the first batch, a place of another reading.
	b := f.batch(events(f.source, 3)...)
	b.From = deliver.Place{Seq: 1, Cursor: "never", Count: 3}
	b.To.Seq, b.To.Count = 2, 6
	f.refused("behind a batch that was never stored", b, deliver.ErrMoved)

	old := f.batch(events(f.source+"a", 3)...)
	f.commit(old)
	rival := f.batch(events(f.source+"b", 3)...)
	f.commit(f.batch(events(f.source+"c", 3)...))
	f.refused("the first batch again", old, deliver.ErrMoved)
	f.refused("another second batch", rival, deliver.ErrMoved)

	for name, change := range map[string]func(*deliver.Batch){
		"a batch later":  func(b *deliver.Batch) { b.From.Seq, b.To.Seq = b.From.Seq+1, b.To.Seq+1 },
		"a batch before": func(b *deliver.Batch) { b.From.Seq, b.To.Seq = b.From.Seq-1, b.To.Seq-1 },
		"another cursor": func(b *deliver.Batch) { b.From.Cursor += "x" },
		"no cursor":      func(b *deliver.Batch) { b.From.Cursor = "" },
		"another count":  func(b *deliver.Batch) { b.From.Count, b.To.Count = b.From.Count+1, b.To.Count+1 },
		"done":           func(b *deliver.Batch) { b.From.Done = true },
	} {
		b := f.batch(events(f.source+"d", 2)...)
		change(&b)
		f.refused("behind "+name, b, deliver.ErrMoved)
	}
	f.commit(f.batch(events(f.source+"e", 2)...))
	f.check()
}

func testInvalid(f *fixture) {
	f.commit(f.batch(events(f.source, 1)...))
	for name, change := range map[string]func(*deliver.Batch){
		"it goes nowhere":        func(b *deliver.Batch) { b.To.Seq = b.From.Seq },
		"it leaves a batch out":  func(b *deliver.Batch) { b.To.Seq++ },
		"it counts too few":      func(b *deliver.Batch) { b.To.Count-- },
		"its name is too long":   func(b *deliver.Batch) { b.Source = strings.Repeat("x", deliver.MaxName+1) },
		"its name has NUL":       func(b *deliver.Batch) { b.Source += "\x00" },
		"its name is not UTF-8":  func(b *deliver.Batch) { b.Source += "\xff" },
		"a first one that isn't": func(b *deliver.Batch) { b.From = deliver.Place{} },
	} {
		b := f.batch(events(f.source+"x", 2)...)
		change(&b)
		f.refused(name, b, deliver.ErrInvalidBatch)
	}
}

func testLostAnswer(f *fixture) {
	f.commit(f.batch(events(f.source, 3)...))
	b := f.batch(events(f.source+"again", 3)...)
	f.commit(b)
	f.refused("a batch whose answer was lost", b, deliver.ErrMoved)
}

func testEmpty(f *fixture) {
	for i := range 3 {
		f.commit(f.batch())
		f.commit(f.batch([]auditlogs.Event{}...))
		f.check()
		f.commit(f.batch(events(fmt.Sprint(f.source, i), 1)...))
		f.check()
	}
	b := f.batch()
	b.To.Done = true
	f.commit(b)
	f.check()
}

func testLarge(f *fixture) {
	b := f.batch(events(f.source, largeBatch)...)
	b.To.Cursor = auditlogs.Cursor(strings.Repeat("c", largeCursor))
	f.commit(b)
	f.check()
	f.commit(f.batch(events(f.source+"more", 1)...))
	f.check()
}

func testOddEvents(f *fixture) {
	odd := oddEvents()
	f.commit(f.batch(odd...))
	f.check()
	for _, e := range odd { // one that fails must not take the others along
		f.commit(f.batch(e))
	}
	f.check()
}

func testNames(f *fixture) {
	names := []string{
		"", " ", ".", "..", "a/b", "a/b/c", "a", "a/", "/a", "A", "a b", "a%2Fb", "a%b", "a=b", "a\\b", "a'b", `a"b`, "a;b", "a?b#c", "a*", "a\nb",
		"é", "e\u0301", "日本語", "\u202e", "_a", ".a", "a.", "-a", "COM1", "null", "waldur 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z",
		strings.Repeat("x", deliver.MaxName-len(f.source)), strings.Repeat("é/", (deliver.MaxName-len(f.source))/3),
	}
	all := make([]*fixture, len(names))
	for i, name := range names {
		one := *f
		one.source = name + f.source // the odd part comes first, and the source is one of its own
		if i%2 == 1 && len(name) < 100 {
			one.source = f.source + name
		}
		all[i] = &one
		one.check()
		all[i].commit(all[i].batch(events(fmt.Sprint(i), 2)...))
	}
	for i, one := range all {
		one.check()
		one.commit(one.batch(events(fmt.Sprint("again", i), 1)...))
	}
	for _, one := range all {
		one.check()
	}
}

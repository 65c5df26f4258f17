package delivertest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Numbers of rounds and writers of tests where several write at once.
const (
	rounds  = 20
	writers = 8
)

// testRivals lets several commit behind the same place at once. One stores, and all others are told.
func testRivals(f *fixture) {
	for round := range rounds {
		batches, errs := make([]deliver.Batch, writers), make([]error, writers)
		var all sync.WaitGroup
		for i := range batches {
			batches[i] = f.batch(events(fmt.Sprint(f.source, round, "-", i), 1+i)...)
			all.Go(func() { errs[i] = f.persistently(batches[i]) })
		}
		all.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner >= 0:
				f.Fatal("two batches were stored behind one place")
			case err == nil:
				winner = i
			case !errors.Is(err, deliver.ErrMoved):
				f.Fatalf("a rival: %v, want %v", err, deliver.ErrMoved)
			}
		}
		if winner < 0 {
			f.Fatal("no batch was stored")
		}
		f.moved(batches[winner])
		f.check()
	}
}

// persistently commits, and tries again what failed for a passing reason, such as a store that is busy.
func (f *fixture) persistently(b deliver.Batch) (err error) {
	for range 100 {
		err = f.sink.Commit(f.ctx, b)
		if err == nil || errors.Is(err, deliver.ErrMoved) || errors.Is(err, deliver.ErrRefused) || errors.Is(err, deliver.ErrInvalidBatch) {
			return err
		}
		at, failure := f.sink.Place(f.ctx, b.Source)
		if failure == nil && at.Same(b.To) {
			return nil
		}
	}
	return err
}

// testSources commits to several sources at once. Nothing of one gets into another, and none keeps another from storing.
func testSources(f *fixture) {
	sources := make([]*fixture, writers)
	var all sync.WaitGroup
	for i := range sources {
		one := *f
		one.source = fmt.Sprint(f.source, "-", i)
		sources[i] = &one
		all.Go(func() {
			for round := range rounds {
				b := one.batch(events(fmt.Sprint(one.source, "-", round), 3)...)
				if err := one.persistently(b); err != nil {
					one.Errorf("source %d, batch %d: %v", i, round, err)
					return
				}
				one.moved(b)
			}
		})
	}
	all.Wait()
	for _, one := range sources {
		one.check()
	}
}

// testContexts commits with contexts that have ended, or end meanwhile. A batch is stored whole or not at all, and the sink
// goes on to work.
func testContexts(f *fixture) {
	ended, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.sink.Place(ended, f.source); err != nil && !errors.Is(err, context.Canceled) {
		f.Errorf("Place: %v", err)
	}
	var givenUp []deliver.Batch
	for round := range 2 * rounds {
		ctx, cancel := context.WithCancel(f.ctx)
		if round%4 == 0 {
			cancel()
		}
		b := f.batch(events(fmt.Sprint(f.source, round), 100)...)
		begun := make(chan struct{})
		var canceler sync.WaitGroup
		canceler.Go(func() {
			<-begun
			for range round * 200 { // a different moment each time
				select {
				case <-f.ctx.Done():
				default:
				}
			}
			cancel()
		})
		close(begun)
		err := f.sink.Commit(ctx, b)
		canceler.Wait()
		at, failure := f.sink.Place(f.ctx, f.source)
		switch {
		case failure != nil:
			f.Fatalf("Place after a context that ended: %v", failure)
		case at.Same(b.To):
			f.moved(b)
			givenUp = nil
		case err == nil:
			f.Fatal("a commit that succeeded was not stored")
		default:
			givenUp = append(givenUp, b)
		}
		if round%10 == 9 {
			f.overtake(givenUp)
			givenUp = nil
			f.check()
		}
	}
	f.overtake(givenUp)
	f.check()
}

// overtake commits a batch behind which none of those that were given up can be stored any more. One of them may have been, since the
// place was asked for: whoever gives a request up does not take it back.
func (f *fixture) overtake(givenUp []deliver.Batch) {
	f.Helper()
	for {
		b := f.batch(events(f.source+"after"+rand.Text(), 1)...)
		err := f.sink.Commit(f.ctx, b)
		if err == nil {
			f.moved(b)
			return
		}
		at, failure := f.sink.Place(f.ctx, f.source)
		late := slices.IndexFunc(givenUp, func(g deliver.Batch) bool { return g.From.Same(f.place) && at.Same(g.To) })
		if !errors.Is(err, deliver.ErrMoved) || failure != nil || late < 0 {
			f.Fatalf("a batch behind those that were given up: %v, at %+v, %v", err, at, failure)
		}
		f.moved(givenUp[late])
	}
}

// testReopen opens the store again: what was committed is there, and goes on.
func testReopen(f *fixture) {
	b := f.batch(events(f.source, 10)...)
	f.commit(b)
	for i := range 3 {
		f.close()
		f.sink = f.open(f.T)
		at, err := f.sink.Place(f.ctx, f.source)
		if err == nil && at.Same(deliver.Place{}) {
			f.Fatal("the source is not known any more: either the sink forgets its places, or open does not open the same store when it is called again within a test")
		}
		f.check()
		f.refused("the first batch again", b, deliver.ErrMoved)
		f.commit(f.batch(events(fmt.Sprint(f.source, i), 2)...))
		f.check()
	}
}

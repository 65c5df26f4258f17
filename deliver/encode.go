package deliver

import (
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// JSON returns events as [auditlogs.Event.MarshalJSON] writes them, for sinks that store that text. To write it is much of the
// work of many commits, so all processors do it. The error of an event that cannot be written, such as one of the year 10000,
// is ErrRefused.
func JSON(events []auditlogs.Event) ([][]byte, error) {
	texts := make([][]byte, 0, len(events))
	for text, err := range Texts(events) {
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// Texts is [JSON] for a sink that stores one event after the other: it gives the first texts while others are still being
// written. An error is the last.
func Texts(events []auditlogs.Event) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		w := newWriting(events)
		defer w.stop()
		for i := range w.chunks {
			c := &w.chunks[i]
			if err := <-c.written; err != nil {
				yield(nil, err)
				return
			}
			for _, text := range c.texts {
				if !yield(text, nil) {
					return
				}
			}
		}
	}
}

// writing writes events in chunks, on as many processors as there are.
type writing struct {
	chunks  []chunk
	next    atomic.Int64 // the chunk that nobody has begun
	stopped atomic.Bool
	all     sync.WaitGroup
}

// chunk is a run of events that is worth a turn of its own.
type chunk struct {
	first   int
	events  []auditlogs.Event
	texts   [][]byte
	written chan error // gets one value
}

func newWriting(events []auditlogs.Event) *writing {
	const size = 32
	w := &writing{chunks: make([]chunk, 0, len(events)/size+1)}
	for first := 0; first < len(events); first += size {
		run := events[first:min(first+size, len(events))]
		w.chunks = append(w.chunks, chunk{first, run, make([][]byte, len(run)), make(chan error, 1)})
	}
	for range min(runtime.GOMAXPROCS(0), len(w.chunks)) {
		w.all.Go(w.write)
	}
	return w
}

// write writes chunk after chunk that nobody has begun.
func (w *writing) write() {
	for !w.stopped.Load() {
		i := int(w.next.Add(1)) - 1
		if i >= len(w.chunks) {
			return
		}
		w.chunks[i].written <- w.chunks[i].write()
	}
}

func (c *chunk) write() (err error) {
	for i := range c.events {
		if c.texts[i], err = c.events[i].MarshalJSON(); err != nil {
			return fmt.Errorf("%w: event %d of the batch cannot be written as JSON: %w", ErrRefused, c.first+i, err)
		}
	}
	return nil
}

// stop waits until nobody writes any more.
func (w *writing) stop() {
	w.stopped.Store(true)
	w.all.Wait()
}

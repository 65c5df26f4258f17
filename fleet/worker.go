package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet/internal/knobs"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Run is a worker: it reads the logs of the fleet, together with all other workers, until ctx ends, whose error it then
// returns. It is right to start more than are needed, and to kill one at any time: within a minute, and usually half of that, the others read what it was
// reading, behind the last commit.
//
// It returns other errors only before it begins, or when nc is closed, by somebody or because it has given up to reconnect: connect with
// [nats.MaxReconnects](-1), so that it never does. Bad input is an [*auditlogs.FilterError], and ErrServer, ErrStreams, ErrReplicas
// and ErrNotSynced say why the servers cannot keep the promise. What fails later is tried again: Options.Turned and
// Options.Warn tell of it, and so does [List].
//
// A turn of a log that has nothing new costs the requests of one poll to its API, and three or four small ones to NATS. A log that
// waits for its turn costs a worker nothing. Safe for concurrent use.
func Run(ctx context.Context, nc *nats.Conn, o Options, open Opener) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := checkConn("Run", nc); err != nil {
		return err
	}
	if open == nil {
		return refuse("Run", "open", "is nil")
	}
	w := &worker{Options: o.withDefaults(), open: open}
	if err := w.start(ctx, nc); err != nil {
		return fail("Run", err)
	}
	return w.run(ctx)
}

// run works in all slots, until ctx ends or the connection is closed for good.
func (w *worker) run(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	closed := w.sink.nc.StatusChanged(nats.CLOSED)
	defer w.sink.nc.RemoveStatusListener(closed)
	w.Ready()
	var slots sync.WaitGroup
	slots.Go(func() {
		select {
		case <-closed:
			cancel(fail("Run", nats.ErrConnectionClosed))
		case <-ctx.Done():
		}
	})
	for _, q := range w.queues {
		for range q.slots {
			slots.Go(func() { w.slot(ctx, q) })
		}
	}
	slots.Wait()
	if err := parent.Err(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// worker is one Run.
type worker struct {
	Options
	open   Opener
	sink   *Sink
	queues []*queue
}

// queue is one of the two kinds of tasks, as a worker sees it.
type queue struct {
	kind     string
	slots    int
	consumer jetstream.Consumer
	fair     *fairness
	load     load
}

// beat is how often a worker gives a sign of life of a task.
func beat() time.Duration { return knobs.AckWait / 3 }

// fetchWait is how long a slot waits for a task before it asks anew. Until then, a worker that is frozen may be given tasks.
const fetchWait = 10 * time.Second

// start opens everything, and makes sure that it keeps the promise. A server that does not answer is asked again.
func (w *worker) start(ctx context.Context, nc *nats.Conn) error {
	for began := time.Now(); ; {
		err := w.tryStart(ctx, nc)
		if err == nil || permanent(err) && (!isStarting(err) || time.Since(began) > serverPatience) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.Warn(fail("Run", err))
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// serverPatience is how long a server may take to start JetStream.
const serverPatience = 10 * time.Second

// isStarting reports whether a server may only not have started JetStream yet.
func isStarting(err error) bool {
	return errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, nats.ErrNoResponders)
}

// permanent reports whether to ask again is of no use.
func permanent(err error) bool {
	for _, one := range []error{ErrServer, ErrStreams, ErrReplicas, ErrNotSynced, nats.ErrConnectionClosed} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

func (w *worker) tryStart(ctx context.Context, nc *nats.Conn) (err error) {
	s, err := openStreams(ctx, nc)
	if err != nil {
		return err
	}
	if err := s.replicas(w.wantReplicas(nc)); err != nil {
		return err
	}
	if err := w.checkSync(ctx, s); err != nil {
		return err
	}
	w.sink = &Sink{streams: s, unfenced: knobs.Unfenced}
	w.queues = nil
	for _, q := range []*queue{
		{kind: kindFollow, slots: w.Parallel, fair: newFairness(w.Parallel, w.PerTenant, w.Parallel/4)},
		{kind: kindWindow, slots: w.Windows, fair: newFairness(w.Windows, w.PerTenant, w.Windows-1)},
	} {
		if q.slots < 0 {
			continue
		}
		q.load.interval = w.Follow.Interval
		if q.consumer, err = s.consumer(ctx, q.kind); err != nil {
			return err
		}
		w.queues = append(w.queues, q)
	}
	return nil
}

func (w *worker) wantReplicas(nc *nats.Conn) int {
	if w.Replicas > 0 {
		return w.Replicas
	}
	return Streams{}.configs(nc)[0].Replicas
}

// consumer returns the consumer of a kind of tasks, which all workers share. A task that waits counts as unacknowledged, so
// that there is no limit of these.
func (s *streams) consumer(ctx context.Context, kind string) (jetstream.Consumer, error) {
	c, err := s.tasks.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: kind, Description: "the workers of a fleet", FilterSubject: taskSubject + kind + ".>",
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: knobs.AckWait, MaxAckPending: -1, MaxDeliver: -1, MaxWaiting: 100_000,
	})
	if err != nil {
		return nil, fmt.Errorf("consumer %s: %w", kind, err)
	}
	return c, nil
}

// slot takes task after task.
func (w *worker) slot(ctx context.Context, q *queue) {
	for ctx.Err() == nil {
		m, err := w.take(ctx, q)
		if err != nil {
			w.Warn(fail("Run", err))
			_ = pause(ctx, time.Second)
			continue
		}
		if m != nil {
			w.work(ctx, q, m)
		}
	}
}

// take waits for a task. It returns nil if there is none for now.
func (w *worker) take(ctx context.Context, q *queue) (jetstream.Msg, error) {
	wait, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	m, err := q.consumer.Next(jetstream.FetchContext(wait))
	switch {
	case err == nil:
		return m, nil
	case ctx.Err() != nil || errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, jetstream.ErrNoMessages):
		return nil, nil //nolint:nilnil // no task, which is no error
	case errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, nats.ErrNoResponders):
		// Somebody has deleted the consumer, or the server has no leader for it at the moment.
		if _, again := w.sink.consumer(ctx, q.kind); again != nil {
			return nil, again
		}
		return nil, err
	}
	return nil, err
}

// work gives a task its turn, and puts it back into the queue.
func (w *worker) work(ctx context.Context, q *queue, m jetstream.Msg) {
	meta, err := m.Metadata()
	if err != nil {
		w.Warn(fail("Run", err))
		return
	}
	q.load.seen(meta)
	var spec Spec
	if err := json.Unmarshal(m.Data(), &spec); err != nil {
		w.Warn(fail("Run", fmt.Errorf("task %d cannot be read: %w", meta.Sequence.Stream, err)))
		w.settle(m.NakWithDelay(w.MaxPause))
		return
	}
	state, err := w.sink.state(ctx, spec.Source())
	if err != nil && ctx.Err() == nil {
		w.Warn(fail("Run", err)) // the turn does without
	}
	ticket, park, ok := q.fair.enter(spec.Tenant, state.Failures > 1)
	if !ok {
		w.settle(m.NakWithDelay(park))
		return
	}
	defer ticket.leave()
	t := &turn{worker: w, queue: q, task: m, meta: meta, spec: spec, state: state}
	t.run(ctx)
}

// settle reports what is wrong with telling the server about a task. It gives the task to somebody in time anyway.
func (w *worker) settle(err error) {
	if err != nil {
		w.Warn(fail("Run", err))
	}
}

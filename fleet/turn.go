package fleet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go/jetstream"
)

// turn is the reading of one log, until it has caught up, or others have waited long enough.
type turn struct {
	*worker
	queue *queue
	task  jetstream.Msg
	meta  *jetstream.MsgMetadata
	spec  Spec
	state turnState // of the turn before

	began  time.Time
	result Turn
	stuck  atomic.Bool // the turn was told to end because nothing could be committed
}

// Causes of the end of a turn.
var (
	errOver  = errors.New("others have their turn")
	errStuck = errors.New("nothing could be committed for a long time, so that others have their turn")
)

// handOver is how long the task of a worker that ends waits for another one. Until then, the server has heard that nobody waits for
// tasks here any more, and gives it to nobody who would not take it.
const handOver = 200 * time.Millisecond

// maxLongest bounds how long a turn may commit nothing.
const maxLongest = 10 * time.Minute

// longestAsked bounds the pause that an API may ask for.
const longestAsked = 24 * time.Hour

// sinkPatience is how long a turn waits for the servers of NATS.
const sinkPatience = 20 * time.Second

func (t *turn) run(ctx context.Context) {
	t.began = time.Now()
	t.result.Spec = t.spec
	stop := t.beat(ctx)
	err := t.read(ctx)
	stop()
	t.result.Took = time.Since(t.began)
	t.end(ctx, err)
	t.Turned(t.result)
}

// beat tells the server that the task is worked on, until it is stopped.
func (t *turn) beat(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() {
		// A source that does not end when it is told to leaves its log to another worker.
		for pause(ctx, beat()) == nil && !t.stuck.Load() {
			t.settle(t.task.InProgress())
			now := t.state
			now.Source, now.Owner, now.Reading, now.Turn = t.spec.Source(), t.Worker, true, time.Now().UTC()
			t.write(ctx, now)
		}
	})
	return func() {
		cancel()
		beating.Wait()
	}
}

// read delivers what there is.
func (t *turn) read(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stuck := time.AfterFunc(t.longest(), func() {
		t.stuck.Store(true)
		cancel(errStuck)
	})
	defer stuck.Stop()

	source, err := t.open(ctx, t.spec)
	if err != nil {
		return err
	}
	if source == nil {
		return errors.New("the Opener returned no source")
	}
	source = auditlogs.Named(t.spec.Source(), source)
	sink, caught := remember(t.sink), &caughtUp{Source: source}
	o := deliver.Options{Follow: t.Follow, Patience: sinkPatience, MaxWait: 2 * time.Second, Quiet: max(t.Quiet, 0)}
	o.Follow.Patience = time.Nanosecond // one more try: the queue has all the patience
	o.Progress = func(p deliver.Progress) {
		stuck.Reset(t.longest())
		t.result.Commits++
		t.result.Events += p.Events
		caught.up.Store(p.CaughtUp)
		if !p.CaughtUp && !p.Place.Done && time.Since(t.began) >= t.Turn {
			cancel(errOver)
		}
	}
	if t.spec.finished() {
		err = deliver.List(ctx, sink, within(source, t.spec), o)
		t.result.Done = err == nil
	} else {
		err = deliver.CatchUp(ctx, sink, o, caught)
		t.result.CaughtUp = caught.up.Load() && sink.storedAll()
	}
	if cause := context.Cause(ctx); err != nil && (errors.Is(cause, errOver) || errors.Is(cause, errStuck)) {
		return cause
	}
	return err
}

// longest is how long a turn may commit nothing. What failed gets longer, since it may only be slow.
func (t *turn) longest() time.Duration {
	return min(2*t.Turn<<min(t.state.Failures, 10), max(maxLongest, 2*t.Turn))
}

// end says how the turn went, and gives the task back.
func (t *turn) end(ctx context.Context, err error) {
	next := turnState{Source: t.spec.Source(), Owner: t.Worker, CaughtUp: t.state.CaughtUp}
	if t.result.CaughtUp {
		next.CaughtUp = t.began.UTC()
	}
	switch {
	case err != nil && ctx.Err() != nil: // the worker ends, and says nothing about the log
		t.settle(t.task.NakWithDelay(handOver))
		return
	case t.result.Done:
		t.done(ctx)
		return
	case errors.Is(err, errOver):
		t.again(ctx)
	case errors.Is(err, deliver.ErrMoved):
		t.result.Moved = true
		next.Failures, next.Error = t.state.Failures, t.state.Error
		t.later(t.Follow.Interval)
	case err != nil && t.result.CaughtUp: // one of several logs of the source failed
		next.Error, t.result.Err = brief(err), err
		t.later(t.queue.load.stretched(t.Follow.Interval))
	case err != nil:
		next.Error, next.Failures, t.result.Err = brief(err), t.state.Failures+1, err
		t.later(t.backoff(next.Failures, err))
	default:
		t.later(t.queue.load.stretched(t.Follow.Interval))
	}
	next.Turn = time.Now().UTC()
	t.write(ctx, next)
}

// brief returns what a state says of an error: not more than fits into a list.
func brief(err error) string {
	const most = 1000
	text := err.Error()
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// done takes the task of a finished range out of the queue. If that fails, the next turn finds the range read.
func (t *turn) done(ctx context.Context) {
	if err := t.task.DoubleAck(ctx); err != nil {
		t.settle(err)
		return
	}
	if err := t.sink.states.Purge(ctx, jetstream.WithPurgeSubject(subject(stateSubject, t.spec.Source()))); err != nil {
		t.settle(err)
	}
}

// again puts the task at the end of the queue, unless it was removed or replaced meanwhile.
func (t *turn) again(ctx context.Context) {
	last := task{seq: t.meta.Sequence.Stream, added: addedAt(t.task.Headers(), t.meta.Timestamp)}
	err := t.sink.put(ctx, t.task.Subject(), t.task.Data(), last)
	if err == nil || isReplaced(err) {
		t.settle(t.task.Ack()) // the message is gone
		return
	}
	if !isConflict(err) { // one that is on its way may still fail, and the task must not be gone then
		t.settle(err)
	}
	t.later(t.Follow.Interval)
}

// later lets the task wait for a while, more or less: so turns spread.
func (t *turn) later(pause time.Duration) {
	pause += rand.N(pause/10 + 1) //nolint:gosec // jitter is no secret
	t.result.Pause = pause
	t.settle(t.task.NakWithDelay(pause))
}

// backoff returns the pause after failures.
func (t *turn) backoff(failures int, err error) time.Duration {
	wait := t.Follow.Interval
	for range failures - 1 {
		if wait *= 2; wait >= t.MaxPause {
			break
		}
	}
	wait = min(wait, max(t.MaxPause, t.Follow.Interval))
	var refusal *auditlogs.APIError
	if errors.As(err, &refusal) {
		wait = max(wait, min(refusal.RetryAfter, longestAsked))
	}
	return wait
}

// write writes a state. What cannot be written is not missed by anything but List.
func (t *turn) write(ctx context.Context, s turnState) {
	if err := t.sink.writeState(ctx, s); err != nil && ctx.Err() == nil {
		t.Warn(fail("Run", fmt.Errorf("state of %s: %w", s.Source, err)))
	}
}

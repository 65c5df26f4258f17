package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

// atOnce is how many specs Add and Remove work on at once.
const atOnce = 32

// sinceSuffix names the place that remembers where a followed log begins.
const sinceSuffix = " since"

// ErrSince means that a log that is followed already would begin somewhere else.
var ErrSince = errors.New("the log has been followed from another time on; give it another Name")

// Add gives the fleet logs to read. The workers begin at once. A spec that is there already is left alone; one of the same
// tenant, API, name and range that says something else replaces it. What was read stays read: a log that was removed and is
// added again goes on where it was.
//
// Bad input is an [*auditlogs.FilterError] before anything is sent. An error in between leaves some specs added; to add all
// again is harmless. It costs three to five requests a spec. Safe for concurrent use, also by several processes.
func Add(ctx context.Context, nc *nats.Conn, specs ...Spec) error {
	if err := checkSpecs("Add", nc, specs); err != nil {
		return err
	}
	sink, err := NewSink(ctx, nc)
	if err != nil {
		return fail("Add", err)
	}
	return each(ctx, "Add", specs, sink.add)
}

// Remove takes logs out of the fleet. A worker that is reading one ends with its turn. Events and places
// stay. A spec is recognised by its tenant, API, name and range; one that is not there is no error. It costs about
// four requests a spec. Safe for concurrent use.
func Remove(ctx context.Context, nc *nats.Conn, specs ...Spec) error {
	if err := checkSpecs("Remove", nc, specs); err != nil {
		return err
	}
	s, err := existingStreams(ctx, nc)
	if err != nil {
		return fail("Remove", err)
	}
	return each(ctx, "Remove", specs, s.remove)
}

func checkSpecs(op string, nc *nats.Conn, specs []Spec) error {
	if err := checkConn(op, nc); err != nil {
		return err
	}
	names := make(map[string]bool, len(specs))
	for _, s := range specs {
		if err := s.check(op); err != nil {
			return err
		}
		if name := s.Source(); names[name] {
			return refuse(op, "specs", fmt.Sprintf("has two of %q", name))
		} else {
			names[name] = true
		}
	}
	return nil
}

func each(ctx context.Context, op string, specs []Spec, do func(context.Context, Spec) error) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for _, s := range specs {
		all.Go(func() error {
			if err := do(ctx, s); err != nil {
				return fail(op, fmt.Errorf("%s: %w", s.Source(), err))
			}
			return nil
		})
	}
	return all.Wait()
}

// add puts the task of a spec into the queue, unless it is there.
func (s *Sink) add(ctx context.Context, spec Spec) error {
	if !spec.finished() {
		since, err := s.since(ctx, spec)
		if err != nil {
			return err
		}
		spec.Since = since
	}
	text, err := spec.text()
	if err != nil {
		return err
	}
	for tries := 1; ; tries++ {
		last, err := s.task(ctx, spec)
		if err != nil {
			return err
		}
		if last.spec.same(spec) {
			there, err := s.isThere(ctx, spec)
			if err != nil || there {
				return err
			}
			last = task{}
		}
		if err = s.put(ctx, spec.taskSubject(), text, last); !isConflict(err) || tries == conflictTries {
			return err
		}
		if err := pause(ctx, conflictPause); err != nil { // a worker, or another Add, was faster
			return err
		}
	}
}

// since returns where a followed log begins: what was said, or done, when it was added for the first time. Its cursor would not
// fit any other beginning.
func (s *Sink) since(ctx context.Context, spec Spec) (time.Time, error) {
	wanted := spec.Since
	if wanted.IsZero() {
		wanted = time.Now().Truncate(time.Second)
	}
	text, err := deliver.Remember(ctx, s, spec.Source()+sinceSuffix, wanted.UTC().Format(time.RFC3339Nano))
	if err != nil {
		return time.Time{}, err
	}
	since, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, err
	}
	if !spec.Since.IsZero() && !since.Equal(spec.Since) {
		return time.Time{}, fmt.Errorf("%w: it is %s", ErrSince, text)
	}
	return since, nil
}

// isThere asks the leader whether a spec has a task. A replica may show one that was just removed.
func (s *streams) isThere(ctx context.Context, spec Spec) (bool, error) {
	info, err := s.tasks.Info(ctx, jetstream.WithSubjectFilter(spec.taskSubject()))
	if err != nil {
		return false, err
	}
	return info.State.Subjects[spec.taskSubject()] > 0, nil
}

// task is a message of the queue.
type task struct {
	spec  Spec
	seq   uint64    // 0 if there is none
	added time.Time // when its spec was added first
}

// addedHeader says when a spec was added, since its task may be a message of later.
const addedHeader = "Auditlogs-Added"

// addedAt returns when the spec of a message was added.
func addedAt(h nats.Header, message time.Time) time.Time {
	if at, err := time.Parse(time.RFC3339Nano, h.Get(addedHeader)); err == nil {
		return at
	}
	return message
}

// task returns the task of a spec that is in the queue.
func (s *streams) task(ctx context.Context, spec Spec) (task, error) {
	m, err := s.tasks.GetLastMsgForSubject(ctx, spec.taskSubject())
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return task{}, nil
	}
	if err != nil {
		return task{}, err
	}
	t := task{seq: m.Sequence, added: addedAt(m.Header, m.Time)}
	if err := json.Unmarshal(m.Data, &t.spec); err != nil {
		t.spec = Spec{} // to be replaced
	}
	return t, nil
}

// put stores a task in place of the last one of its subject, if that is the one that is given.
func (s *streams) put(ctx context.Context, subject string, text []byte, last task) error {
	m := nats.NewMsg(subject)
	m.Data = text
	if last.added.IsZero() {
		last.added = time.Now()
	}
	m.Header.Set(addedHeader, last.added.UTC().Format(time.RFC3339Nano))
	_, err := s.js.PublishMsg(ctx, m, jetstream.WithExpectStream(taskStream), jetstream.WithExpectLastSequencePerSubject(last.seq))
	return err
}

// remove deletes the task of a spec. It deletes a message, and does not purge the subject: on a purge, the server (NATS 2.15.2)
// forgets which tasks of the whole queue are due, until it gives them out as those of dead workers.
func (s *streams) remove(ctx context.Context, spec Spec) error {
	for tries := 1; ; tries++ {
		t, err := s.task(ctx, spec)
		if err == nil && t.seq > 0 {
			err = s.tasks.DeleteMsg(ctx, t.seq)
		}
		if err != nil && !errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) { // a worker has put it back meanwhile
			return err
		}
		there, err := s.isThere(ctx, spec)
		if err != nil {
			return err
		}
		if !there {
			return s.states.Purge(ctx, jetstream.WithPurgeSubject(subject(stateSubject, spec.Source())))
		}
		if tries == conflictTries {
			return errors.New("workers put its task back faster than it can be removed")
		}
		if err := pause(ctx, conflictPause); err != nil {
			return err
		}
	}
}

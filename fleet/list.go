package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go"
)

// State is a log of the fleet, and how it is doing.
type State struct {
	Spec  Spec
	Place deliver.Place // what was committed
	// CaughtUp is when everything that was visible had been committed, the last time; zero if that was never so.
	CaughtUp time.Time
	// Lag is how long that is ago; since it was added where it was never so. It is 0 for a finished range.
	Lag      time.Duration
	Owner    string    // the worker that reads it, or has read it last; "" if none has
	Reading  bool      // a turn was going on at the time of Turn
	Turn     time.Time // when a worker last said how it is doing; zero if none has
	Error    string    // what ended the last turn; "" if nothing did
	Failures int       // turns that failed in a row
}

// List returns the logs of the fleet, in the order of their names. Ranges that were read to their end are gone from it; their
// places are what [Sink.Place] tells. It is whole, or an error: it reads all tasks, states and places once, and asks the leaders of
// the streams whether that was all. Where nothing was ever added, it is ErrNoFleet. Safe for concurrent use.
func List(ctx context.Context, nc *nats.Conn) ([]State, error) {
	if err := checkConn("List", nc); err != nil {
		return nil, err
	}
	s, err := existingStreams(ctx, nc)
	if err != nil {
		return nil, fail("List", err)
	}
	all, err := s.list(ctx)
	return all, fail("List", err)
}

func (s *streams) list(ctx context.Context) ([]State, error) {
	states, err := s.snapshot(ctx, s.states, stateSubject+">")
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	tasks, err := s.snapshot(ctx, s.tasks, taskSubject+">")
	if err != nil {
		return nil, err
	}
	all := make([]State, 0, len(tasks))
	for _, m := range tasks {
		one := State{}
		if err := json.Unmarshal(m.Data, &one.Spec); err != nil {
			one.Error = "the task cannot be read: " + err.Error()
		}
		name := one.Spec.Source()
		var t turnState
		if m := states[subject(stateSubject, name)]; m != nil {
			t = readState(m.Data)
		}
		one.describe(t, now, addedAt(m.Header, m.Time))
		var there bool
		if one.Place, there = places[name]; !there { // not there yet, or replaced while places were read
			if one.Place, _, err = s.place(ctx, name); err != nil && !errors.Is(err, deliver.ErrRefused) {
				return nil, err
			}
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b State) int { return strings.Compare(a.Spec.Source(), b.Spec.Source()) })
	return all, nil
}

// describe adds how the last turn went.
func (one *State) describe(t turnState, now, added time.Time) {
	one.CaughtUp, one.Owner, one.Reading, one.Turn, one.Failures = t.CaughtUp, t.Owner, t.Reading, t.Turn, t.Failures
	if one.Error == "" {
		one.Error = t.Error
	}
	if one.Spec.finished() {
		return
	}
	since := one.CaughtUp
	if since.IsZero() {
		since = added
	}
	one.Lag = max(0, now.Sub(since))
}

// places returns the places of all sources that nothing was committed of while they were read.
func (s *streams) places(ctx context.Context) (map[string]deliver.Place, error) {
	all := map[string]deliver.Place{}
	for m, err := range s.scan(ctx, placeSubject+">", 1) {
		if err != nil {
			return nil, err
		}
		var p placeMessage
		if json.Unmarshal(m.Data(), &p) != nil || p.Source == "" {
			continue
		}
		meta, err := m.Metadata()
		if err != nil {
			return nil, err
		}
		all[p.Source] = p.place(meta.Timestamp)
	}
	return all, nil
}

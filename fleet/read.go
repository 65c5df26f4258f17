package fleet

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/nats-io/nats.go/jetstream"
)

// readWait is how long a message may take that must be there, at first and at most. Then the server is asked again what there is.
const (
	readWait    = 250 * time.Millisecond
	maxReadWait = 10 * time.Second
)

// stored is a message with events.
type stored struct {
	seq    uint64
	at     time.Time
	events []auditlogs.Event
}

// Events reads what was committed of a source, in the order of the commits and without what is committed while it reads, as
// [deliver.Reader] says. What has expired is not among it. It asks for the last event, and then streams.
func (s *Sink) Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for m, err := range s.read(ctx, subject(eventSubject, source), 1) {
			if err != nil {
				yield(auditlogs.Event{}, fail("Events", err))
				return
			}
			for _, e := range m.events {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// read streams the messages with events below a subject, as scan does.
func (s *streams) read(ctx context.Context, filter string, from uint64) iter.Seq2[*stored, error] {
	return func(yield func(*stored, error) bool) {
		for m, err := range s.scan(ctx, filter, from) {
			var one *stored
			if err == nil {
				one, err = readMessage(m)
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// scan streams the messages of the stream of events below a subject, from a sequence on up to the last one that is there at the
// beginning. An error is the last.
func (s *streams) scan(ctx context.Context, filter string, from uint64) iter.Seq2[jetstream.Msg, error] {
	return func(yield func(jetstream.Msg, error) bool) {
		end, err := s.last(ctx, filter)
		if err != nil {
			yield(nil, err)
			return
		}
		if end < from {
			return
		}
		messages, err := s.from(ctx, filter, from)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { messages.end(ctx) }()
		for patience := readWait; from <= end; {
			m, seq, err := s.next(ctx, messages, patience, filter, from, end)
			if errors.Is(err, errSilent) {
				patience = min(2*patience, maxReadWait)
				var again *reading
				if again, err = s.from(ctx, filter, from); err == nil {
					messages.end(ctx)
					messages = again
					continue
				}
			}
			if m == nil && err == nil {
				return
			}
			if !yield(m, err) || err != nil {
				return
			}
			from = seq + 1
		}
	}
}

// last returns the sequence of the last message below a subject; 0 if there is none.
func (s *streams) last(ctx context.Context, filter string) (uint64, error) {
	m, err := s.events.GetLastMsgForSubject(ctx, filter)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return m.Sequence, nil
}

// reading is a consumer of the stream of events, and what it gives.
type reading struct {
	jetstream.MessagesContext
	consumer jetstream.Consumer
	events   jetstream.Stream
}

// forgotten is after how long the server removes the consumer of a process that is gone. The servers have room for a thousand or so.
const forgotten = 30 * time.Second

// from begins to stream messages below a subject.
func (s *streams) from(ctx context.Context, filter string, from uint64) (*reading, error) {
	consumer, err := s.js.OrderedConsumer(ctx, eventStream, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{filter}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(from, 1),
		InactiveThreshold: forgotten,
	})
	if err != nil {
		return nil, err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return nil, err
	}
	return &reading{messages, consumer, s.events}, nil
}

// end ends the reading and removes the consumer, which Stop leaves to the server. If that fails, the server does it in time.
func (r *reading) end(ctx context.Context) {
	r.Stop()
	info := r.consumer.CachedInfo()
	if info == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = r.events.DeleteConsumer(ctx, info.Name)
}

// errSilent means that a consumer is given nothing, though there is something: on a cluster, one on a server that has lost its
// memory, or lags behind, may wait for ever.
var errSilent = errors.New("the server gives no messages")

// next returns the next message and its sequence; errSilent if the server does not give it, and nil if there is none up to the end,
// such as when the last ones expired meanwhile.
func (s *streams) next(ctx context.Context, messages jetstream.MessagesContext, patience time.Duration, filter string, from, end uint64) (jetstream.Msg, uint64, error) {
	m, err := wait(ctx, patience, messages)
	if err == nil {
		meta, err := m.Metadata()
		if err != nil || meta.Sequence.Stream > end {
			return nil, 0, err
		}
		return m, meta.Sequence.Stream, nil
	}
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return nil, 0, cmp.Or(ctx.Err(), err)
	}
	there, err := s.events.GetMsg(ctx, from, jetstream.WithGetMsgSubject(filter))
	if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && there.Sequence > end {
		return nil, 0, nil
	}
	return nil, 0, cmp.Or(err, errSilent)
}

// wait returns the next message of a consumer.
func wait(ctx context.Context, patience time.Duration, messages jetstream.MessagesContext) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return messages.Next(jetstream.NextContext(ctx))
}

// readMessage reads the events of a message.
func readMessage(m jetstream.Msg) (*stored, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	s := &stored{seq: meta.Sequence.Stream, at: meta.Timestamp}
	for line := range bytes.SplitSeq(m.Data(), []byte("\n")) {
		var e auditlogs.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("message %d of stream %s: %w", s.seq, eventStream, err)
		}
		s.events = append(s.events, e)
	}
	return s, nil
}

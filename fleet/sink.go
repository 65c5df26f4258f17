package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Sink keeps events in the stream of a fleet: it is where the workers commit to, and may be used by itself as any sink of
// package deliver. It is a [deliver.Sink] and a [deliver.Reader], and safe for concurrent use by any number of goroutines and
// processes.
//
// Errors are deliver.ErrMoved, deliver.ErrRefused or deliver.ErrInvalidBatch where these apply; all others are passing ones.
type Sink struct {
	*streams
	unfenced bool // in tests: commits without compare-and-set
}

var (
	_ deliver.Sink   = (*Sink)(nil)
	_ deliver.Reader = (*Sink)(nil)
)

// NewSink returns the sink of a fleet, whose streams it makes if they are missing. It costs three requests.
func NewSink(ctx context.Context, nc *nats.Conn) (*Sink, error) {
	if err := checkConn("NewSink", nc); err != nil {
		return nil, err
	}
	s, err := openStreams(ctx, nc)
	if err != nil {
		return nil, fail("NewSink", err)
	}
	return &Sink{streams: s}, nil
}

// placeMessage is the payload of a place.
type placeMessage struct {
	Source string           `json:"source"`
	Seq    uint64           `json:"seq"`
	Cursor auditlogs.Cursor `json:"cursor,omitempty"`
	Done   bool             `json:"done,omitempty"`
	Count  uint64           `json:"count"`
}

func (m placeMessage) place(updated time.Time) deliver.Place {
	return deliver.Place{Seq: m.Seq, Cursor: m.Cursor, Done: m.Done, Count: m.Count, Updated: updated.UTC()}
}

func newPlaceMessage(source string, p deliver.Place) placeMessage {
	return placeMessage{Source: source, Seq: p.Seq, Cursor: p.Cursor, Done: p.Done, Count: p.Count}
}

// Place returns how far a source was read. It asks the leader of the stream: one request, and a second one for a source that
// was never seen.
func (s *Sink) Place(ctx context.Context, source string) (deliver.Place, error) {
	if err := deliver.CheckName(source); err != nil {
		return deliver.Place{}, fail("Place", err)
	}
	p, _, err := s.place(ctx, source)
	return p, fail("Place", err)
}

// place returns the place of a source, and the sequence of the message that has it: 0 if there is none.
func (s *streams) place(ctx context.Context, source string) (deliver.Place, uint64, error) {
	m, err := s.lastPlace(ctx, source)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		m, err = s.neverSeen(ctx, source)
	}
	if m == nil || err != nil {
		return deliver.Place{}, 0, err
	}
	p, err := readPlace(source, m)
	return p, m.Sequence, err
}

func (s *streams) lastPlace(ctx context.Context, source string) (*jetstream.RawStreamMsg, error) {
	return s.events.GetLastMsgForSubject(ctx, subject(placeSubject, source))
}

func readPlace(source string, m *jetstream.RawStreamMsg) (deliver.Place, error) {
	var p placeMessage
	if err := json.Unmarshal(m.Data, &p); err != nil || p.Seq == 0 || p.Source != source {
		return deliver.Place{}, fmt.Errorf("%w: message %d is not the place of this source", deliver.ErrRefused, m.Sequence)
	}
	return p.place(m.Time), nil
}

// neverSeen returns an error if a source without a place has events: then somebody has deleted the place, and to begin anew
// would repeat the log. If the first batch was committed meanwhile, it returns the place behind it.
func (s *streams) neverSeen(ctx context.Context, source string) (*jetstream.RawStreamMsg, error) {
	_, err := s.events.GetLastMsgForSubject(ctx, subject(eventSubject, source))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil, nil //nolint:nilnil // no place, which is no error
	case err != nil:
		return nil, err
	}
	m, err := s.lastPlace(ctx, source)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, fmt.Errorf("%w: the source has events in the stream and no place: somebody has deleted it", deliver.ErrRefused)
	}
	return m, err
}

// Commit stores a batch and the place behind it as one atomic batch of JetStream. It costs one request for the place and the
// batch itself, which is one message for each event and one for the place; of more than 999 events, several share a message.
//
// If ctx ends while the batch is on its way, Commit awaits the answer for 5 seconds more. If there is none then, it is open
// whether the batch was stored, or will be; compare-and-set makes that harmless.
func (s *Sink) Commit(ctx context.Context, b deliver.Batch) error {
	_, err := s.commit(ctx, b, nil)
	return fail("Commit", err)
}

// conflictTries and conflictPause limit the wait for a commit of another process that is on its way.
const (
	conflictTries = 40
	conflictPause = 50 * time.Millisecond
)

// commit returns the sequence of the message that has the new place. Where the source stood may be known.
func (s *Sink) commit(ctx context.Context, b deliver.Batch, known *standing) (uint64, error) {
	if err := b.Check(b.From); err != nil { // it must not contradict itself
		return 0, err
	}
	messages, err := s.messages(b)
	if err != nil {
		return 0, err
	}
	if known != nil && b.Check(known.place) == nil {
		if seq, err := s.publish(ctx, messages, known.seq); !isConflict(err) {
			return seq, err
		}
	}
	for tries := 1; ; tries++ {
		at, last, err := s.place(ctx, b.Source)
		if err != nil {
			return 0, err
		}
		if err := b.Check(at); err != nil && !s.unfenced {
			return 0, err
		}
		seq, err := s.publish(ctx, messages, last)
		if !isConflict(err) || tries == conflictTries {
			return seq, err
		}
		// Another process is just committing, or has: the place shows which.
		if err := pause(ctx, conflictPause); err != nil {
			return 0, err
		}
	}
}

// isConflict reports whether the server said that the place is another one, or that one is on its way.
func isConflict(err error) bool {
	var answer *jetstream.APIError
	return errors.As(err, &answer) &&
		(answer.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || answer.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// isReplaced reports whether the server said that there is another message already.
func isReplaced(err error) bool {
	var answer *jetstream.APIError
	return errors.As(err, &answer) && answer.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package auditlogsreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// sink hands the batches of one source to the next component, and stores the place behind a batch only when that has taken it. A
// crash between the two repeats the batch; nothing is ever skipped. It is used by one goroutine.
type sink struct {
	places
	convert *converter
	next    consumer.Logs
	report  *receiverhelper.ObsReport
	drop    bool            // batches that are refused for good
	blocked func(err error) // called when the next component takes long
	log     *zap.Logger
	// handing is the context of ConsumeLogs: it outlasts that of the reading, so that a shutdown lets a batch through.
	handing context.Context

	begun  deliver.Place // behind the batch that was begun last
	handed int           // events of it that the next component has taken
}

var _ deliver.Sink = (*sink)(nil)

// Place returns how far a source was delivered.
func (s *sink) Place(ctx context.Context, source string) (deliver.Place, error) {
	return s.get(ctx, source)
}

// Commit hands the events on, unless an earlier try of the same batch did, and then stores the place.
func (s *sink) Commit(ctx context.Context, b deliver.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at, err := s.get(ctx, b.Source)
	if err != nil {
		return err
	}
	if err := b.Check(at); err != nil {
		return err
	}
	if err := s.hand(b); err != nil { //nolint:contextcheck // what is handed on has a context of its own
		return err
	}
	return s.set(context.WithoutCancel(ctx), b.Source, b.To)
}

// hand hands on the events of a batch that no earlier try did, in pieces.
func (s *sink) hand(b deliver.Batch) error {
	if !s.begun.Same(b.To) {
		s.begun, s.handed = b.To, 0
	}
	for s.handed < len(b.Events) {
		piece := pieceOf(b.Events[s.handed:])
		if err := s.handPiece(b.Source, piece); err != nil {
			return err
		}
		s.handed += len(piece)
	}
	return nil
}

// long is how long the next component may take for a batch before that is worth a status.
const long = 30 * time.Second

// pieceBytes is how much of original records is handed on at once. As log records these have about three times as many bytes,
// and OTLP servers refuse more than 4 MiB at once unless told otherwise.
const pieceBytes = 512 << 10

// pieceOf returns the first events, one at least.
func pieceOf(events []auditlogs.Event) []auditlogs.Event {
	size := 0
	for i := range events {
		if size += len(events[i].Raw); size > pieceBytes && i > 0 {
			return events[:i]
		}
	}
	return events
}

// handPiece converts events and hands them on. An error that is not ErrRefused is tried again, with all of the piece: an error
// may name a part that was not taken, but that is one component's, of several, and after what processors made of it.
func (s *sink) handPiece(source string, events []auditlogs.Event) error {
	logs, err := s.convert.logs(events)
	if err != nil {
		return fmt.Errorf("%w: %w", deliver.ErrRefused, err)
	}
	if err := s.handing.Err(); err != nil {
		return err
	}
	n := logs.LogRecordCount()
	slow := time.AfterFunc(long, func() {
		s.blocked(fmt.Errorf("the next component has not answered for %s to a batch of %d records", long, n))
	})
	ctx := s.report.StartLogsOp(s.handing)
	err = s.next.ConsumeLogs(ctx, logs)
	slow.Stop()
	s.report.EndLogsOp(ctx, format, n, err)
	switch {
	case err == nil:
		return nil
	case permanent(err) && s.drop:
		s.log.Error("records were refused for good by the next component, and are dropped",
			zap.String(keySource, source), zap.Int("records", n), zap.String("first", uid(events[0])), zap.Error(err))
		return nil
	case permanent(err):
		return fmt.Errorf("%w: the next component refuses a batch of %d records for good: %w", deliver.ErrRefused, n, err)
	default:
		return fmt.Errorf("the next component does not take a batch of %d records: %w", n, err)
	}
}

// permanent reports whether trying again is of no use. Of several components that answered, all must say so.
func permanent(err error) bool {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range several.Unwrap() {
			if !permanent(one) {
				return false
			}
		}
		return true
	}
	if inner := errors.Unwrap(err); inner != nil && consumererror.IsPermanent(inner) {
		return permanent(inner) // several may be in it
	}
	return consumererror.IsPermanent(err)
}

package auditlogsreceiver

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// sink hands the batches of one source to the next component, and stores the place behind a batch only when that has taken it. A
// crash between the two repeats the batch; nothing is ever skipped. It is used by one goroutine.
type sink struct {
	places
	convert *converter
	next    consumer.Logs
	report  *receiverhelper.ObsReport
	drop    bool // batches that are refused for good
	log     *zap.Logger
	// handing is the context of ConsumeLogs: it outlasts that of the reading, so that a shutdown lets a batch through.
	handing context.Context

	taken deliver.Place // behind the last batch that the next component has taken
	rest  *plog.Logs    // what it did not take of the batch that is tried again
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
	if len(b.Events) > 0 && !s.taken.Same(b.To) {
		if err := s.hand(b); err != nil {
			return err
		}
		s.taken, s.rest = b.To, nil
	}
	return s.set(context.WithoutCancel(ctx), b.Source, b.To)
}

// hand converts events and hands them on. An error that is not ErrRefused is tried again.
func (s *sink) hand(b deliver.Batch) error {
	logs, err := s.logs(b)
	if err != nil {
		return fmt.Errorf("%w: %w", deliver.ErrRefused, err)
	}
	n := logs.LogRecordCount()
	ctx := s.report.StartLogsOp(s.handing)
	err = s.next.ConsumeLogs(ctx, logs)
	s.report.EndLogsOp(ctx, format, n, err)
	var some consumererror.Logs
	switch {
	case err == nil:
		return nil
	case consumererror.IsPermanent(err) && s.drop:
		s.log.Error("records were refused for good by the next component, and are dropped",
			zap.String(keySource, b.Source), zap.Int("records", n), zap.String("first", uid(b.Events[0])), zap.Error(err))
		return nil
	case consumererror.IsPermanent(err):
		return fmt.Errorf("%w: the next component refuses a batch of %d records for good: %w", deliver.ErrRefused, n, err)
	case errors.As(err, &some) && some.Data().LogRecordCount() > 0:
		rest := plog.NewLogs()
		some.Data().CopyTo(rest)
		s.rest = &rest
	}
	return fmt.Errorf("the next component does not take a batch of %d records: %w", n, err)
}

// logs returns what is to be handed on: all of a batch, or what was not taken of it.
func (s *sink) logs(b deliver.Batch) (plog.Logs, error) {
	if s.rest == nil {
		return s.convert.logs(b.Events)
	}
	logs := plog.NewLogs()
	s.rest.CopyTo(logs)
	return logs, nil
}

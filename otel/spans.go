package auditlogsotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// spans creates a span for each operation.
type spans struct{ tracer trace.Tracer }

// call is an operation in progress. Its attempts run one after another, and none of them outlives it.
type call struct {
	span     trace.Span
	attempts int
	status   int // of the last response
}

// callKey is the context key of the operation. The context's current span may belong to another hook.
type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func (s *spans) begin(ctx context.Context, info auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) {
	ctx, span := s.tracer.Start(ctx, info.Op,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(operation(info.API, info.Op)...))
	c := &call{span: span}
	return context.WithValue(ctx, callKey{}, c), c.end
}

// end ends the span. An operation that its caller canceled, or that was read ahead in vain, is not an error.
func (c *call) end(done auditlogs.CallDone) {
	c.span.SetAttributes(keyAttempts.Int(c.attempts))
	if done.Err == nil {
		c.span.SetAttributes(outcome(c.status, nil)...)
		c.span.End()
		return
	}
	attrs := outcome(c.status, done.Err)
	c.span.SetAttributes(attrs...)
	if !errors.Is(done.Err, context.Canceled) {
		c.span.SetStatus(codes.Error, errorType(c.status, done.Err))
	}
	c.span.End()
}

func (s *spans) attempt(ctx context.Context, info auditlogs.ResponseInfo) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	c.attempts, c.status = info.Attempt, info.Status
	attrs := append(outcome(info.Status, info.Err), keyAttempt.Int(info.Attempt), keyDuration.Float64(info.Duration.Seconds()))
	if info.Err == nil {
		attrs = append(attrs, keyBytes.Int64(info.Bytes))
	}
	c.span.AddEvent("attempt", trace.WithAttributes(attrs...))
}

// retry records the wait for another attempt. A failed poll of Follow belongs to no operation.
func (s *spans) retry(ctx context.Context, info auditlogs.RetryInfo) {
	if c := callOf(ctx); c != nil {
		attrs := append(outcome(info.Status, info.Err), keyAttempt.Int(info.Attempt), keyWait.Float64(info.Wait.Seconds()))
		c.span.AddEvent("retry", trace.WithAttributes(attrs...))
	}
}

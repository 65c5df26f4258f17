package auditlogsotel

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// scope is the name under which spans and instruments appear.
const scope = "github.com/auditlogs/auditlogs-go/otel"

// Option configures where Hooks reports to.
type Option func(*config)

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider sets the provider that gets the spans instead of the global one. Nil changes nothing.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) {
		if p != nil {
			c.tracers = p
		}
	}
}

// WithMeterProvider sets the provider that gets the metrics instead of the global one. Nil changes nothing.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) {
		if p != nil {
			c.meters = p
		}
	}
}

// Hooks returns hooks that report to OpenTelemetry. They use its global providers unless options set others; a global
// provider may also be set later. One value serves any number of clients. Use auditlogs.JoinHooks to combine it with
// your own hooks. If a provider refuses to make an instrument, OpenTelemetry's error handler gets the error.
func Hooks(opts ...Option) auditlogs.Hooks {
	c := config{tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	spans := &spans{tracer: c.tracers.Tracer(scope)}
	metrics := newMetrics(c.meters.Meter(scope))
	return auditlogs.Hooks{
		OnCall:    spans.begin,
		OnRequest: metrics.request,
		OnResponse: func(ctx context.Context, info auditlogs.ResponseInfo) {
			spans.attempt(ctx, info)
			metrics.response(ctx, info)
		},
		OnRetry: func(ctx context.Context, info auditlogs.RetryInfo) {
			spans.retry(ctx, info)
			metrics.retry(ctx, info)
		},
		OnPage: metrics.page,
	}
}

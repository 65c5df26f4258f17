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

// Option changes where Hooks reports to.
type Option func(*config)

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider sets where spans go, instead of to the global provider. Nil changes nothing.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) {
		if p != nil {
			c.tracers = p
		}
	}
}

// WithMeterProvider sets where metrics go, instead of to the global provider. Nil changes nothing.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) {
		if p != nil {
			c.meters = p
		}
	}
}

// Hooks reports to OpenTelemetry, to its global providers unless options name others; a global provider may be set later.
// One value serves any number of clients. auditlogs.JoinHooks adds one's own hooks to it. An instrument that the provider
// refuses to make is reported to OpenTelemetry's error handler.
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

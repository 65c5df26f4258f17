package auditlogsotel

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// The boundaries of histograms, in seconds: OpenTelemetry's for requests, with 30 added, and longer ones for waits and
// for lag, which may be days.
var (
	requestSeconds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30}
	waitSeconds    = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600}
	lagSeconds     = []float64{1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600}
)

// metrics holds the instruments.
type metrics struct {
	requests, records, retries metric.Int64Counter
	duration, waits, lag       metric.Float64Histogram
}

func newMetrics(m metric.Meter) *metrics {
	return &metrics{
		requests: counter(m, "auditlogs.client.requests", "{request}", "Attempts that ended."),
		records:  counter(m, "auditlogs.client.records", "{record}", "Records that the caller got."),
		retries:  counter(m, "auditlogs.client.retries", "{retry}", "Attempts and polls that failed and are repeated."),
		duration: histogram(m, "auditlogs.client.request.duration", "Duration of an attempt until its body was read.", requestSeconds),
		waits:    histogram(m, "auditlogs.client.wait.duration", "Wait before a retry or for a rate limit.", waitSeconds),
		lag:      histogram(m, "auditlogs.client.lag", "Age of the newest record of a page that Follow delivers.", lagSeconds),
	}
}

func counter(m metric.Meter, name, unit, description string) metric.Int64Counter {
	c, err := m.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	if err != nil {
		otel.Handle(err)
		return noop.Int64Counter{}
	}
	return c
}

func histogram(m metric.Meter, name, description string, bounds []float64) metric.Float64Histogram {
	h, err := m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description), metric.WithExplicitBucketBoundaries(bounds...))
	if err != nil {
		otel.Handle(err)
		return noop.Float64Histogram{}
	}
	return h
}

func with(api auditlogs.API, op string, more ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributes(operation(api, op, more...)...)
}

func (m *metrics) request(ctx context.Context, info auditlogs.RequestInfo) {
	if info.Waited > 0 {
		m.waits.Record(ctx, info.Waited.Seconds(), with(info.API, info.Op, keyWaitReason.String("rate_limit")))
	}
}

func (m *metrics) response(ctx context.Context, info auditlogs.ResponseInfo) {
	attrs := []attribute.KeyValue{keyStatusClass.String(statusClass(info.Status))}
	if info.Status == 0 {
		attrs = append(attrs, keyErrorType.String(errorType(0, info.Err)))
	}
	m.requests.Add(ctx, 1, with(info.API, info.Op, attrs...))
	m.duration.Record(ctx, info.Duration.Seconds(), with(info.API, info.Op, attrs...))
}

func (m *metrics) retry(ctx context.Context, info auditlogs.RetryInfo) {
	m.retries.Add(ctx, 1, with(info.API, info.Op, keyErrorType.String(errorType(info.Status, info.Err))))
	m.waits.Record(ctx, info.Wait.Seconds(), with(info.API, info.Op, keyWaitReason.String("retry")))
}

// page counts the delivered records and measures the lag of those from Follow. A log without new records has no lag.
func (m *metrics) page(ctx context.Context, info auditlogs.PageInfo) {
	if info.Delivered == 0 {
		return
	}
	at := with(info.API, info.Op)
	m.records.Add(ctx, int64(info.Delivered), at)
	if info.Follow && !info.Newest.IsZero() && !info.Date.IsZero() {
		m.lag.Record(ctx, max(0, info.Date.Sub(info.Newest).Seconds()), at)
	}
}

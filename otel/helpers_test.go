package auditlogsotel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
)

// telemetry collects in memory what a client reports.
type telemetry struct {
	spans  *tracetest.InMemoryExporter
	tracer *sdktrace.TracerProvider
	reader *sdkmetric.ManualReader
	hooks  auditlogs.Hooks
}

func newTelemetry() *telemetry {
	tm := &telemetry{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	tm.tracer = sdktrace.NewTracerProvider(sdktrace.WithSyncer(tm.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(tm.reader))
	tm.hooks = auditlogsotel.Hooks(auditlogsotel.WithTracerProvider(tm.tracer), auditlogsotel.WithMeterProvider(meters))
	return tm
}

// quick retries without a wait worth the name.
var quick = auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond})

// client is one that reports, for all five services.
func (tm *telemetry) client(t *testing.T, srv *auditlogtest.Server, opts ...auditlogs.Option) *auditlogs.Client {
	t.Helper()
	c, err := auditlogs.NewClient(slices.Concat(srv.Options(), []auditlogs.Option{auditlogs.WithHooks(tm.hooks), quick}, opts)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func newServer(t *testing.T, opts ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// named are the ended spans of that name.
func (tm *telemetry) named(name string) tracetest.SpanStubs {
	return slices.DeleteFunc(tm.spans.GetSpans(), func(s tracetest.SpanStub) bool { return s.Name != name })
}

// text writes attributes in the order of their names; those that depend on the clock and on the length of texts are left out.
func text(attrs []attribute.KeyValue) string {
	var parts []string
	for _, a := range attrs {
		switch a.Key {
		case "auditlogs.duration", "auditlogs.wait", "auditlogs.response.bytes":
		default:
			parts = append(parts, fmt.Sprintf("%s=%v", a.Key, a.Value.AsInterface()))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// measured is every metric as lines of name, attributes and value; of a histogram the value is count and sum.
func (tm *telemetry) measured(t *testing.T) []string {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := tm.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			name := strings.TrimPrefix(m.Name, "auditlogs.client.")
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s{%s} %d", name, text(p.Attributes.ToSlice()), p.Value))
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s{%s} %d: %g %s", name, text(p.Attributes.ToSlice()), p.Count, p.Sum, m.Unit))
				}
			default:
				t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// of are the lines of one metric.
func of(lines []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.HasPrefix(l, name+"{") })
}

package auditlogsotel_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
)

// A program that has set OpenTelemetry's global providers needs no options. Here they name exporters in memory, so that
// what is reported can be shown.
func ExampleHooks() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.ThousandEyes, 1, 150)
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusServiceUnavailable})

	ctx := context.Background()
	spans, reader := tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	hooks := auditlogsotel.Hooks(
		auditlogsotel.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))),
		auditlogsotel.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))),
	)
	retry := auditlogs.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond} // an example has no time
	client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHooks(hooks), auditlogs.WithRetry(retry))...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, err := range client.UserEvents.Pages(ctx, auditlogs.UserEventFilter{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
	}

	for _, span := range spans.GetSpans() {
		fmt.Print(span.Name, ":")
		for _, event := range span.Events {
			fmt.Print(" ", event.Name)
		}
		fmt.Println()
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
			total := int64(0) // over all attributes
			for _, point := range sum.DataPoints {
				total += point.Value
			}
			fmt.Println(m.Name, total)
		}
	}
	// Output:
	// UserEvents.List: attempt retry attempt
	// UserEvents.List: attempt
	// auditlogs.client.requests 3
	// auditlogs.client.records 150
	// auditlogs.client.retries 1
}

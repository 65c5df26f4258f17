// What is read is reported to OpenTelemetry.
package main

import (
	"context"
	"fmt"
	"log"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func main() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.Generate(1, 100)
	spans := tracetest.NewInMemoryExporter()
	hooks := auditlogsotel.Hooks(auditlogsotel.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))))
	client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHooks(hooks))...)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.UserEvents.List(context.Background(), auditlogs.UserEventFilter{}); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.GetSpans() {
		fmt.Println(span.Name)
	}
	if len(spans.GetSpans()) == 0 {
		log.Fatal("no span")
	}
}

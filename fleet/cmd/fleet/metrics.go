package main

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

// metrics is what a worker reports to Prometheus. No label holds the name of a tenant.
type metrics struct {
	provider *sdk.MeterProvider
	handler  http.Handler

	turns, records metric.Int64Counter
	duration       metric.Float64Histogram
	reading        metric.Int64UpDownCounter
	state          atomic.Pointer[fleetState]
}

// fleetState is the whole fleet in a few numbers.
type fleetState struct {
	logs, failing int64
	lag           float64 // the greatest, in seconds
}

// turnSeconds are the boundaries of how long turns take.
var turnSeconds = []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300}

func newMetrics() (*metrics, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		return nil, err
	}
	m := &metrics{provider: sdk.NewMeterProvider(sdk.WithReader(reader)), handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{})}
	return m, m.instruments(m.provider.Meter("github.com/auditlogs/auditlogs-go/fleet/cmd/fleet"))
}

func (m *metrics) instruments(meter metric.Meter) error {
	var errs [5]error
	m.turns, errs[0] = meter.Int64Counter("auditlogs.fleet.turns", metric.WithUnit("{turn}"), metric.WithDescription("Turns of logs that ended."))
	m.records, errs[1] = meter.Int64Counter("auditlogs.fleet.records", metric.WithUnit("{record}"), metric.WithDescription("Records that were committed."))
	m.duration, errs[2] = meter.Float64Histogram("auditlogs.fleet.turn.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of a turn."), metric.WithExplicitBucketBoundaries(turnSeconds...))
	m.reading, errs[3] = meter.Int64UpDownCounter("auditlogs.fleet.reading", metric.WithUnit("{log}"), metric.WithDescription("Logs that this worker reads now."))
	errs[4] = m.gauges(meter)
	return errors.Join(errs[:]...)
}

// gauges are of the whole fleet, and are there once that was listed.
func (m *metrics) gauges(meter metric.Meter) error {
	logs, err1 := meter.Int64ObservableGauge("auditlogs.fleet.logs", metric.WithUnit("{log}"), metric.WithDescription("Logs of the fleet."))
	failing, err2 := meter.Int64ObservableGauge("auditlogs.fleet.logs.failing", metric.WithUnit("{log}"), metric.WithDescription("Logs whose last turn failed."))
	lag, err3 := meter.Float64ObservableGauge("auditlogs.fleet.lag.max", metric.WithUnit("s"),
		metric.WithDescription("Time since the log that is furthest behind had caught up."))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	_, err := meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		if s := m.state.Load(); s != nil {
			o.ObserveInt64(logs, s.logs)
			o.ObserveInt64(failing, s.failing)
			o.ObserveFloat64(lag, s.lag)
		}
		return nil
	}, logs, failing, lag)
	return err
}

func apiOf(s fleet.Spec) attribute.KeyValue { return attribute.String("auditlogs.api", string(s.API)) }

// opened counts the logs that are read, from when they are opened on.
func (m *metrics) opened(open fleet.Opener) fleet.Opener {
	return func(ctx context.Context, s fleet.Spec) (auditlogs.Source, error) {
		m.reading.Add(ctx, 1, metric.WithAttributes(apiOf(s)))
		return open(ctx, s)
	}
}

// turned counts a turn that has ended.
func (m *metrics) turned(t fleet.Turn) {
	ctx, api := context.Background(), apiOf(t.Spec)
	m.reading.Add(ctx, -1, metric.WithAttributes(api))
	m.turns.Add(ctx, 1, metric.WithAttributes(api, attribute.String("auditlogs.fleet.outcome", outcome(t))))
	m.records.Add(ctx, int64(t.Events), metric.WithAttributes(api))
	m.duration.Record(ctx, t.Took.Seconds(), metric.WithAttributes(api))
}

// outcome is how a turn ended, in a word.
func outcome(t fleet.Turn) string {
	switch {
	case t.Err != nil:
		return "failed"
	case t.Moved:
		return "moved"
	case t.Done:
		return "done"
	case t.CaughtUp:
		return "caught_up"
	}
	return "over"
}

// listEvery is how often the whole fleet is listed.
const listEvery = 30 * time.Second

// list keeps the numbers of the whole fleet fresh. Where it cannot, they are gone: old ones would look like new ones.
func (m *metrics) list(ctx context.Context, nc *nats.Conn, warn func(error)) {
	tick := time.NewTicker(listEvery)
	defer tick.Stop()
	for {
		all, err := fleet.List(ctx, nc)
		if err == nil {
			m.state.Store(summary(all))
		} else if m.state.Store(nil); ctx.Err() == nil {
			warn(err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func summary(all []fleet.State) *fleetState {
	s := &fleetState{logs: int64(len(all))}
	for _, one := range all {
		if one.Error != "" {
			s.failing++
		}
		s.lag = max(s.lag, one.Lag.Seconds())
	}
	return s
}

package main

import (
	"context"
	"runtime"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// attempts is large enough that failures of one request in a hundred never use up all attempts.
const attempts = 6

// reading is the reading of one service through the client.
type reading struct {
	settings
	log     logs.Log
	address string
	tally   *logs.Tally
	memory  memory
	leaked  [][]byte

	requests, retries int // no lock: there is one request at a time
}

func newReading(s settings, log logs.Log, address string) *reading {
	return &reading{settings: s, log: log, address: address, tally: logs.NewTally(s.rows), memory: memory{rows: s.rows}}
}

// run reads every part to its end.
func (r *reading) run(ctx context.Context) (*result, error) {
	client, err := r.client()
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	runtime.GC() // memory of earlier readings does not count
	start := time.Now()
	parts := partsOf(r.log.API, r.rows)
	for _, p := range parts {
		if err := r.read(ctx, client, p); err != nil {
			return nil, err
		}
	}
	if r.breaks.has("retries") {
		r.retries--
	}
	return &result{reading: r, parts: parts, took: time.Since(start)}, nil
}

func (r *reading) read(ctx context.Context, client *auditlogs.Client, p part) error {
	for page, err := range r.log.Pages(ctx, client, logs.Query{Resource: p.resource}) {
		if err != nil {
			return err
		}
		numbers := page.Numbers
		if r.breaks.has("leak") {
			r.leaked = append(r.leaked, make([]byte, 1<<20))
		}
		if len(r.breaks) > 0 && r.tally.Rows == 0 && len(numbers) > 0 {
			numbers = r.breaks.spoil(numbers, r.rows)
		}
		r.tally.Add(numbers...)
		r.memory.sample(r.tally.Rows)
	}
	return nil
}

func (r *reading) client() (*auditlogs.Client, error) {
	// BaseURL needs only the server's address, not a running server.
	at := &auditlogtest.Server{URL: "http://" + r.address}
	return auditlogs.NewClient(append(at.Options(),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: attempts, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond}),
		auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(context.Context, auditlogs.RequestInfo) { r.requests++ },
			OnRetry:   func(context.Context, auditlogs.RetryInfo) { r.retries++ },
		}))...)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
)

// scene is a node, the APIs of all tenants and workers, each a process of its own.
type scene struct {
	dir        string // of the node
	node, apis *process
	nc         *nats.Conn
	workers    []*process
	close      []func()
}

func newScene(ctx context.Context) (*scene, error) {
	s := &scene{}
	if err := s.start(ctx); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

func (s *scene) start(ctx context.Context) error {
	dir, remove, err := folder()
	if err != nil {
		return err
	}
	s.dir, s.close = dir, append(s.close, remove)
	if s.node, err = s.spawn(ctx, "node", setup{Dir: dir}); err != nil {
		return err
	}
	if s.apis, err = s.spawn(ctx, "apis", setup{}); err != nil {
		return err
	}
	if s.nc, err = nats.Connect(s.node.Address); err != nil {
		return err
	}
	s.close = append(s.close, s.nc.Close)
	return nil
}

func (s *scene) spawn(ctx context.Context, role string, with setup) (*process, error) {
	p, err := spawn(ctx, role, with)
	if err == nil {
		s.close = append(s.close, p.stop)
	}
	return p, err
}

// end stops everything, in the reverse order.
func (s *scene) end() {
	for _, end := range slices.Backward(s.close) {
		end()
	}
}

// tenants are some that behave alike.
type tenants struct {
	name    string
	n       int
	kind    kind
	history history
}

// add gives the fleet tenants.
func (s *scene) add(ctx context.Context, all tenants) error {
	specs, err := all.specs(s.apis.Address)
	if err != nil {
		return err
	}
	return fleet.Add(ctx, s.nc, specs...)
}

// specs returns what the fleet is to read of tenants.
func (all tenants) specs(server string) ([]fleet.Spec, error) {
	specs := make([]fleet.Spec, all.n)
	for i := range specs {
		h := all.history
		h.ID = i
		text, err := json.Marshal(params{URL: address(server, all.kind, h)})
		if err != nil {
			return nil, err
		}
		specs[i] = fleet.Spec{Tenant: fmt.Sprintf("%s-%04d", all.name, i), API: auditlogs.APIAkinon, Params: text, Secret: "one", Since: h.Since}
	}
	return specs, nil
}

// past is a log that grew in the day before yesterday.
func past(records int) history {
	now := time.Now().UTC().Truncate(time.Second)
	return history{Since: now.Add(-48 * time.Hour), Start: now.Add(-24 * time.Hour), Backlog: records}
}

// work starts workers.
func (s *scene) work(ctx context.Context, n int, o workerOptions) error {
	for range n {
		p, err := s.spawn(ctx, "worker", setup{Node: s.node.Address, Worker: o})
		if err != nil {
			return err
		}
		s.workers = append(s.workers, p)
	}
	return nil
}

// done returns what all workers have done.
func (s *scene) done() (all turns, err error) {
	for _, w := range s.workers {
		now, err := w.ask(askStatus)
		if err != nil {
			return all, err
		}
		all = all.plus(now.Turns)
	}
	return all, nil
}

// look is how often processes are asked.
const look = 50 * time.Millisecond

// until waits until what the workers have done is enough, and returns it.
func (s *scene) until(ctx context.Context, enough func(turns) bool) (turns, error) {
	every := time.NewTicker(look)
	defer every.Stop()
	for {
		now, err := s.done()
		if err != nil || enough(now) {
			return now, err
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return now, fmt.Errorf("%w, and by then: %+v", ctx.Err(), now)
		}
	}
}

// usage returns what the workers use, on average, and the node.
func (s *scene) usage() (worker, node usage, err error) {
	n := int64(len(s.workers))
	for _, w := range s.workers {
		now, err := w.ask(askUsage)
		if err != nil {
			return worker, node, err
		}
		u := now.Usage
		worker = usage{worker.Heap + u.Heap/n, worker.Goroutines + u.Goroutines/n, worker.Resident + u.Resident/n, worker.CPU + u.CPU/float64(n)}
	}
	now, err := s.node.ask(askUsage)
	return worker, now.Usage, err
}

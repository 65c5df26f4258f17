package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
)

func startAPIs(ctx context.Context) (func() status, func(), error) {
	a := &apis{now: time.Now}
	address, err := a.listen(ctx)
	say := func() status { return status{Address: address, Requests: a.requests.Load()} }
	return say, func() {}, err
}

func startNode(s setup) (func() status, func(), error) {
	nc, stop, err := fleet.EmbeddedAt(s.Dir, "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	url := nc.ConnectedUrl()
	return func() status { return status{Address: url} }, stop, nil
}

// workerOptions is how a worker works.
type workerOptions struct {
	Parallel, PerTenant int // the defaults unless set
	PageSize            int
	Interval            time.Duration
	Lookback            time.Duration // the default unless set
	Profile             string        // begins the name of a file for a profile of its processor, if set
}

// turns is what a worker has done.
type turns struct{ Turns, Commits, Events, Failed, Moved, Warned int64 }

func (t turns) plus(o turns) turns {
	return turns{t.Turns + o.Turns, t.Commits + o.Commits, t.Events + o.Events, t.Failed + o.Failed, t.Moved + o.Moved, t.Warned + o.Warned}
}

func (t turns) minus(o turns) turns {
	return t.plus(turns{-o.Turns, -o.Commits, -o.Events, -o.Failed, -o.Moved, -o.Warned})
}

func startWorker(ctx context.Context, s setup) (func() status, func(), error) {
	nc, err := nats.Connect(s.Node)
	if err != nil {
		return nil, nil, err
	}
	endProfile, err := profile(s.Worker.Profile)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var (
		mu      sync.Mutex
		done    turns
		running sync.WaitGroup
	)
	count := func(one turns) {
		mu.Lock()
		defer mu.Unlock()
		done = done.plus(one)
	}
	o := fleet.Options{
		Parallel: s.Worker.Parallel, PerTenant: s.Worker.PerTenant, Windows: -1,
		Follow: auditlogs.FollowOptions{Interval: s.Worker.Interval, Lag: time.Nanosecond, Lookback: s.Worker.Lookback},
		Turned: func(t fleet.Turn) { count(oneTurn(t)) },
		Warn:   func(error) { count(turns{Warned: 1}) },
	}
	running.Go(func() { _ = fleet.Run(ctx, nc, o, opener(s.Worker.PageSize)) })
	say := func() status {
		mu.Lock()
		defer mu.Unlock()
		return status{Turns: done, Messages: int64(nc.Stats().OutMsgs)}
	}
	return say, func() { cancel(); running.Wait(); endProfile(); nc.Close() }, nil
}

func oneTurn(t fleet.Turn) turns {
	one := turns{Turns: 1, Commits: int64(t.Commits), Events: int64(t.Events)}
	if t.Err != nil {
		one.Failed = 1
	}
	if t.Moved {
		one.Moved = 1
	}
	return one
}

// params is what Spec.Params says.
type params struct {
	URL string `json:"url"`
}

// opener opens logs. All clients share their connections.
func opener(pageSize int) fleet.Opener {
	shared := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return func(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
		var p params
		if err := json.Unmarshal(s.Params, &p); err != nil {
			return nil, err
		}
		c, err := auditlogs.NewClient(auditlogs.WithAkinon(p.URL, auditlogs.StaticToken("0123456789")), auditlogs.WithHTTPClient(shared))
		if err != nil {
			return nil, err
		}
		f := auditlogs.AuditEventFilter{Since: s.Since, Until: s.Until}
		f.PageSize = pageSize
		return c.AuditEvents.Source(f), nil
	}
}

// folder makes a folder for a node, and returns how to remove it.
func folder() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "auditlogs-growth-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

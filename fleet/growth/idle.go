package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// idleRow is what a worker, and the node, need for tenants that have nothing new.
type idleRow struct {
	tenants            int
	took               time.Duration
	done               turns
	requests, messages int64
	worker, node       usage
	workerCPU, nodeCPU float64
	consumer           int64 // bytes of the state of consumers on disk
}

// fewIdle is how many tenants are compared with.
const fewIdle = 10

// measureIdle compares many idle tenants with few.
func measureIdle(ctx context.Context, s sizes) (string, error) {
	few, err := idle(ctx, fewIdle, s.IdleInterval, s.IdleInterval/6)
	if err != nil {
		return "", err
	}
	many, err := idle(ctx, s.Idle, s.IdleInterval, s.IdleInterval)
	if err != nil {
		return "", err
	}
	var rows [][]string
	for _, r := range []idleRow{few, many} {
		minute := func(n int64) string { return number(int(float64(n) / r.took.Minutes())) }
		rows = append(rows, []string{
			number(r.tenants), kib(r.worker.Heap), mib(r.worker.Resident), mib(r.node.Heap), mib(r.node.Resident), kib(r.consumer), minute(r.done.Turns), minute(r.requests),
			minute(r.messages), fmt.Sprintf("%.0f %%, %.0f %%", 100*r.workerCPU/r.took.Seconds(), 100*r.nodeCPU/r.took.Seconds()),
		})
	}
	each := func(a, b int64) string { return fmt.Sprintf("%d B", (b-a)/int64(many.tenants-few.tenants)) }
	rows = append(rows, []string{
		"each", each(few.worker.Heap, many.worker.Heap), each(few.worker.Resident, many.worker.Resident), each(few.node.Heap, many.node.Heap),
		each(few.node.Resident, many.node.Resident), each(few.consumer, many.consumer), "", "", "", "",
	})
	t := table{
		"idle tenants", "heap of the worker", "its RSS", "heap of the node", "its RSS", "state of consumers", "turns/min", "requests/min to APIs",
		"messages/min to NATS", "CPU: worker, node",
	}
	note := fmt.Sprintf("One worker, all tenants caught up, one poll each in %s. The last row is the difference for one tenant.", s.IdleInterval)
	return section("Idle tenants", note, t, rows), nil
}

func idle(ctx context.Context, n int, interval, watch time.Duration) (r idleRow, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return r, err
	}
	defer s.end()
	if err := s.add(ctx, tenants{"idle", n, healthy, past(1)}); err != nil {
		return r, err
	}
	if err := s.work(ctx, 1, workerOptions{Interval: interval}); err != nil {
		return r, err
	}
	if _, err := s.until(ctx, func(t turns) bool { return t.Turns >= int64(n) }); err != nil {
		return r, err
	}
	before, err := s.look()
	if err != nil {
		return r, err
	}
	if err := wait(ctx, watch); err != nil {
		return r, err
	}
	after, err := s.look()
	if err != nil {
		return r, err
	}
	r = idleRow{
		tenants: n, took: after.at.Sub(before.at), done: after.worker.Turns.minus(before.worker.Turns),
		requests: after.apis.Requests - before.apis.Requests, messages: after.worker.Messages - before.worker.Messages,
		worker: after.worker.Usage, node: after.node.Usage,
		workerCPU: after.worker.Usage.CPU - before.worker.Usage.CPU, nodeCPU: after.node.Usage.CPU - before.node.Usage.CPU,
	}
	r.consumer, err = consumers(s.dir)
	return r, err
}

// glance is what three processes say at a time.
type glance struct {
	at                 time.Time
	worker, node, apis status
}

// look asks the node, the APIs and the first worker.
func (s *scene) look() (g glance, err error) {
	g.at = time.Now()
	if g.worker, err = s.workers[0].ask(askUsage); err != nil {
		return g, err
	}
	if g.node, err = s.node.ask(askUsage); err != nil {
		return g, err
	}
	g.apis, err = s.apis.ask(askStatus)
	return g, err
}

// consumers returns how large the files of consumers are.
func consumers(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.ToSlash(path), "/obs/") {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// counts is what the page server saw of one setup.
type counts struct {
	Requests, Rows, Connections int
	Depth                       int // the largest offset that was asked for
	AtOnce                      int // maximum number of concurrent requests
	active                      int
}

// stats counts by setup. Reading the counts of a setup resets them.
type stats struct {
	mu sync.Mutex
	by map[string]*counts
}

// change applies a function to the counts of a setup.
func (s *stats) change(setup string, change func(*counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil {
		s.by = map[string]*counts{}
	}
	if s.by[setup] == nil {
		s.by[setup] = &counts{}
	}
	change(s.by[setup])
}

// used reports whether a connection carried a request.
type used struct{ atomic.Bool }

type usedKey struct{}

func (s *stats) connection(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, usedKey{}, new(used))
}

// request counts a request that begins. The caller calls end when the request has ended.
func (s *stats) request(setup string, r *http.Request) (end func()) {
	s.change(setup, func(c *counts) {
		c.Requests++
		if conn, ok := r.Context().Value(usedKey{}).(*used); ok && !conn.Swap(true) {
			c.Connections++
		}
		c.active++
		c.AtOnce = max(c.AtOnce, c.active)
	})
	return func() { s.change(setup, func(c *counts) { c.active-- }) }
}

func (s *stats) answer(setup string, rows, offset int) {
	s.change(setup, func(c *counts) {
		c.Rows += rows
		c.Depth = max(c.Depth, offset)
	})
}

func (s *stats) serve(w http.ResponseWriter, setup string) {
	var seen counts
	s.change(setup, func(c *counts) { seen, *c = *c, counts{active: c.active} })
	_ = json.NewEncoder(w).Encode(seen)
}

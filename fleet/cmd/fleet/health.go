package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// health is whether a worker works.
type health struct {
	mu    sync.Mutex
	nc    *nats.Conn
	began bool
	last  string // warning before it began
}

func (h *health) connected(nc *nats.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nc = nc
}

func (h *health) begun() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.began = true
}

func (h *health) warned(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = err.Error()
}

// why returns why the worker is not ready; "" if it is.
func (h *health) why() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.nc == nil || !h.nc.IsConnected():
		return "there is no connection to NATS"
	case !h.began && h.last != "":
		return "the worker has not begun: " + h.last
	case !h.began:
		return "the worker has not begun"
	}
	return ""
}

func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	why := h.why()
	if why == "" {
		_, _ = io.WriteString(w, "ready\n")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, oneLine(why)+"\n")
}

// serve answers on a listener until it is stopped.
func serve(l net.Listener, h *health, m *metrics) (stop func()) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "alive\n") })
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", m.handler)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // ends when it is stopped
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-done
	}
}

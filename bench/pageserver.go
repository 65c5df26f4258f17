package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// pageServer serves any number of rows. It writes them from templates that it makes when it starts, at little cost.
type pageServer struct {
	apis      map[string]*api                  // by path
	templates map[weight]map[string][]template // by path
	setups    sync.Map                         // text to setup
	buffers   sync.Pool
	stats     stats
}

func newPageServer(ctx context.Context) (*pageServer, error) {
	s := &pageServer{
		apis: map[string]*api{}, templates: map[weight]map[string][]template{},
		buffers: sync.Pool{New: func() any { return new([]byte) }},
	}
	for _, a := range apis() {
		s.apis[a.path] = a
	}
	for _, w := range weights() {
		made, err := makeTemplates(ctx, w)
		if err != nil {
			return nil, err
		}
		s.templates[w] = made
	}
	return s, nil
}

func (s *pageServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if text == "stats" {
		s.stats.serve(w, path)
		return
	}
	setup, err := s.setup(text)
	a := s.apis[path]
	if err != nil || a == nil {
		http.NotFound(w, r)
		return
	}
	defer s.stats.request(text, r)()
	time.Sleep(setup.delay)
	query := r.URL.Query()
	win := a.window(query, setup)
	if win.offset > 0 && win.offset >= win.total {
		http.NotFound(w, r)
		return
	}
	templates := s.templates[setup.weight][path]
	head, tail := a.frame(w.Header(), r, win)
	buf := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buf)
	first := win.begin + win.offset
	last := min(first+win.size, win.begin+win.total)
	*buf = append((*buf)[:0], head...)
	for row := first; row < last; row++ {
		if row > first {
			*buf = append(*buf, ',')
		}
		*buf = templates[row%len(templates)].appendRow(*buf, row, a.record.layout)
	}
	*buf = append(*buf, tail...)
	s.stats.answer(text, last-first, win.offset)
	w.Header().Set("Content-Type", "application/json")
	write(w, r, *buf, setup.framing)
}

func (s *pageServer) setup(text string) (setup, error) {
	if known, ok := s.setups.Load(text); ok {
		return known.(setup), nil
	}
	parsed, err := parseSetup(text)
	if err == nil {
		s.setups.Store(text, parsed)
	}
	return parsed, err
}

// listen serves on a free port of 127.0.0.1 until the context ends.
func (s *pageServer) listen(ctx context.Context) (address string, wait func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: s, ConnContext: s.stats.connection, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	wait = func() error {
		<-ctx.Done()
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}
	return listener.Addr().String(), wait, nil
}

package main

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// orders says how to start a server.
type orders struct {
	API   auditlogtest.API
	Rows  int
	Seed  uint64
	OneIn int // request goes wrong
}

// report is what a server did.
type report struct {
	Requests int
	Failed   map[string]int // by kind; includes delays, which are not failures
	Added    int
	Purged   []int // by part
}

// Rows are added and purged about this often during a soak, and about this many at a time.
const (
	changes  = 200
	addEach  = 20
	dropEach = 30
)

// server serves the records of one service, fails now and then, and changes its rows.
type server struct {
	orders
	srv   *auditlogtest.Server
	log   logs.Log
	parts []part
	every int // requests between two changes

	mu     sync.Mutex
	random *rand.Rand
	clock  time.Time
	report report
}

func newServer(o orders) (*server, error) {
	s := &server{
		orders: o, parts: partsOf(o.API, o.Rows), clock: begin,
		random: rand.New(rand.NewPCG(o.Seed, uint64(len(o.API)))), //nolint:gosec // G404: nobody gains by guessing it
	}
	for _, log := range logs.All() {
		if log.API == o.API {
			s.log = log
		}
	}
	if s.log.Add == nil {
		return nil, errors.New("no such service")
	}
	s.report.Failed, s.report.Purged = map[string]int{}, make([]int, len(s.parts))
	s.every = max(1, o.Rows/s.log.MaxPage/changes)
	s.srv = auditlogtest.NewServer(auditlogtest.WithClock(s.now))
	for _, p := range s.parts {
		for from := p.from; from < p.to; from += partRows {
			s.fill(p, from, min(from+partRows, p.to))
		}
	}
	return s, nil
}

// fill stores the records of a range.
func (s *server) fill(p part, from, to int) {
	rows := make([]logs.Row, 0, to-from)
	for n := from; n < to; n++ {
		rows = append(rows, p.row(n))
	}
	s.log.Add(s.srv, rows...)
}

func (s *server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

// ServeHTTP reports what happened so far, or responds like the service, with or without a trouble. Rows change after a
// response, so that no row is added that the listing's first response could have shown.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/soak" {
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = json.NewEncoder(w).Encode(s.report)
		return
	}
	trouble := s.draw()
	s.answer(w, r, trouble)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.report.Requests%s.every == 0 {
		s.change(partOf(r.URL.Query().Get("filter")))
	}
}

// change adds rows at the head of a part and purges its oldest rows.
func (s *server) change(n int) {
	p, gone := s.parts[n], &s.report.Purged[n]
	limit := min(p.from+*gone+dropEach, p.to)
	s.log.Remove(s.srv, func(number int) bool { return number >= p.from && number < limit })
	*gone = limit - p.from

	s.clock = s.clock.Add(2 * time.Second)
	rows := make([]logs.Row, addEach)
	for i := range rows {
		rows[i] = logs.Row{Number: s.Rows + s.report.Added + i, At: s.clock, Resource: p.resource}
	}
	s.log.Add(s.srv, rows...)
	s.report.Added += addEach
	s.srv.ResetRequests()
}

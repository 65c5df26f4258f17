package main

import (
	"net/http"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// trouble is what goes wrong with a request. "" means nothing.
type trouble string

const (
	reset   trouble = "broken connections"
	cut     trouble = "cut bodies"
	delayed trouble = "delays" // of responses that are otherwise correct
)

// statuses holds the statuses after which a client may repeat a request.
var statuses = map[trouble]int{"429": 429, "500": 500, "502": 502, "503": 503}

// troubles lists everything that can go wrong. All troubles are equally likely.
var troubles = []trouble{"429", "500", "502", "503", reset, cut, delayed}

// draw decides what goes wrong with the next request, and counts it.
func (s *server) draw() trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.Requests++
	if s.random.IntN(s.OneIn) > 0 {
		return ""
	}
	t := troubles[s.random.IntN(len(troubles))]
	s.report.Failed[string(t)]++
	return t
}

// failures returns how many requests failed.
func (r report) failures() int {
	sum := -r.Failed[string(delayed)]
	for _, n := range r.Failed {
		sum += n
	}
	return sum
}

// answer lets the service respond, with the trouble applied.
func (s *server) answer(w http.ResponseWriter, r *http.Request, t trouble) {
	fault := auditlogtest.Fault{API: s.API}
	switch t {
	case "":
	case cut:
		w = halfBody{w}
	case reset:
		fault.Reset = true
		s.srv.Inject(fault)
	case delayed:
		fault.Delay = 20 * time.Millisecond
		s.srv.Inject(fault)
	default:
		fault.Status = statuses[t]
		if fault.Status == http.StatusTooManyRequests { // ThousandEyes would ask to wait for the rest of a minute
			fault.Header = http.Header{"Retry-After": {"0.001"}}
		}
		s.srv.Inject(fault)
	}
	s.srv.Handler().ServeHTTP(w, r)
}

// halfBody writes half of what it is given. Because this is less than the announced length, net/http closes the
// connection.
type halfBody struct{ http.ResponseWriter }

func (h halfBody) Write(p []byte) (int, error) {
	_, _ = h.ResponseWriter.Write(p[:len(p)/2])
	return len(p), nil
}

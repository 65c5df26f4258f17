package auditlogtest

import (
	"net/http"
	"sync"
	"time"
)

// Fault is something that goes wrong with requests. Its zero value changes nothing about one request.
type Fault struct {
	API   API  // the service; "" is every one
	Token bool // hits requests for tokens rather than for data

	After int // how many requests of that kind pass first
	Times int // how many are hit; 0 is 1, -1 all from then on

	Delay  time.Duration // waits before anything else, by real time, or by that of a synctest bubble
	Status int           // answers with this; 0 leaves the answer to the service
	Body   string        // of that answer; "" is the service's own error form for the status
	Header http.Header   // replaces headers of the answer
	// Reset breaks the connection within the status line. A break before it would not be seen by every client: net/http
	// repeats a GET that got no byte on a connection that was used before.
	Reset bool
	// Truncate cuts the body of the answer after that many bytes and closes the connection; -1 is before the first.
	Truncate int
}

// faults are those that wait for requests.
type faults struct {
	mu      sync.Mutex
	waiting []*Fault
}

// Inject lets something go wrong with the requests that come from now on. Of several faults for one request the one that
// was injected first hits it and the others wait; every one counts it for its After.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	f.Header = f.Header.Clone()
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.waiting = append(s.faults.waiting, &f)
}

// ClearFaults takes back all faults, those under way excepted.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.waiting = nil
}

// next returns the fault that hits a request; the zero fault if none does.
func (fs *faults) next(api API, token bool) Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var hit *Fault
	for _, f := range fs.waiting {
		switch {
		case f.Token != token || f.API != "" && f.API != api:
		case f.After > 0:
			f.After--
		case hit == nil && f.Times != 0:
			hit = f
		}
	}
	if hit == nil {
		return Fault{}
	}
	if hit.Times > 0 {
		hit.Times--
	}
	return *hit
}

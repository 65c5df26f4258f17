package auditlogtest

import (
	"net/http"
	"sync"
	"time"
)

// Fault is a failure that the server applies to requests. The zero value applies to one request and changes nothing.
type Fault struct {
	API   API  // the service; "" means all services
	Token bool // applies to token requests instead of data requests

	After int // number of such requests that pass first
	Times int // number of requests that are hit; 0 means 1, -1 means all from then on

	Delay  time.Duration // wait before anything else, in real time or in the time of a synctest bubble
	Status int           // status of the response; 0: the service responds itself
	Body   string        // body of the response with Status; "": the service's own error body
	Header http.Header   // replaces headers of the response
	// Reset breaks the connection within the status line. A break before the status line could go unnoticed by the
	// client: net/http repeats a GET that received no byte on a reused connection.
	Reset bool
	// Truncate cuts the body of the response after this many bytes and closes the connection. -1 cuts before the first
	// byte.
	Truncate int
}

// faults holds the faults that wait for requests.
type faults struct {
	mu      sync.Mutex
	waiting []*Fault
}

// Inject adds a fault for requests that arrive from now on. If several faults match a request, the one that was
// injected first hits it and the others wait. Every matching fault counts the request towards its After.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	f.Header = f.Header.Clone()
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.waiting = append(s.faults.waiting, &f)
}

// ClearFaults removes all faults, except those that are already being applied to a request.
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

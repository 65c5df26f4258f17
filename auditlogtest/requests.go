package auditlogtest

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// Request is a request that the server received.
type Request struct {
	Method   string
	Path     string
	Query    url.Values
	RawQuery string
	Header   http.Header // a copy
	Body     []byte      // only of token requests; nil otherwise
	Status   int         // of the response; 0 while there is none, and if the connection was broken instead
}

// requestLog keeps all requests in order of arrival.
type requestLog struct {
	mu     sync.Mutex
	data   map[API][]*Request
	token  map[API][]*Request
	counts map[API]int // data requests, including those before a reset
}

// add stores a request and returns its number among the data requests of its service, or 0 for a token request.
func (l *requestLog) add(api API, token bool, r *Request) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.data == nil {
		l.data, l.token, l.counts = map[API][]*Request{}, map[API][]*Request{}, map[API]int{}
	}
	if token {
		l.token[api] = append(l.token[api], r)
		return 0
	}
	l.data[api] = append(l.data[api], r)
	l.counts[api]++
	return l.counts[api]
}

func (l *requestLog) answered(r *Request, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Status = status
}

func (l *requestLog) list(kept map[API][]*Request, api API) []Request {
	requests := make([]Request, len(kept[api]))
	for i, r := range kept[api] {
		requests[i] = *r
		requests[i].Header = r.Header.Clone()
		requests[i].Body = slices.Clone(r.Body)
	}
	return requests
}

// Requests returns the data requests to a service so far, in order of arrival. "" means the requests to paths that
// belong to no service.
func (s *Server) Requests(api API) []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.list(s.log.data, api)
}

// TokenRequests returns the logins to a service so far, in order of arrival.
func (s *Server) TokenRequests(api API) []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.list(s.log.token, api)
}

// ResetRequests deletes all recorded requests. The counts for BeforeRequest, Quirks.ShortPages and the like continue.
func (s *Server) ResetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	clear(s.log.data)
	clear(s.log.token)
}

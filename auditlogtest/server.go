package auditlogtest

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Server speaks all five APIs at one address. Its methods may be called at any time, also while it answers requests.
type Server struct {
	// URL is the address without a path, such as http://127.0.0.1:51234.
	URL string

	now     func() time.Time
	pipe    *pipeListener // nil: a socket
	client  *http.Client
	http    *http.Server
	handler http.Handler
	serving chan struct{} // closed when no connection is accepted any more
	conns   sync.WaitGroup

	dataAccessLogs   *store[auditlogs.DataAccessLog]
	dataAssetLogs    *store[auditlogs.DataAssetLog]
	auditEvents      *store[auditlogs.AuditEvent]
	personalDataLogs *store[auditlogs.PersonalDataLog]
	userEvents       *store[auditlogs.UserEvent]
	relations        *store[relation]

	tokens *tokens
	faults faults
	limits rateLimits
	log    requestLog

	mu     sync.Mutex
	quirks map[API]Quirks
	before func(API, int)
	hooks  sync.Mutex // held while before runs
}

// NewServer starts a server with no records on a free port of 127.0.0.1. It has to be closed.
func NewServer(opts ...ServerOption) *Server {
	s := &Server{
		now:              time.Now,
		serving:          make(chan struct{}),
		dataAccessLogs:   newStore(waldurKind),
		dataAssetLogs:    newStore(huaweiKind),
		auditEvents:      newStore(akinonKind),
		personalDataLogs: newStore(elasticPathKind),
		userEvents:       newStore(thousandEyesKind),
		relations:        newStore(relationKind),
		tokens:           newTokens(),
		quirks:           map[API]Quirks{},
	}
	for _, opt := range opts {
		opt(s)
	}
	s.handler = s.routes()
	s.start()
	return s
}

// start listens and serves. Where the machine has no loopback interface, a pipe takes the socket's place.
func (s *Server) start() {
	// Nothing here times out: clients are tests, and in a synctest bubble an idle timer would push the clock forward.
	s.http = &http.Server{Handler: s.handler, ConnState: s.track} //nolint:gosec // G112: see above
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	listener := s.listen()
	if s.pipe != nil {
		transport.DialContext = s.pipe.dial
		// Nothing listens there, so a client that was not given the pipe fails at once. A loopback address may be http.
		s.URL = "http://127.0.0.1:1"
	} else {
		s.URL = "http://" + listener.Addr().String()
	}
	s.client = &http.Client{Transport: transport}
	go func() {
		defer close(s.serving)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			_ = listener.Close()
		}
	}()
}

// listen opens the socket, or sets the pipe where there is to be none, or can be none.
func (s *Server) listen() net.Listener {
	if s.pipe != nil {
		return s.pipe
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for
	if err != nil {
		s.pipe = newPipeListener()
		return s.pipe
	}
	return listener
}

func (s *Server) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.conns.Done()
	case http.StateActive, http.StateIdle:
	}
}

// Close stops the server, breaks its connections and waits for the requests under way. It may be called twice.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.serving
	_ = s.http.Close() // a connection that was being accepted meanwhile
	s.client.CloseIdleConnections()
	s.conns.Wait()
}

// Handler returns what answers the requests, for a caller that serves it himself, below a path prefix or with TLS.
func (s *Server) Handler() http.Handler { return s.handler }

// HTTPClient returns a client that reaches the server, also one that is InMemory. Close closes its idle connections.
func (s *Server) HTTPClient() *http.Client { return s.client }

// BaseURL returns the address with which a client of one service is configured; Akinon's is the one through Omnitron.
func (s *Server) BaseURL(api API) string {
	switch api {
	case Akinon:
		return s.URL + "/api/v1/remote/" + ChannelID + "/data-warehouse"
	case ThousandEyes:
		return s.URL + "/v7"
	case Waldur, HuaweiEDS, ElasticPath:
	}
	return s.URL
}

// Options returns what configures a client for all five services, with Token for each.
func (s *Server) Options() []auditlogs.Option {
	token := auditlogs.StaticToken(Token)
	options := []auditlogs.Option{
		auditlogs.WithWaldur(s.BaseURL(Waldur), token),
		auditlogs.WithHuaweiEDS(s.BaseURL(HuaweiEDS), ProjectID, token),
		auditlogs.WithAkinon(s.BaseURL(Akinon), token),
		auditlogs.WithElasticPath(s.BaseURL(ElasticPath), token),
		auditlogs.WithThousandEyes(s.BaseURL(ThousandEyes), token),
	}
	if s.pipe != nil {
		options = append(options, auditlogs.WithHTTPClient(s.client))
	}
	return options
}

// SetQuirks sets how a service differs from the common reading of its documents from now on; "" is all five.
func (s *Server) SetQuirks(api API, q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if api != "" {
		s.quirks[api] = q
		return
	}
	for _, each := range APIs() {
		s.quirks[each] = q
	}
}

// BeforeRequest sets a function that is called before the n-th (from 1) data request to a service is answered, whatever
// the answer will be. It may add and delete records; it must not send requests to the server. One call is made at a time.
func (s *Server) BeforeRequest(f func(api API, n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// RevokeTokens makes every token given so far unacceptable, Token included. Logins give new ones; so does AllowToken.
func (s *Server) RevokeTokens() { s.tokens.revoke() }

// AllowToken makes a token of the caller's acceptable to all five services, until RevokeTokens.
func (s *Server) AllowToken(value string) { s.tokens.add("", value, time.Time{}) }

package auditlogtest

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Server serves all five APIs at one address. Its methods may be called at any time, also while it answers requests.
type Server struct {
	// URL is the address without a path, such as http://127.0.0.1:51234.
	URL string

	now     func() time.Time
	pipe    *pipeListener // nil: a socket
	client  *http.Client
	http    *http.Server
	handler http.Handler
	serving chan struct{} // closed when the server accepts no more connections
	conns   sync.WaitGroup

	dataAccessLogs   *store[auditlogs.DataAccessLog]
	dataAssetLogs    *store[auditlogs.DataAssetLog]
	auditEvents      *store[auditlogs.AuditEvent]
	personalDataLogs *store[auditlogs.PersonalDataLog]
	userEvents       *store[auditlogs.UserEvent]
	relations        *store[relation]
	accountGroups    *store[auditlogs.AccountGroup]
	connectors       *store[auditlogs.Connector]
	connectorLogs    connectorLogs

	tokens *tokens
	faults faults
	limits rateLimits
	log    requestLog

	mu     sync.Mutex
	quirks map[API]Quirks
	before func(API, int)
	hooks  sync.Mutex // held while before runs
}

// NewServer starts a server without records on a free port of 127.0.0.1. The caller must close it.
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
		accountGroups:    newStore(accountGroupKind),
		connectors:       newStore(connectorKind),
		tokens:           newTokens(),
		quirks:           map[API]Quirks{},
	}
	s.connectorLogs.of = map[string]*store[auditlogs.DataAssetLog]{ConnectorID: s.dataAssetLogs}
	s.AddConnectors(auditlogs.Connector{ID: ConnectorID, Name: "连接器B"})
	for _, opt := range opts {
		opt(s)
	}
	s.handler = s.routes()
	s.start()
	return s
}

// start listens and serves. If the machine has no loopback interface, the server uses a pipe instead of a socket.
func (s *Server) start() {
	// The server has no timeouts: its clients are tests, and in a synctest bubble an idle timer would advance the
	// clock.
	s.http = &http.Server{Handler: s.handler, ConnState: s.track} //nolint:gosec // G112: see above
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	listener := s.listen()
	if s.pipe != nil {
		transport.DialContext = s.pipe.dial
		// Nothing listens at this address, so a client without the pipe fails at once. A loopback address may use http.
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

// listen returns the pipe if one is set. Otherwise it opens a socket, or sets a pipe if that fails.
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

// Close stops the server, breaks its connections and waits for requests in progress. It may be called twice.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.serving
	_ = s.http.Close() // closes a connection that was accepted in the meantime
	s.client.CloseIdleConnections()
	s.conns.Wait()
}

// Handler returns the server's HTTP handler, for callers that serve it themselves, below a path prefix or with TLS.
func (s *Server) Handler() http.Handler { return s.handler }

// HTTPClient returns a client that reaches the server, even with InMemory. Close closes its idle connections.
func (s *Server) HTTPClient() *http.Client { return s.client }

// BaseURL returns the base URL with which to configure a client of one service. For Akinon, it leads through Omnitron.
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

// Options returns the options that configure a client for all five services, with Token for each.
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

// SetQuirks sets how a service differs from the common reading of its documents from now on. "" means all five
// services.
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

// BeforeRequest sets a function that the server calls before it answers the n-th data request to a service, whatever
// the response will be. n starts at 1. f may add and delete records, but must not send requests to the server. Only one
// call is made at a time.
func (s *Server) BeforeRequest(f func(api API, n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// RevokeTokens invalidates all tokens and access keys so far, including Token and AccessKey. Logins, AllowToken and
// AllowAccessKey provide new ones.
func (s *Server) RevokeTokens() { s.tokens.revoke() }

// AllowToken makes all five services accept a token of the caller's until RevokeTokens is called.
func (s *Server) AllowToken(value string) { s.tokens.add("", value, time.Time{}) }

// AllowAccessKey makes Huawei accept requests that are signed with a key of the caller's (SDK-HMAC-SHA256) until RevokeTokens
// is called. With a security token the key is a temporary one, and requests must have that token. A key of the same name is
// replaced. A date that is more than 15 minutes off the server's clock is refused.
func (s *Server) AllowAccessKey(accessKey, secretKey, securityToken string) {
	s.tokens.addKey(accessKey, signingKey{secretKey, securityToken})
}

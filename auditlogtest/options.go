package auditlogtest

import "time"

// ServerOption configures a Server.
type ServerOption func(*Server)

// InMemory connects client and server by net.Pipe instead of a socket, so that both work inside a testing/synctest
// bubble. Only Server.HTTPClient, which Server.Options carries, reaches the server.
func InMemory() ServerOption {
	return func(s *Server) { s.pipe = newPipeListener() }
}

// WithClock sets what the server takes for the time: in the Date header, for the expiry of tokens, for rate limits, for
// ThousandEyes' window and for Quirks.Retention. It is called by concurrent requests. The default is time.Now.
func WithClock(now func() time.Time) ServerOption {
	return func(s *Server) { s.now = now }
}

// WithQuirks sets how a service differs from the common reading of its documents; "" is all five.
func WithQuirks(api API, q Quirks) ServerOption {
	return func(s *Server) { s.SetQuirks(api, q) }
}

package auditlogtest

import "time"

// ServerOption configures a Server.
type ServerOption func(*Server)

// InMemory connects client and server through net.Pipe instead of a socket, so that both work inside a testing/synctest
// bubble. Only the client from Server.HTTPClient reaches the server. Server.Options includes that client.
func InMemory() ServerOption {
	return func(s *Server) { s.pipe = newPipeListener() }
}

// WithClock sets the function from which the server gets the time: for the Date header, the expiry of tokens, rate
// limits, ThousandEyes' window and Quirks.Retention. Concurrent requests call it. The default is time.Now.
func WithClock(now func() time.Time) ServerOption {
	return func(s *Server) { s.now = now }
}

// WithQuirks sets how a service differs from the common reading of its documents. "" means all five services.
func WithQuirks(api API, q Quirks) ServerOption {
	return func(s *Server) { s.SetQuirks(api, q) }
}

package transport

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// connection records whether an attempt got a connection.
type connection struct{ asked, made atomic.Bool }

// watchConnection returns a request whose connection is watched.
func watchConnection(req *http.Request) (*connection, *http.Request) {
	c := &connection{}
	return c, req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.made.Store(true) },
	}))
}

// unsent reports whether it is certain that nothing of a request was sent, because there was no connection to send it
// over. Transports that do not say that they ask for one, as net/http's does, are believed only if they could not dial.
func (c *connection) unsent(err error) bool {
	return err != nil && c != nil && !c.made.Load() && (c.asked.Load() || dialFailed(err))
}

func dialFailed(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// Package open opens the logs of a fleet whose specs say with JSON where they are, and name a file with the secret.
package open

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// Options says how logs are opened.
type Options struct {
	Secrets string          // the folder of the files with secrets
	Clients int             // how many clients are kept; 256 unless set
	Budgets *fleet.Budgets  // for per_minute, which is refused without
	Hooks   auditlogs.Hooks // of all clients
}

// New returns an Opener. It reads the file of the secret for each turn of a log, so that a new secret is used at once. Clients,
// with their logins, are kept for logs of the same URL and secret; all share one pool of connections. What is wrong with a
// spec is an error of its turn. It sends nothing; safe for concurrent use.
func New(o Options) fleet.Opener {
	opener := &opener{Options: o, http: &http.Client{Transport: transport()}, clients: newClients(cmp.Or(o.Clients, 256))}
	return opener.open
}

type opener struct {
	Options
	http    *http.Client
	clients *clients
}

func (o *opener) open(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
	p, err := readParams(s)
	if err != nil {
		return nil, err
	}
	text, err := readSecret(o.Secrets, s.Secret)
	if err != nil {
		return nil, err
	}
	k := key{s.API, p.URL, p.ProjectID, p.InsecureHTTP, p.PerMinute, s.Secret}
	client, err := o.clients.get(k, sha256.Sum256(text), func() (*auditlogs.Client, error) { return o.client(s, p, text) })
	if err != nil {
		return nil, err
	}
	return source(client, s, p), nil
}

// client makes a client. It sends nothing.
func (o *opener) client(s fleet.Spec, p Params, text []byte) (*auditlogs.Client, error) {
	secret, err := ParseEnv(text, known...)
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", s.Secret, err)
	}
	login, err := tokens(s.API, p, secret)
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", s.Secret, err)
	}
	api, err := option(s.API, p, login)
	if err != nil {
		return nil, err
	}
	options := []auditlogs.Option{api, auditlogs.WithHTTPClient(o.http), auditlogs.WithHooks(o.Hooks)}
	if p.InsecureHTTP {
		options = append(options, auditlogs.WithInsecureHTTP())
	}
	if p.PerMinute > 0 {
		if o.Budgets == nil {
			return nil, &ParamsError{"per_minute", "needs budgets, and there are none"}
		}
		options = append(options, auditlogs.WithLimiter(o.Budgets.Of(s.Secret, p.PerMinute)))
	}
	return auditlogs.NewClient(options...)
}

// transport returns the connections of all clients. It does not show its CloseIdleConnections, which a client calls after an
// attempt that timed out: the connections are those of other tenants, too. Silent ones of HTTP/2 are found by pings.
func transport() http.RoundTripper {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns: 512, MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 10 * time.Second},
	}
	return struct{ http.RoundTripper }{t}
}

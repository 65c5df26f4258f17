package transport

import (
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Call is one call: a loop of attempts with one credential and, if that was refused, with the next one.
// go-retryablehttp provides the loop and its timer; Call decides what to repeat and when.
type Call struct {
	Attempt
	pipe     *Client
	http     http.Client
	loop     *retryablehttp.Client
	budget   int         // maximum number of attempts
	mayBeRun bool        // the API may have carried out an earlier attempt although it failed
	once     bool        // the request must not reach the server twice
	conn     *connection // of the attempt, if once is set
	failed   *Failure    // the last one that was followed by another attempt
}

// NewCall begins a call of the given operation. Its HTTP client follows redirects as parts of an attempt, each of which
// passes through the handlers. It has no timeout of its own, because that would include the waits for a rate limit.
func (p *Client) NewCall(op string) *Call {
	x := &Call{Attempt: Attempt{Op: op}, pipe: p, budget: p.policy.MaxAttempts}
	x.http.Transport, x.http.CheckRedirect, x.http.Jar = handlers{x}, p.redirect, p.jar
	x.loop = &retryablehttp.Client{
		HTTPClient:   &x.http,
		RetryMax:     math.MaxInt, // CheckRetry counts
		CheckRetry:   x.check,     // sets RetryWaitMin
		Backoff:      func(wait, _ time.Duration, _ int, _ *http.Response) time.Duration { return wait },
		ErrorHandler: func(res *http.Response, err error, _ int) (*http.Response, error) { return res, err },
	}
	return x
}

// Send makes the attempts for a request that carries the given secrets, and returns their last answer, whatever its
// status. An error means that there was no answer.
func (x *Call) Send(req *http.Request, secrets ...scrub.Secret) (*Reply, error) {
	x.secrets = secrets
	res, err := x.attempts(req)
	if err != nil {
		return nil, WithoutURL(err)
	}
	return x.reply(res), nil
}

// attempts sends a request until an attempt is not to be repeated.
func (x *Call) attempts(req *http.Request) (*http.Response, error) {
	again, err := retryablehttp.FromRequest(req) // takes the body, to send it with each attempt
	if err != nil {
		return nil, err
	}
	x.Number++
	return x.loop.Do(again)
}

// MayBeRun reports whether the API may have carried out an earlier attempt although it failed.
func (x *Call) MayBeRun() bool { return x.mayBeRun }

// Failure is how an attempt ended that was to be repeated.
type Failure struct {
	Attempts int    // so far
	Reply    *Reply // nil without an answer
	Err      error  // nil with an answer
}

// Failed returns how the last attempt that was to be repeated ended, or nil if there was none.
func (x *Call) Failed() *Failure { return x.failed }

// Once sends a request that must not reach the server twice. It is repeated only after an attempt for which no connection
// was made.
func (x *Call) Once(req *http.Request, secrets ...scrub.Secret) (*Reply, error) {
	x.once = true
	return x.Send(req, secrets...)
}

// HTTPClient returns an HTTP client for a single call, for callers that send the request themselves. The client makes the
// attempts of Send.
func (x *Call) HTTPClient(secrets ...scrub.Secret) *http.Client {
	x.secrets = secrets
	return &http.Client{Transport: roundTrip(x.attempts), CheckRedirect: followNothing}
}

// handlers is the network of a call's HTTP client.
type handlers struct{ call *Call }

// RoundTrip sends the request, or that of a redirect, through the handlers.
func (h handlers) RoundTrip(req *http.Request) (*http.Response, error) {
	x := h.call
	if x.once {
		x.conn, req = watchConnection(req)
	}
	return x.pipe.attempt(&x.Attempt, req)
}

// roundTrip is a function as a RoundTripper. Neither it nor handlers has CloseIdleConnections, on purpose: go-retryablehttp
// would call it after every failure, and close the connections of other calls.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

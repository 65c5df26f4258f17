package transport

import (
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Call is one call: the loop of attempts, with one credential and, if that was refused, with the next. The loop itself
// and its timer are go-retryablehttp's; what to repeat and when is decided here.
type Call struct {
	Attempt
	pipe     *Client
	budget   int           // attempts in all
	wait     time.Duration // before the next attempt
	mayBeRun bool          // an earlier attempt may have been carried out although it failed
}

// NewCall begins a call of the operation.
func (p *Client) NewCall(op string) *Call {
	return &Call{Attempt: Attempt{Op: op}, pipe: p, budget: p.policy.MaxAttempts}
}

// Send makes the attempts for a request that carries the given secrets, and is their last answer, whatever its status. An
// error is a call without an answer.
func (x *Call) Send(req *http.Request, secrets ...scrub.Secret) (*Reply, error) {
	x.secrets = secrets
	client := &retryablehttp.Client{
		HTTPClient:     x.client(),
		RetryMax:       math.MaxInt, // CheckRetry counts
		RequestLogHook: func(_ retryablehttp.Logger, _ *http.Request, _ int) { x.Number++ },
		CheckRetry:     x.check,
		Backoff:        func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return x.wait },
		ErrorHandler:   func(res *http.Response, err error, _ int) (*http.Response, error) { return res, err },
	}
	res, err := client.Do(&retryablehttp.Request{Request: req})
	if err != nil {
		return nil, WithoutURL(err)
	}
	return x.reply(res), nil
}

// MayBeRun reports whether an earlier attempt may have been carried out although it failed.
func (x *Call) MayBeRun() bool { return x.mayBeRun }

// Once sends a request that is not repeated.
func (x *Call) Once(req *http.Request, secrets ...scrub.Secret) (*Reply, error) {
	res, err := x.OnceClient(secrets...).Do(req)
	if err != nil {
		return nil, WithoutURL(err)
	}
	return x.reply(res), nil
}

// OnceClient is an HTTP client for a single request, for those who send it themselves.
func (x *Call) OnceClient(secrets ...scrub.Secret) *http.Client {
	x.Number, x.secrets = 1, secrets
	return x.client()
}

// client follows redirects as parts of an attempt, each on its way through the handlers. It has no timeout of its own, which
// would count the waits for a rate limit.
func (x *Call) client() *http.Client {
	return &http.Client{Transport: roundTrip(x.roundTrip), CheckRedirect: x.pipe.redirect, Jar: x.pipe.jar}
}

func (x *Call) roundTrip(req *http.Request) (*http.Response, error) {
	return x.pipe.attempt(&x.Attempt, req)
}

// roundTrip is a function as a RoundTripper. It has no CloseIdleConnections on purpose: go-retryablehttp calls it after every
// failure, and would close the connections of other calls.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

package auditlogs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"math"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// RetryPolicy says how often and when a request is repeated: reads and DataAccessLogs.Delete only, after 408, 429, 5xx
// (not 501 and 505), broken connections, timeouts and bodies that end early. Zero fields take their defaults.
type RetryPolicy struct {
	MaxAttempts int           // requests in all; 3 unless set, 1 never repeats
	MinWait     time.Duration // the shortest wait; 500 ms unless set. The longest possible one doubles from there
	MaxWait     time.Duration // the longest wait; 30 s unless set. An API that asks for more gets no further request
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 3
	}
	if p.MaxWait == 0 {
		p.MaxWait = max(30*time.Second, p.MinWait)
	}
	if p.MinWait == 0 {
		p.MinWait = min(500*time.Millisecond, p.MaxWait)
	}
	return p
}

func (p RetryPolicy) check() error {
	fault := func(field, reason string) error {
		return &ConfigError{Option: "WithRetry", Field: field, Reason: reason}
	}
	var errs []error
	if p.MaxAttempts < 0 {
		errs = append(errs, fault("MaxAttempts", "is negative"))
	}
	if p.MinWait < 0 {
		errs = append(errs, fault("MinWait", "is negative"))
	}
	if p.MaxWait < 0 {
		errs = append(errs, fault("MaxWait", "is negative"))
	}
	if p.MaxWait > 0 && p.MinWait > p.MaxWait {
		errs = append(errs, fault("MinWait", "is longer than MaxWait"))
	}
	return errors.Join(errs...)
}

// attempt is what the parts of the chain know of the call they work for; they find it in the request's context.
type attempt struct {
	op     string
	n      int
	waited time.Duration // before it, to keep a rate limit
	sent   []secret      // credentials that an error may quote, if the server echoes them
}

type attemptKey struct{}

// exchange is one call: the loop of attempts, with one credential and, if that was refused, with the next. The loop
// itself and its timer are go-retryablehttp's; what to repeat and when is decided here.
type exchange struct {
	attempt
	conn     *conn
	budget   int           // attempts in all
	wait     time.Duration // before the next attempt
	mayBeRun bool          // an earlier attempt may have been carried out although it failed
}

// run sends the request until it has an answer worth keeping. The last answer is kept whatever it is.
func (x *exchange) run(req *http.Request) (*http.Response, error) {
	client := &retryablehttp.Client{
		HTTPClient:     x.conn.http,
		RetryMax:       math.MaxInt, // CheckRetry counts
		RequestLogHook: func(_ retryablehttp.Logger, _ *http.Request, _ int) { x.n++ },
		CheckRetry:     x.check,
		Backoff:        func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return x.wait },
		ErrorHandler:   func(res *http.Response, err error, _ int) (*http.Response, error) { return res, err },
	}
	return client.Do(&retryablehttp.Request{Request: req})
}

// check decides whether another attempt follows, and plans its wait.
func (x *exchange) check(ctx context.Context, res *http.Response, err error) (bool, error) {
	if err != nil {
		res = nil // net/http gives both when a redirect is refused
	}
	if !repeatable(res, err) || x.n >= x.budget || ctx.Err() != nil {
		return false, err
	}
	policy := x.conn.retry
	x.wait = policy.backoff(x.n)
	if res != nil {
		asked := askedWait(res.StatusCode, res.Header, time.Now())
		if asked > policy.MaxWait {
			return false, nil
		}
		if asked > 0 {
			x.wait = asked
		}
	}
	x.mayBeRun = x.mayBeRun || mayBeRun(res, err)
	x.announce(ctx, res, err)
	return true, nil
}

func (x *exchange) announce(ctx context.Context, res *http.Response, err error) {
	info := RetryInfo{API: x.conn.api, Op: x.op, Attempt: x.n, Wait: x.wait}
	attrs := make([]slog.Attr, 0, 5)
	attrs = append(attrs, slog.String("api", info.API), slog.String("op", info.Op), slog.Int("attempt", info.Attempt),
		slog.Duration("wait", info.Wait))
	if res != nil {
		info.Status = res.StatusCode
		attrs = append(attrs, slog.Int("status", info.Status))
	} else {
		info.Cause = newTransportError(x.op, x.n, err)
		attrs = append(attrs, slog.String("error", info.Cause.Error()))
	}
	x.conn.logger.LogAttrs(ctx, slog.LevelWarn, "request repeated", attrs...)
	x.conn.hooks.retry(ctx, info)
}

// repeatable tells what may be better next time from what will not.
func repeatable(res *http.Response, err error) bool {
	if err != nil {
		return repeatableError(err)
	}
	switch status := res.StatusCode; status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	default:
		return status >= 500
	}
}

func repeatableError(err error) bool {
	var (
		refused  *redirectRefusal
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		roots    x509.SystemRootsError
		tooLarge = errors.Is(err, ErrBodyTooLarge)
	)
	return !tooLarge && !errors.As(err, &refused) && !errors.As(err, &verify) && !errors.As(err, &unknown) &&
		!errors.As(err, &host) && !errors.As(err, &invalid) && !errors.As(err, &roots)
}

// mayBeRun tells whether the API may have carried out a request that failed: not if no connection was made, nor if it
// was turned away at the door.
func mayBeRun(res *http.Response, err error) bool {
	if err != nil {
		var op *net.OpError
		return !(errors.As(err, &op) && op.Op == "dial")
	}
	return res.StatusCode >= 500
}

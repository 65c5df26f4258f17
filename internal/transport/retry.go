package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"
)

// Policy says how often and when a request is repeated.
type Policy struct {
	MaxAttempts      int
	MinWait, MaxWait time.Duration
}

// check decides whether another attempt follows, and sets its wait and its number.
func (x *Call) check(ctx context.Context, res *http.Response, err error) (bool, error) {
	if err != nil {
		res = nil // net/http returns both if a redirect is refused
	}
	if !x.repeatable(res, err) || x.Number >= x.budget || ctx.Err() != nil {
		return false, err
	}
	wait := x.pipe.policy.Backoff(x.Number)
	if res != nil {
		asked := askedWait(res.StatusCode, res.Header, time.Now())
		if asked > x.pipe.policy.MaxWait {
			return false, nil
		}
		if asked > 0 {
			wait = asked
		}
	}
	x.mayBeRun = x.mayBeRun || mayBeRun(res, err)
	repeat := RetryInfo{Wait: wait, Err: err}
	x.failed = &Failure{Attempts: x.Number, Err: WithoutURL(err)}
	if res != nil {
		repeat.Status = res.StatusCode
		x.failed.Reply = x.reply(res)
	}
	x.pipe.observer.Retry(ctx, x.Attempt, repeat)
	x.loop.RetryWaitMin = wait
	x.Number++
	return true, nil
}

// repeatable reports whether another attempt may succeed, and may be made.
func (x *Call) repeatable(res *http.Response, err error) bool {
	return repeatable(res, err) && (!x.once || x.conn.unsent(err))
}

// repeatable reports whether another attempt may succeed.
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
		refused  *RedirectError
		unsigned *UnsignedError
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		roots    x509.SystemRootsError
		tooLarge *TooLargeError
		limiter  *LimiterError
	)
	return !errors.As(err, &tooLarge) && !errors.As(err, &limiter) && !errors.As(err, &refused) && !errors.As(err, &unsigned) &&
		!errors.As(err, &verify) && !errors.As(err, &unknown) && !errors.As(err, &host) && !errors.As(err, &invalid) && !errors.As(err, &roots)
}

// mayBeRun reports whether the API may have carried out a request that failed. It has not if no connection was made, or
// if it rejected the request before running it.
func mayBeRun(res *http.Response, err error) bool {
	if err != nil {
		return !dialFailed(err)
	}
	return res.StatusCode >= 500
}

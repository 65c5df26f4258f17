package transport

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// clockSigner signs with the time and the URL, and has a new secret each time.
type clockSigner struct {
	began time.Time
	count int
}

func (s *clockSigner) sign(req *http.Request) ([]scrub.Secret, error) {
	s.count++
	secret := fmt.Sprint("secret-", s.count)
	req.Header.Set("Authorization", secret)
	req.Header.Set("X-Signed", time.Since(s.began).String()+" "+req.URL.RequestURI())
	req.URL.RawQuery = "rewritten=by-the-signer"
	return []scrub.Secret{scrub.NewSecret(secret)}, nil
}

// unsigned is a request without a credential.
func unsigned(t *testing.T) *http.Request {
	t.Helper()
	req := request(t.Context(), t, http.MethodGet, testURL)
	req.Header = http.Header{}
	return req
}

// A signature is made after all waits, for each attempt and each redirect, and never for the request from which the next
// one is made.
func TestEachAttemptIsSigned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := newScript(
			response(503, "", "Retry-After", "5"), response(302, "", "Location", "/there?a=b"),
			response(503, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "20"), response(302, "", "Location", "again?c=d"),
			response(200, "fine", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "25"), response(200, "later"),
		)
		s := &clockSigner{began: time.Now()}
		policy := Policy{MaxAttempts: 5, MinWait: time.Second, MaxWait: 30 * time.Second}
		p := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: policy, PerMinute: 20, Signer: s.sign, Observer: &diary{}})
		req := unsigned(t)
		r, err := p.NewCall("Logs.List").Send(req)
		require.NoError(t, err)
		require.Equal(t, "fine", string(r.Body))
		_, err = p.NewCall("Logs.List").Send(unsigned(t))
		require.NoError(t, err)
		var signed []string
		for _, sent := range network.seen {
			signed = append(signed, sent.Header.Get("X-Signed"))
			require.Equal(t, "rewritten=by-the-signer", sent.URL.RawQuery)
		}
		require.Equal(t, []string{
			"0s /logs?query=private", "5s /logs?query=private", "8s /there?a=b", // 3 s apart, by the caller's limit
			"28s /logs?query=private", "31s /again?c=d",
			"56s /logs?query=private", // by the API's limit
		}, signed)
		require.Empty(t, req.Header)
		require.Equal(t, testURL, req.URL.String())
	})
}

// What a server echoes is taken out of errors and answers, whichever secret it was.
func TestSecretsOfSignatures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		echo := func(req *http.Request) (*http.Response, error) {
			return nil, errors.New("malformed " + req.Header.Get("Authorization"))
		}
		refuse := func(req *http.Request) (*http.Response, error) {
			return response(403, "", "X-Request-Id", "for "+req.Header.Get("Authorization")), nil
		}
		d, s := &diary{}, &clockSigner{}
		p := NewNetwork(&http.Client{Transport: newScript(echo, echo, refuse)}, testLimit).APIClient(Settings{Policy: usual, Signer: s.sign, Observer: d})
		x := p.NewCall("Logs.List")
		r, err := x.Send(unsigned(t))
		require.NoError(t, err)
		require.Equal(t, "for [redacted]", r.RequestID)
		require.EqualError(t, x.Failed().Err, "malformed [redacted]")
		for _, line := range d.all() {
			require.NotContains(t, line, "secret-")
		}
		require.Equal(t, 3, s.count)
	})
}

// What cannot be signed is not sent, not repeated, and no attempt that anybody is told of.
func TestUnsignedRequestsAreNotSent(t *testing.T) {
	t.Parallel()
	cause := errors.New("no key")
	network, d := newScript(response(200, "")), &diary{}
	p := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: usual, Signer: func(*http.Request) ([]scrub.Secret, error) { return nil, cause }, Observer: d})
	_, err := p.NewCall("Logs.List").Send(unsigned(t))
	var unsigned *UnsignedError
	require.ErrorAs(t, err, &unsigned)
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "request not signed: no key")
	require.Zero(t, network.count())
	require.Empty(t, d.all())
}

package transport

import (
	"net/http"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Signer signs a request in place, for APIs that take a signature instead of a token. It returns the secrets that the
// request carries from then on.
type Signer func(*http.Request) ([]scrub.Secret, error)

// sign signs each attempt by itself, after its waits, because a signature becomes stale. A redirect is signed for the URL
// that it leads to. The request itself stays as it is: net/http makes those of redirects from it.
func sign(signer Signer, next handler) handler {
	if signer == nil {
		return next
	}
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		req = req.Clone(req.Context())
		secrets, err := signer(req)
		if err != nil {
			return nil, &UnsignedError{err}
		}
		a.secrets = secrets
		return next(a, req)
	}
}

package transport

import (
	"net/http"
	"net/url"
	"strings"
)

const maxRedirects = 5

// redirectRule decides whether net/http follows a redirect.
type redirectRule = func(req *http.Request, via []*http.Request) error

// followSameOrigin lets reads follow redirects within their origin. net/http sends the credential along, in custom
// headers even to other hosts. So any other redirect is not followed, and becomes the answer. The caller's own rule
// decides about the remaining redirects.
func followSameOrigin(own redirectRule) redirectRule {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		reads := first.Method == http.MethodGet || first.Method == http.MethodHead
		if !reads || len(via) > maxRedirects || req.URL.User != nil || !sameOrigin(first.URL, req.URL) {
			return http.ErrUseLastResponse
		}
		if own == nil {
			return nil
		}
		if err := own(req, via); err != nil && err != http.ErrUseLastResponse { //nolint:errorlint // net/http compares it the same way
			return &RedirectError{err}
		} else {
			return err
		}
	}
}

// followNothing is the rule for logins, whose body is the credential.
func followNothing(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if strings.EqualFold(u.Scheme, "http") {
		return "80"
	}
	return "443"
}

// dropBadLocation removes a Location that is not a URL: net/http would quote it in its error and lose the status. It
// also escapes blanks in the query: net/http would send a blank as it is, and the blank would end the next request's
// URL.
func dropBadLocation(req *http.Request, res *http.Response) {
	location := first(res.Header, "Location")
	if location == "" {
		return
	}
	u, err := req.URL.Parse(location)
	switch {
	case err != nil:
		res.Header.Del("Location")
	case strings.Contains(u.RawQuery, " "):
		u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
		res.Header.Set("Location", u.String())
	}
}

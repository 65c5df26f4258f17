package auditlogs

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// The words before a token that the APIs know. RFC 9110 calls them schemes.
const (
	schemeToken  = "Token"
	schemeBearer = "Bearer"
)

// credential returns the value of the header with the token.
func (a *apiTraits) credential(token transport.Token) string {
	scheme := cmp.Or(token.Scheme, a.scheme(token.Value))
	if scheme == "" {
		return token.Value
	}
	return scheme + " " + token.Value
}

// hasSchemes reports whether the API's header takes a scheme.
func (a *apiTraits) hasSchemes() bool { return a.scheme("") != "" }

// tokenFault says why the API cannot be sent a token, or returns "".
func (a *apiTraits) tokenFault(t Token) string {
	if fault := t.fault(); fault != "" {
		return fault
	}
	if t.Scheme != "" && !a.hasSchemes() {
		return "has a scheme, which the header " + a.header + " does not take"
	}
	return ""
}

// always is the scheme of an API that has one for all tokens.
func always(scheme string) func(string) string { return func(string) string { return scheme } }

// waldurScheme returns the scheme for a token of Waldur: Bearer for personal access tokens (w_…) and for the tokens of an OIDC
// provider, which are JWTs, and Token for its own. Waldur refuses a token with the other scheme.
func waldurScheme(value string) string {
	if strings.HasPrefix(value, "w_") || isJWT(value) {
		return schemeBearer
	}
	return schemeToken
}

// personalExpiry returns the end that one of Waldur's personal access tokens, w_<Unix time>_…, holds; the zero time for any other.
func personalExpiry(value string) time.Time {
	rest, personal := strings.CutPrefix(value, "w_")
	digits, _, _ := strings.Cut(rest, "_")
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if !personal || err != nil || seconds <= 0 || seconds > 253_402_300_799 { // the year 9999
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// isJWT reports whether a value has the form of a JSON web token: three parts or, if it is encrypted, five, of which the first
// is a JSON object in base64.
func isJWT(value string) bool {
	dots := strings.Count(value, ".")
	return strings.HasPrefix(value, "eyJ") && (dots == 2 || dots == 4)
}

// withoutScheme returns a token whose value begins with its scheme, as it is copied from a header or a document, with the
// scheme in its own field.
func (t Token) withoutScheme() Token {
	if t.Scheme != "" {
		return t
	}
	text := t.Value
	if name := "authorization:"; len(text) > len(name) && strings.EqualFold(text[:len(name)], name) {
		text = strings.TrimLeft(text[len(name):], blanks)
	}
	end := strings.IndexAny(text, blanks)
	for _, known := range []string{schemeToken, schemeBearer} {
		if end > 0 && strings.EqualFold(text[:end], known) {
			t.Scheme, t.Value = known, strings.TrimLeft(text[end:], blanks)
		}
	}
	return t
}

const blanks = " \t"

// fault says why the token cannot be sent, or returns "". A header may have only printable ASCII. With anything else, such as
// the newline at the end of a file, net/http would refuse the header, or worse, the value would begin a header of its own.
func (t Token) fault() string {
	if fault := printableFault(t.Value); fault != "" || t.Scheme == "" {
		return fault
	}
	if fault := printableFault(t.Scheme); fault != "" {
		return "has a scheme that " + fault
	}
	return ""
}

// printableFault says why a text cannot be a word of a header, or returns "".
func printableFault(text string) string {
	if text == "" {
		return "is empty"
	}
	for i := range len(text) {
		if text[i] == ' ' {
			return "has a blank"
		}
		if text[i] < ' ' || text[i] >= 0x7f {
			return "has a character that is not printable ASCII"
		}
	}
	return ""
}

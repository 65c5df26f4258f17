package auditlogtest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Huawei's gateway takes requests that are signed with an access key, as its "API Request Signing Guide" describes it. The
// signature is verified here on the request as it arrived, by code that the client does not share.

const (
	signatureAlgorithm = "SDK-HMAC-SHA256"
	// signatureAge is how far a date may be off the server's clock.
	signatureAge = 15 * time.Minute
)

// signature is what the header Authorization says.
type signature struct {
	access  string
	headers []string // their names, in lower case and sorted
	value   string
}

// isSigned reports whether a request claims to be signed.
func isSigned(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), signatureAlgorithm)
}

// parseSignature reads the header Authorization.
func parseSignature(header string) (s signature, ok bool) {
	rest, ok := strings.CutPrefix(header, signatureAlgorithm+" ")
	if !ok {
		return s, false
	}
	parts := strings.Split(rest, ",")
	if len(parts) != 3 {
		return s, false
	}
	access, ok1 := strings.CutPrefix(strings.TrimSpace(parts[0]), "Access=")
	headers, ok2 := strings.CutPrefix(strings.TrimSpace(parts[1]), "SignedHeaders=")
	value, ok3 := strings.CutPrefix(strings.TrimSpace(parts[2]), "Signature=")
	s = signature{access, strings.Split(headers, ";"), value}
	return s, ok1 && ok2 && ok3 && slices.IsSorted(s.headers) && headers == strings.ToLower(headers)
}

// signatureFault returns why the gateway refuses a signed request, or "". The guide demands only that the date is signed;
// here, host, project and security token must be too, because a client that leaves them open leaves them to others.
func (s *Server) signatureFault(c *call) string {
	given, ok := parseSignature(c.Header.Get("Authorization"))
	if !ok {
		return "verify aksk signature fail"
	}
	key, ok := s.tokens.key(given.access)
	if !ok {
		return "Get secretKey failed,ak:" + given.access + ",err:ak not exist"
	}
	date := c.Header.Get("X-Sdk-Date")
	made, err := time.Parse("20060102T150405Z", date)
	if err != nil || made.Sub(c.now).Abs() > signatureAge {
		return "calc ak sk signature fail:signature expired"
	}
	if c.Header.Get("X-Security-Token") != key.securityToken {
		return "decrypt token fail"
	}
	text := signedText(c.Request, given.headers)
	mac := hmac.New(sha256.New, []byte(key.secret))
	_, _ = fmt.Fprintf(mac, "%s\n%s\n%x", signatureAlgorithm, date, sha256.Sum256([]byte(text))) // never fails
	value, err := hex.DecodeString(given.value)
	if err != nil || !hmac.Equal(value, mac.Sum(nil)) || !signsEnough(c.Request, given.headers) {
		return "verify aksk signature fail,canonicalRequest:" + strings.ReplaceAll(text, "\n", "|")
	}
	return ""
}

// signsEnough reports whether nothing that the gateway looks at is left open.
func signsEnough(r *http.Request, headers []string) bool {
	for _, name := range []string{"host", "x-sdk-date", "x-project-id", "x-security-token"} {
		needed := name == "host" || r.Header.Get(name) != ""
		if needed && !slices.Contains(headers, name) {
			return false
		}
	}
	return true
}

// signedText returns the text that is signed, made of the request line and the headers as they arrived.
func signedText(r *http.Request, headers []string) string {
	target := r.URL // from which a handler in front may have taken a prefix
	if arrived, err := url.ParseRequestURI(r.RequestURI); err == nil {
		target = arrived
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", r.Method, signedPath(target.EscapedPath()), signedQuery(target.RawQuery))
	for _, name := range headers {
		values := slices.Sorted(slices.Values(r.Header.Values(name)))
		if name == "host" {
			values = []string{r.Host}
		}
		for _, value := range values {
			fmt.Fprintf(&b, "%s:%s\n", name, strings.TrimSpace(value))
		}
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(io.LimitReader(r.Body, 1<<20)) // a body that breaks off has another digest
	}
	fmt.Fprintf(&b, "\n%s\n%x", strings.Join(headers, ";"), sha256.Sum256(body))
	return b.String()
}

// signedPath escapes the elements of a path in the one way that counts, and ends it with a slash.
func signedPath(path string) string {
	elements := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for i, element := range elements {
		if plain, err := url.PathUnescape(element); err == nil {
			elements[i] = escapeAll(plain)
		}
	}
	return strings.Join(elements, "/") + "/"
}

// signedQuery sorts parameters by name and value, and escapes them in the one way that counts.
func signedQuery(query string) string {
	type parameter struct{ name, value string }
	var parameters []parameter
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		parameters = append(parameters, parameter{unescapeQuery(name), unescapeQuery(value)})
	}
	slices.SortFunc(parameters, func(a, b parameter) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	pairs := make([]string, len(parameters))
	for i, p := range parameters {
		pairs[i] = escapeAll(p.name) + "=" + escapeAll(p.value)
	}
	return strings.Join(pairs, "&")
}

// unescapeQuery returns a text that is not escaped correctly as it is.
func unescapeQuery(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// escapeAll escapes all but the unreserved characters of RFC 3986, as QueryEscape does but for the blank.
func escapeAll(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

package sdkhmac

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// canonicalRequest returns the text that is signed for a request without a body. signed are the names of headers, in lower
// case and sorted.
func canonicalRequest(req *http.Request, signed []string) (string, error) {
	path, err := canonicalPath(req.URL.EscapedPath())
	if err != nil {
		return "", err
	}
	query, err := canonicalQuery(req.URL.RawQuery)
	if err != nil {
		return "", err
	}
	var headers strings.Builder
	for _, name := range signed {
		value := req.Header.Get(name)
		if name == "host" {
			value = req.Host
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return strings.Join([]string{req.Method, path, query, headers.String(), strings.Join(signed, ";"), digest("")}, "\n"), nil
}

// canonicalPath escapes each segment of an escaped path anew, so that it does not matter how it is escaped. It ends in a
// slash, whether the path does or not.
func canonicalPath(escaped string) (string, error) {
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return "", errors.New("a path that is not escaped correctly cannot be signed")
		}
		segments[i] = escape(plain)
	}
	path := strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path, nil
}

// canonicalQuery sorts the parameters by name and value, and escapes them.
func canonicalQuery(raw string) (string, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", errors.New("a query that cannot be read cannot be signed") // the error itself quotes the query
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(slices.Values(values[name])) {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&"), nil
}

// canonicalHost returns the host in lower case, without the port if that is the usual one of the scheme.
func canonicalHost(req *http.Request) (string, error) {
	host := req.Host
	if host == "" {
		host = req.URL.Host // net/http leaves Host empty after a redirect
	}
	for i := range len(host) {
		if host[i] <= ' ' || host[i] >= 0x7f {
			return "", errors.New("a host that is not printable ASCII cannot be signed") // net/http would spell it otherwise
		}
	}
	usual := ":443"
	if strings.EqualFold(req.URL.Scheme, "http") {
		usual = ":80"
	}
	return strings.ToLower(strings.TrimSuffix(host, usual)), nil
}

// escape escapes every byte but the unreserved ones of RFC 3986.
func escape(text string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b.WriteByte(c)
		default:
			b.WriteString("%" + digits[c>>4:c>>4+1] + digits[c&15:c&15+1])
		}
	}
	return b.String()
}

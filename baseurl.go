package auditlogs

import (
	"net"
	"net/url"
	"strings"
)

// parseBaseURL checks a base URL that credentials will be sent to, and says what is wrong with it without quoting it.
// insecure allows http:// for every host; loopback hosts never need it.
func parseBaseURL(raw string, insecure bool) (base *url.URL, fault string) {
	if raw == "" {
		return nil, "is empty"
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, "is not a URL"
	}
	switch {
	case u.Scheme == "":
		return nil, "has no scheme"
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, "has a scheme other than https"
	case u.Hostname() == "":
		return nil, "has no host"
	case u.User != nil:
		return nil, "has user information"
	case u.RawQuery != "" || u.ForceQuery:
		return nil, "has a query"
	case strings.Contains(raw, "#"):
		return nil, "has a fragment"
	case hasDotSegment(u.Path):
		return nil, "has a path with . or .."
	case u.Scheme == "http" && !insecure && !isLoopback(u.Hostname()):
		return nil, "is http://, which needs WithInsecureHTTP"
	}
	escaped := strings.TrimRight(u.EscapedPath(), "/")
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, "is not a URL"
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path, RawPath: escaped}, ""
}

func hasDotSegment(path string) bool {
	for element := range strings.SplitSeq(path, "/") {
		if element == "." || element == ".." {
			return true
		}
	}
	return false
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

package auditlogs

import (
	"net"
	"net/url"
	"strings"
)

// Addresses of the APIs that do not run on a customer's own host.
const (
	ThousandEyesURL   = "https://api.thousandeyes.com/v7"
	ElasticPathUSEast = "https://useast.api.elasticpath.com"
	ElasticPathEUWest = "https://euwest.api.elasticpath.com"
)

// AkinonOmnitronURL is the base URL of the data warehouse behind Omnitron, for a host such as "sandbox.akinon.com" and
// one of its channels.
func AkinonOmnitronURL(host, channelID string) string {
	return originOf(host) + "/api/v1/remote/" + url.PathEscape(channelID) + "/data-warehouse"
}

// AkinonCommerceURL is the base URL of a shop's own data warehouse, for a host such as "sandbox.commerce.akinon.com".
func AkinonCommerceURL(host string) string { return originOf(host) + "/api/v1/data-warehouse" }

// originOf is the address of a host; one that comes with its scheme is taken as it is.
func originOf(host string) string {
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	return strings.TrimRight(host, "/")
}

// parseBaseURL checks an address that credentials will be sent to, and says what is wrong with it without quoting it.
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

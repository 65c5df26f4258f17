package auditlogs

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Option configures a Client. The order of options does not matter, except that of two equal general ones the last wins.
// An API can be configured once only, whether by its option or by FromEnv. A bad argument is a *[ConfigError], which NewClient
// returns.
type Option func(*config) error

// WithWaldur configures a Waldur server, such as https://waldur.example.com. The token needs a staff or support user.
func WithWaldur(baseURL string, tokens TokenSource) Option {
	return withAPI(APIWaldur, baseURL, "", tokens)
}

// WithHuaweiEDS configures Huawei Cloud EDS, such as https://eds-combine.cn-north-4.myhuaweicloud.com.
func WithHuaweiEDS(baseURL, projectID string, tokens TokenSource) Option {
	return withAPI(APIHuaweiEDS, baseURL, projectID, tokens)
}

// WithAkinon configures Akinon Commerce; the base URL reaches up to and including /data-warehouse, as AkinonOmnitronURL
// and AkinonCommerceURL make it.
func WithAkinon(baseURL string, tokens TokenSource) Option {
	return withAPI(APIAkinon, baseURL, "", tokens)
}

// WithElasticPath configures Elastic Path, at ElasticPathUSEast, ElasticPathEUWest or elsewhere.
func WithElasticPath(baseURL string, tokens TokenSource) Option {
	return withAPI(APIElasticPath, baseURL, "", tokens)
}

// WithThousandEyes configures ThousandEyes, at ThousandEyesURL or elsewhere.
func WithThousandEyes(baseURL string, tokens TokenSource) Option {
	return withAPI(APIThousandEyes, baseURL, "", tokens)
}

func withAPI(id API, baseURL, projectID string, tokens TokenSource) Option {
	return func(c *config) error {
		option := id.traits().option
		if c.apis[id] != nil {
			return &ConfigError{Option: option, Reason: "configures an API that is configured already"}
		}
		c.apis[id] = &apiConfig{
			option: option, baseField: "baseURL", projectField: "projectID", tokenField: "tokens",
			baseURL: baseURL, projectID: projectID, tokens: tokens,
		}
		return nil
	}
}

// WithHTTPClient sets the HTTP client that requests and logins are sent with: it carries proxies, TLS settings and
// tracing transports. It is copied, and neither it nor its transport is changed. Its timeout, 30 seconds where it has
// none, bounds each attempt instead of the whole call. Its CheckRedirect is asked about redirects within the configured
// origin; others are never followed.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) error {
		if hc == nil {
			return &ConfigError{Option: "WithHTTPClient", Reason: "is nil"}
		}
		own := *hc
		c.http = &own
		return nil
	}
}

// WithRetry sets how often and when a failed request is repeated.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) error {
		if err := p.check(); err != nil {
			return err
		}
		c.retry = p.withDefaults()
		return nil
	}
}

// WithRateLimit spaces the requests to each configured API evenly, retries included, so that no minute sees more than the
// given number. Waiting ends with the context. Without it only the limits that an API itself reports are kept.
func WithRateLimit(perMinute int) Option {
	return func(c *config) error {
		if perMinute <= 0 {
			return &ConfigError{Option: "WithRateLimit", Reason: "is not positive"}
		}
		c.perMinute = perMinute
		return nil
	}
}

// WithMaxBodyBytes bounds one response, after decompression; 32 MiB unless set. A larger one is ErrBodyTooLarge.
func WithMaxBodyBytes(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return &ConfigError{Option: "WithMaxBodyBytes", Reason: "is not positive"}
		}
		c.maxBody = n
		return nil
	}
}

// WithUserAgent names the calling product, such as "exporter/1.2", in front of this package's own name. Printable ASCII only.
func WithUserAgent(product string) Option {
	return func(c *config) error {
		if strings.TrimSpace(product) == "" {
			return &ConfigError{Option: "WithUserAgent", Reason: "is empty"}
		}
		for i := range len(product) {
			if product[i] < ' ' || product[i] >= 0x7f {
				return &ConfigError{Option: "WithUserAgent", Reason: "has a character that is not printable ASCII"}
			}
		}
		c.userAgent = product + " " + userAgent
		return nil
	}
}

// WithLogger sets the log: attempts at Debug, repeats at Warn, without URLs, headers and tokens. Messages and
// attributes are listed in docs/observability.md of the repository. Nothing is logged
// unless set.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) error {
		if l == nil {
			return &ConfigError{Option: "WithLogger", Reason: "is nil"}
		}
		c.logger = l
		return nil
	}
}

// WithHooks sets functions to be called while the client works. Of several WithHooks only the last one counts; JoinHooks
// makes one value of several.
func WithHooks(h Hooks) Option {
	return func(c *config) error {
		c.hooks = h
		return nil
	}
}

// WithInsecureHTTP allows http:// for APIs and logins on every host, where anybody on the way can read the credential.
// Loopback hosts never need it.
func WithInsecureHTTP() Option {
	return func(c *config) error {
		c.insecure = true
		return nil
	}
}

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

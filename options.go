package auditlogs

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/given"
)

// Option configures a Client. The order of options does not matter, with one exception: if the same general option (one
// that does not configure an API) is given twice, the last one wins. Each API can be configured only once, either by
// its option or by FromEnv. For a bad argument, NewClient returns a *[ConfigError].
type Option func(*config) error

// WithWaldur configures a Waldur server, such as https://waldur.example.com. The token must belong to a staff or
// support user. A personal access token (w_…) needs the scope SUPPORT.ACCESS, and STAFF.ACCESS to delete; its expiry is part of
// it, in seconds since 1970 (documented in the vendor's guide to personal access tokens).
func WithWaldur(baseURL string, tokens TokenSource) Option {
	return withAPI(APIWaldur, baseURL, "", tokens)
}

// WithHuaweiEDS configures Huawei Cloud EDS, for example at https://eds-combine.cn-north-4.myhuaweicloud.com.
func WithHuaweiEDS(baseURL, projectID string, tokens TokenSource) Option {
	return withAPI(APIHuaweiEDS, baseURL, projectID, tokens)
}

// WithAkinon configures Akinon Commerce. The base URL has the path up to and including /data-warehouse;
// AkinonOmnitronURL and AkinonCommerceURL return such URLs.
func WithAkinon(baseURL string, tokens TokenSource) Option {
	return withAPI(APIAkinon, baseURL, "", tokens)
}

// WithElasticPath configures Elastic Path, at ElasticPathUSEast, ElasticPathEUWest or another base URL.
func WithElasticPath(baseURL string, tokens TokenSource) Option {
	return withAPI(APIElasticPath, baseURL, "", tokens)
}

// WithThousandEyes configures ThousandEyes, at ThousandEyesURL or another base URL.
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

// WithHTTPClient sets the HTTP client for requests and logins, with its proxies, TLS settings and tracing transports.
// The client is copied; neither it nor its transport is changed. Its timeout limits each attempt instead of the whole
// call; if it has none, the timeout is 30 seconds. Its CheckRedirect is asked about redirects of reads within the
// configured origin, of which at most five are followed. Other redirects are never followed.
//
// An HTTP/2 connection can carry many requests, so one whose peer is gone without a word makes many fail. A client without
// a Transport gets one that pings silent connections, and closes those that do not answer before an attempt times out. A
// Transport of your own should do so, too: set SendPingTimeout and PingTimeout of its HTTP2 field to a third of the timeout.
// With any Transport that has CloseIdleConnections, that is called before the next attempt after one that timed out.
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

// WithRetry sets how often and when a failed request is retried.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) error {
		if err := p.check(); err != nil {
			return err
		}
		c.retry = p.withDefaults()
		return nil
	}
}

// WithRateLimit spaces the requests to each configured API evenly, retries included, so that each API gets at most
// perMinute requests in any minute. A wait ends when the context ends. Without this option, the client keeps only the
// limits that an API itself reports.
func WithRateLimit(perMinute int) Option {
	return func(c *config) error {
		if perMinute <= 0 {
			return &ConfigError{Option: "WithRateLimit", Reason: "is not positive"}
		}
		c.perMinute = perMinute
		return nil
	}
}

// WithLimiter makes each request to an API, retries included, call the limiter's Wait first, so that many clients share one
// budget: those of a process through a *rate.Limiter of golang.org/x/time, those of many processes through a limiter of your
// own. One client uses one limiter for all its APIs; give APIs with budgets of their own to clients of their own. A wait does
// not count against the time of an attempt, and ends when the context ends. An error of Wait fails the call at once, as a
// *[TransportError] that wraps it. Logins do not wait. Wait must be safe for concurrent use. WithRateLimit and what an API
// itself says about its limit apply besides.
func WithLimiter(l interface{ Wait(context.Context) error }) Option {
	return func(c *config) error {
		if given.IsNil(l) {
			return &ConfigError{Option: "WithLimiter", Reason: "is nil"}
		}
		c.limiter = l
		return nil
	}
}

// WithMaxBodyBytes limits the size of one response in bytes, after decompression; the default is 32 MiB. A larger
// response is ErrBodyTooLarge.
func WithMaxBodyBytes(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return &ConfigError{Option: "WithMaxBodyBytes", Reason: "is not positive"}
		}
		c.maxBody = n
		return nil
	}
}

// WithUserAgent puts the name of the calling product, such as "exporter/1.2", before the name of this package in the
// User-Agent header. Only printable ASCII is allowed.
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

// WithLogger sets the logger. It logs attempts at Debug and retries at Warn, without URLs, headers and tokens.
// docs/observability.md in the repository lists the messages and attributes. By default nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) error {
		if l == nil {
			return &ConfigError{Option: "WithLogger", Reason: "is nil"}
		}
		c.logger = l
		return nil
	}
}

// WithHooks sets functions that the client calls while it works. If it is given several times, only the last one
// counts; JoinHooks combines several Hooks into one.
func WithHooks(h Hooks) Option {
	return func(c *config) error {
		c.hooks = h
		return nil
	}
}

// WithInsecureHTTP allows http:// for APIs and logins on every host. Anyone on the network path can then read the
// credential. Loopback hosts do not need this option.
func WithInsecureHTTP() Option {
	return func(c *config) error {
		c.insecure = true
		return nil
	}
}

// RetryPolicy says how often and when a request is retried. Reads, DataAccessLogs.Delete and the login of
// ElasticPathCredentials are retried after 408, 429, 5xx (except 501 and 505), broken connections, timeouts and bodies that
// end early. Other logins are retried only if no connection was made. If MaxAttempts is more than 1, a listing also asks
// once more for an answer that is a *DecodeError. A zero field has its default value.
type RetryPolicy struct {
	// MaxAttempts is the number of requests in total; 3 unless set. 1 means no retry.
	MaxAttempts int
	// MinWait is the shortest wait that the client chooses; 500 ms unless set. Waits are random. Their upper bound doubles
	// with each attempt, from MinWait up to MaxWait.
	MinWait time.Duration
	// MaxWait is the longest wait; 75 s unless set, so that what is left of a minute can be waited out: ThousandEyes counts
	// requests by the minute. If an API asks for a longer one, the call is not retried.
	MaxWait time.Duration
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 3
	}
	if p.MaxWait == 0 {
		p.MaxWait = max(75*time.Second, p.MinWait)
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

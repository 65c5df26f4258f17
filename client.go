package auditlogs

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/given"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// Client reads audit logs. It is immutable and safe for concurrent use. Create one with NewClient. A service whose API
// is not configured answers every call with ErrNotConfigured.
type Client struct {
	DataAccessLogs   *DataAccessLogsService   // Waldur: who looked at whose personal data
	DataAssetLogs    *DataAssetLogsService    // Huawei Cloud EDS: who used which shared data asset
	AuditEvents      *AuditEventsService      // Akinon Commerce: requests that changed something
	PersonalDataLogs *PersonalDataLogsService // Elastic Path: every change to a person's data
	UserEvents       *UserEventsService       // Cisco ThousandEyes: activity log

	conns   map[API]*conn // only the configured APIs
	network *transport.Network
}

// NewClient creates a client from its options. It sends nothing. It reports all bad options together, joined with
// errors.Join; each of them is a *ConfigError. A client without any API is valid; its services return ErrNotConfigured.
func NewClient(opts ...Option) (*Client, error) {
	cfg := newConfig()
	var errs []error
	for i, opt := range opts {
		if opt == nil {
			errs = append(errs, &ConfigError{Option: "NewClient", Field: "option " + strconv.Itoa(i+1), Reason: "is nil"})
			continue
		}
		errs = append(errs, opt(cfg))
	}
	if err := errors.Join(append(errs, cfg.check())...); err != nil {
		return nil, err
	}
	return build(cfg), nil
}

func build(cfg *config) *Client {
	c := &Client{conns: map[API]*conn{}, network: transport.NewNetwork(cfg.http, cfg.maxBody)}
	for i := range apis {
		if a := cfg.apis[apis[i].id]; a != nil {
			c.conns[apis[i].id] = c.connect(cfg, &apis[i], a)
		}
	}
	c.DataAccessLogs = newDataAccessLogsService(c.conns[APIWaldur])
	c.DataAssetLogs = newDataAssetLogsService(c.conns[APIHuaweiEDS])
	c.AuditEvents = newAuditEventsService(c.conns[APIAkinon])
	c.PersonalDataLogs = newPersonalDataLogsService(c.conns[APIElasticPath])
	c.UserEvents = newUserEventsService(c.conns[APIThousandEyes])
	return c
}

func (c *Client) connect(cfg *config, traits *apiTraits, a *apiConfig) *conn {
	id := traits.id
	source := a.tokens
	if own, ok := source.(boundSource); ok {
		source = own.bind(newLoginClient(id, cfg, c.network))
	}
	var signer transport.Signer
	signing, signs := source.(signingSource)
	if signs {
		signer = func(req *http.Request) ([]scrub.Secret, error) { return signing.sign(req, a.projectID, time.Now()) }
	}
	r := &report{api: id, logger: cfg.log(), hooks: cfg.hooks}
	own := &conn{
		api:       id,
		base:      a.base(cfg.insecure),
		projectID: a.projectID,
		names:     a.names(),
		traits:    traits,
		client: c.network.APIClient(transport.Settings{
			Policy: transport.Policy(cfg.retry), Observer: r, PerMinute: cfg.perMinute, Limiter: cfg.limiter, Signer: signer,
		}),
		source: source,
		signs:  signs,
		retry:  cfg.retry,
		header: http.Header{"User-Agent": {cfg.userAgent}, "Accept": {traits.accept}, "Cache-Control": {"no-cache"}},
		report: r,
		hooks:  cfg.hooks,
	}
	if !signs {
		own.header.Set(traits.header, "")
	}
	own.tokens = transport.NewTokens(own.fetchToken)
	if file, ok := source.(watchedSource); ok {
		own.tokens.Watch(file.version)
	}
	return own
}

// APIs returns the configured APIs, always in the same order.
func (c *Client) APIs() []API {
	var configured []API
	for i := range apis {
		if c.conns[apis[i].id] != nil {
			configured = append(configured, apis[i].id)
		}
	}
	return configured
}

// CloseIdleConnections closes the connections that no request is using, including those of WithHTTPClient's transport.
// The client stays usable.
func (c *Client) CloseIdleConnections() { c.network.CloseIdleConnections() }

const (
	defaultMaxBody = 32 << 20
	userAgent      = "auditlogs-go"
)

// config collects the values of the options, before they are checked as a whole.
type config struct {
	apis      map[API]*apiConfig
	http      *http.Client
	retry     RetryPolicy
	perMinute int
	limiter   transport.Limiter
	maxBody   int64
	userAgent string
	logger    *slog.Logger // the caller's; nil: none
	debug     *slog.Logger // what the environment asks for; nil: none
	hooks     Hooks
	insecure  bool
}

func newConfig() *config {
	return &config{
		apis:      map[API]*apiConfig{},
		retry:     RetryPolicy{}.withDefaults(),
		maxBody:   defaultMaxBody,
		userAgent: userAgent,
	}
}

// log returns the logger of the client: the caller's, else that of the environment, else one that discards.
func (c *config) log() *slog.Logger {
	return cmp.Or(c.logger, c.debug, slog.New(slog.DiscardHandler))
}

// apiConfig is the configuration of one API, and the names that its errors use.
type apiConfig struct {
	option                              string
	baseField, projectField, tokenField string
	baseURL, projectID                  string
	tokens                              TokenSource
}

// fieldNames say where the parts of a configuration come from, for people.
type fieldNames struct{ base, token string }

// names returns the names of the fields: variables of the environment, or arguments of an option.
func (a *apiConfig) names() fieldNames {
	if a.option == "FromEnv" {
		return fieldNames{base: a.baseField, token: a.tokenField}
	}
	return fieldNames{base: "the " + a.baseField + " of " + a.option, token: "the " + a.tokenField + " of " + a.option}
}

// check returns every fault of the configured APIs. It runs after all options, because WithInsecureHTTP may be the
// last.
func (c *config) check() error {
	var errs []error
	for i := range apis {
		if a := c.apis[apis[i].id]; a != nil {
			errs = append(errs, a.check(apis[i].id, c.insecure))
		}
	}
	return errors.Join(errs...)
}

func (a *apiConfig) check(id API, insecure bool) error {
	var errs []error
	fault := func(field, reason string) {
		if reason != "" {
			errs = append(errs, &ConfigError{Option: a.option, Field: field, Reason: reason})
		}
	}
	_, reason := parseBaseURL(a.baseURL, insecure)
	fault(a.baseField, reason)
	if id == APIHuaweiEDS {
		fault(a.projectField, elementFault(a.projectID))
	}
	if given.IsNil(a.tokens) {
		fault(a.tokenField, "is nil")
		return errors.Join(errs...)
	}
	switch own := a.tokens.(type) {
	case plainSource:
		fault(a.tokenField, own.fault(id.traits()))
	case boundSource:
		errs = append(errs, own.check(insecure))
	case signingSource:
		if id != APIHuaweiEDS {
			fault(a.tokenField, "signs requests, which only Huawei Cloud takes")
		}
		errs = append(errs, own.check(insecure))
	}
	return errors.Join(errs...)
}

// base returns the base URL, which check has already validated.
func (a *apiConfig) base(insecure bool) *url.URL {
	base, _ := parseBaseURL(a.baseURL, insecure)
	return base
}

// elementFault says why a text cannot be an ID within a path, or returns "".
func elementFault(id string) string {
	switch {
	case id == "":
		return "is empty"
	case id == "." || strings.Contains(id, ".."):
		return "would lead elsewhere in a path"
	}
	for i := range len(id) {
		switch b := id[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '-', b == '_', b == '.':
		default:
			return "has a character other than letters, digits, '-', '_' and '.'"
		}
	}
	return ""
}

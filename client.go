package auditlogs

import (
	"errors"
	"strconv"
)

// Client reads audit trails. It is immutable and safe for concurrent use; make one with NewClient. A service whose API
// was not configured answers every call with ErrNotConfigured.
type Client struct {
	DataAccessLogs   *DataAccessLogsService   // Waldur: who looked at whose personal data
	DataAssetLogs    *DataAssetLogsService    // Huawei Cloud EDS: who used which shared data asset
	AuditEvents      *AuditEventsService      // Akinon Commerce: requests that changed something
	PersonalDataLogs *PersonalDataLogsService // Elastic Path: every change to a person's data
	UserEvents       *UserEventsService       // Cisco ThousandEyes: activity log

	// nil where not configured
	waldur, huawei, akinon, elasticPath, thousandEyes *conn

	stack *stack
}

// NewClient makes a client from its options, and sends nothing. Every bad option is reported, joined with errors.Join;
// each is a *ConfigError. Without any API it is a client all the same, whose services answer ErrNotConfigured.
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
	c := &Client{stack: newStack(cfg)}
	c.waldur = c.connect(cfg, APIWaldur)
	c.huawei = c.connect(cfg, APIHuaweiEDS)
	c.akinon = c.connect(cfg, APIAkinon)
	c.elasticPath = c.connect(cfg, APIElasticPath)
	c.thousandEyes = c.connect(cfg, APIThousandEyes)

	c.DataAccessLogs = newDataAccessLogsService(c.waldur)
	c.DataAssetLogs = newDataAssetLogsService(c.huawei)
	c.AuditEvents = newAuditEventsService(c.akinon)
	c.PersonalDataLogs = newPersonalDataLogsService(c.elasticPath)
	c.UserEvents = newUserEventsService(c.thousandEyes)
	return c
}

func (c *Client) connect(cfg *config, id API) *conn {
	a := cfg.apis[id]
	if a == nil {
		return nil
	}
	tokens := a.tokens
	if own, ok := tokens.(boundSource); ok {
		tokens = own.bind(&loginer{api: string(id), stack: c.stack, insecure: cfg.insecure})
	}
	return &conn{
		api:       string(id),
		base:      a.base(cfg.insecure),
		projectID: a.projectID,
		dialect:   dialects[id],
		http:      c.stack.apiClient(string(id), cfg.perMinute, cfg.retry.MaxWait),
		tokens:    &tokenCache{source: tokens},
		retry:     cfg.retry,
		userAgent: cfg.userAgent,
		logger:    cfg.logger,
		hooks:     cfg.hooks,
	}
}

// APIs lists the configured APIs, always in the same order.
func (c *Client) APIs() []API {
	var configured []API
	for i, conn := range []*conn{c.waldur, c.huawei, c.akinon, c.elasticPath, c.thousandEyes} {
		if conn != nil {
			configured = append(configured, allAPIs[i])
		}
	}
	return configured
}

// CloseIdleConnections closes the connections that no request uses, those of WithHTTPClient's transport among them. The
// client stays usable.
func (c *Client) CloseIdleConnections() {
	if pool, ok := c.stack.base.(interface{ CloseIdleConnections() }); ok {
		pool.CloseIdleConnections()
	}
}

// Package madeup has tenants whose logs are made up, on servers of package auditlogtest, for tests, measurements and the demo.
package madeup

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// Tenant has the log of one API.
type Tenant struct {
	API    auditlogtest.API
	Server *auditlogtest.Server
	Spec   fleet.Spec
	added  uint64
}

// Tenants are several, whose APIs take turns.
type Tenants []*Tenant

// New makes tenants with servers of their own. Their logs begin at a time.
func New(n int, since time.Time, options ...auditlogtest.ServerOption) Tenants {
	all := make(Tenants, n)
	for i := range all {
		t := &Tenant{API: auditlogtest.APIs()[i%len(auditlogtest.APIs())], Server: auditlogtest.NewServer(options...)}
		t.Spec = fleet.Spec{
			Tenant: fmt.Sprintf("tenant %04d", i), API: auditlogs.API(t.API), Since: since.UTC(), Secret: fmt.Sprintf("credential %d", i), Params: Params(t.Server.URL),
		}
		all[i] = t
	}
	return all
}

// Close stops all servers.
func (all Tenants) Close() {
	for _, t := range all {
		t.Server.Close()
	}
}

// Specs returns what the fleet is to read.
func (all Tenants) Specs() []fleet.Spec {
	specs := make([]fleet.Spec, len(all))
	for i, t := range all {
		specs[i] = t.Spec
	}
	return specs
}

// Add adds records to the log of a tenant, from a range of time.
func (t *Tenant) Add(since, until time.Time, n int) {
	t.added++
	t.Server.GenerateForBetween(t.API, since, until, t.added, n)
}

// params is what Spec.Params says.
type params struct {
	URL string `json:"url"`
}

// Params returns the parameters of a log on a server.
func Params(url string) json.RawMessage {
	text, _ := json.Marshal(params{url}) // cannot fail: it is a text
	return text
}

// client is shared by all sources, so that connections are.
var client = &http.Client{Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second}}

// Open is the Opener of made-up tenants.
func Open(ctx context.Context, s fleet.Spec) (auditlogs.Source, error) {
	return OpenWith()(ctx, s)
}

// OpenWith returns an Opener whose clients have further options.
func OpenWith(options ...auditlogs.Option) fleet.Opener {
	return func(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
		var p params
		if err := json.Unmarshal(s.Params, &p); err != nil {
			return nil, err
		}
		server := auditlogtest.Server{URL: p.URL}
		c, err := auditlogs.NewClient(slices.Concat(server.Options(), []auditlogs.Option{
			auditlogs.WithHTTPClient(client), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond}),
		}, options)...)
		if err != nil {
			return nil, err
		}
		return source(c, s)
	}
}

func source(c *auditlogs.Client, s fleet.Spec) (auditlogs.Source, error) {
	switch s.API {
	case auditlogs.APIWaldur:
		return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: s.Since, Until: s.Until}), nil
	case auditlogs.APIHuaweiEDS:
		return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{
			InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID, Since: s.Since, Until: s.Until,
		}), nil
	case auditlogs.APIAkinon:
		return c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: s.Since, Until: s.Until}), nil
	case auditlogs.APIElasticPath:
		return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
			ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, Since: s.Since, Until: s.Until,
		}), nil
	case auditlogs.APIThousandEyes:
		return c.UserEvents.Source(auditlogs.UserEventFilter{Since: s.Since, Until: s.Until}), nil
	}
	return nil, fmt.Errorf("there is no API %q", s.API)
}

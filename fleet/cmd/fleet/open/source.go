package open

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// option returns what makes a client one of an API.
func option(api auditlogs.API, p Params, t auditlogs.TokenSource) (auditlogs.Option, error) {
	switch api {
	case auditlogs.APIWaldur:
		return auditlogs.WithWaldur(p.URL, t), nil
	case auditlogs.APIHuaweiEDS:
		return auditlogs.WithHuaweiEDS(p.URL, p.ProjectID, t), nil
	case auditlogs.APIAkinon:
		return auditlogs.WithAkinon(p.URL, t), nil
	case auditlogs.APIElasticPath:
		return auditlogs.WithElasticPath(p.URL, t), nil
	case auditlogs.APIThousandEyes:
		return auditlogs.WithThousandEyes(cmp.Or(p.URL, auditlogs.ThousandEyesURL), t), nil
	}
	return nil, fmt.Errorf("there is no API %q", api)
}

// source returns the log of a spec.
func source(c *auditlogs.Client, s fleet.Spec, p Params) auditlogs.Source {
	switch s.API {
	case auditlogs.APIWaldur:
		return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: s.Since, Until: s.Until})
	case auditlogs.APIHuaweiEDS:
		f := auditlogs.DataAssetLogFilter{InstanceID: p.InstanceID, ConnectorID: p.ConnectorID, Since: s.Since, Until: s.Until}
		if p.ConnectorID == "" {
			return c.DataAssetLogs.AllConnectors(f)
		}
		return c.DataAssetLogs.Source(f)
	case auditlogs.APIAkinon:
		return c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: s.Since, Until: s.Until})
	case auditlogs.APIElasticPath:
		return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
			ResourceType: p.ResourceType, ResourceID: p.ResourceID, Since: s.Since, Until: s.Until,
		})
	case auditlogs.APIThousandEyes:
		return c.UserEvents.Source(auditlogs.UserEventFilter{
			AccountGroupID: p.AccountGroup, AllPermittedAccountGroups: p.AllAccountGroups, Since: s.Since, Until: s.Until,
		})
	}
	return nil // option has refused it
}

// Check returns what is wrong with a spec, as far as that is known without its secret. It sends nothing: reading begins with a
// context that has ended.
func Check(s fleet.Spec) error {
	p, err := readParams(s)
	if err != nil {
		return err
	}
	if err := CheckSecret(s.Secret); err != nil {
		return err
	}
	one, err := option(s.API, p, auditlogs.StaticToken("any"))
	if err != nil {
		return err
	}
	options := []auditlogs.Option{one}
	if p.InsecureHTTP {
		options = append(options, auditlogs.WithInsecureHTTP())
	}
	client, err := auditlogs.NewClient(options...)
	if err != nil {
		return err
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	log := source(client, s, p)
	read := log.Follow(ended, "", auditlogs.FollowOptions{})
	if !s.Until.IsZero() {
		read = log.Pages(ended, "")
	}
	for _, err := range read {
		if errors.Is(err, auditlogs.ErrInvalidFilter) {
			return err
		}
		break
	}
	return nil
}

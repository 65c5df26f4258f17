package auditlogsreceiver

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// address returns the base URL.
func (c Connection) address() string { return c.Endpoint }

// credential returns the setting that has the token.
func (c Connection) credential() string {
	if c.TokenFile != "" {
		return "token_file"
	}
	return "token"
}

// configure returns the options of a client for an API with one of the ways to get in.
func (c Connection) configure(api func(auditlogs.TokenSource) auditlogs.Option, ways ...entry) ([]auditlogs.Option, error) {
	var errs faults
	if c.Endpoint == "" {
		errs.add("endpoint", "is not set")
	}
	if c.RateLimit < 0 {
		errs.add("rate_limit", "is negative")
	}
	tokens, err := choose(slices.Concat(c.byToken(), ways)...)
	if err != nil {
		errs = append(errs, err)
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	options := []auditlogs.Option{api(tokens)}
	if c.InsecureHTTP {
		options = append(options, auditlogs.WithInsecureHTTP())
	}
	if c.RateLimit != 0 {
		options = append(options, auditlogs.WithRateLimit(c.RateLimit))
	}
	return options, nil
}

// check returns what is wrong with the settings of a tenant, by making a client and a source of them. Following that begins
// with a context that has ended checks what is asked for, and sends nothing.
func check(t tenant) error {
	options, err := t.options()
	if err != nil {
		return err
	}
	client, err := auditlogs.NewClient(options...)
	if err != nil {
		return translate(err, t.credential())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range t.source(client, time.Time{}).Follow(ctx, "", auditlogs.FollowOptions{}) {
		if errors.Is(err, auditlogs.ErrInvalidFilter) {
			return translate(err, t.credential())
		}
		break
	}
	return nil
}

// Validate returns what is wrong with the settings, each as a *SettingError. It sends nothing.
func (c WaldurConfig) Validate() error { return check(c) }

func (c WaldurConfig) options() ([]auditlogs.Option, error) {
	return c.configure(
		func(t auditlogs.TokenSource) auditlogs.Option { return auditlogs.WithWaldur(c.Endpoint, t) },
		byPassword(c.Username, c.Password, func(username, password string) auditlogs.TokenSource {
			return auditlogs.WaldurLogin(c.Endpoint, username, password)
		}))
}

func (c WaldurConfig) source(client *auditlogs.Client, since time.Time) auditlogs.Source {
	return client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: since})
}

// Validate returns what is wrong with the settings, each as a *SettingError. It sends nothing.
func (c HuaweiEDSConfig) Validate() error { return check(c) }

func (c HuaweiEDSConfig) options() ([]auditlogs.Option, error) {
	login := auditlogs.HuaweiIAMConfig{
		IAMURL: c.IAM.Endpoint, DomainName: c.IAM.Domain, UserName: c.IAM.Username, Password: string(c.IAM.Password), ProjectID: c.ProjectID,
	}
	key := auditlogs.HuaweiAKSKConfig{AccessKey: string(c.AccessKey), SecretKey: string(c.SecretKey), SecurityToken: string(c.SecurityToken)}
	return c.configure(
		func(t auditlogs.TokenSource) auditlogs.Option {
			return auditlogs.WithHuaweiEDS(c.Endpoint, c.ProjectID, t)
		},
		entry{
			needs: []setting{
				given("iam::endpoint", c.IAM.Endpoint), given("iam::domain", c.IAM.Domain),
				given("iam::username", c.IAM.Username), given("iam::password", c.IAM.Password),
			},
			tokens: func() auditlogs.TokenSource { return auditlogs.HuaweiIAM(login) },
		},
		entry{
			needs:  []setting{given("access_key", c.AccessKey), given("secret_key", c.SecretKey)},
			may:    []setting{given("security_token", c.SecurityToken)},
			tokens: func() auditlogs.TokenSource { return auditlogs.HuaweiAKSK(key) },
		})
}

func (c HuaweiEDSConfig) source(client *auditlogs.Client, since time.Time) auditlogs.Source {
	f := auditlogs.DataAssetLogFilter{InstanceID: c.InstanceID, ConnectorID: c.ConnectorID, Since: since}
	if c.ConnectorID == "" {
		return client.DataAssetLogs.AllConnectors(f)
	}
	return client.DataAssetLogs.Source(f)
}

// Validate returns what is wrong with the settings, each as a *SettingError. It sends nothing.
func (c AkinonConfig) Validate() error { return check(c) }

func (c AkinonConfig) options() ([]auditlogs.Option, error) {
	return c.configure(
		func(t auditlogs.TokenSource) auditlogs.Option { return auditlogs.WithAkinon(c.Endpoint, t) },
		byPassword(c.Username, c.Password, func(username, password string) auditlogs.TokenSource {
			return auditlogs.AkinonLogin(originOf(c.Endpoint), username, password)
		}))
}

func (c AkinonConfig) source(client *auditlogs.Client, since time.Time) auditlogs.Source {
	return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since})
}

// originOf returns scheme and host of a URL, where Omnitron's login is.
func originOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint // the check of the endpoint reports the fault
	}
	return u.Scheme + "://" + u.Host
}

// Validate returns what is wrong with the settings, each as a *SettingError. It sends nothing.
func (c ElasticPathConfig) Validate() error { return check(c) }

func (c ElasticPathConfig) options() ([]auditlogs.Option, error) {
	return c.configure(
		func(t auditlogs.TokenSource) auditlogs.Option { return auditlogs.WithElasticPath(c.Endpoint, t) },
		entry{
			needs: []setting{given("client_id", c.ClientID), given("client_secret", c.ClientSecret)},
			tokens: func() auditlogs.TokenSource {
				return auditlogs.ElasticPathCredentials(c.Endpoint, c.ClientID, string(c.ClientSecret))
			},
		})
}

func (c ElasticPathConfig) source(client *auditlogs.Client, since time.Time) auditlogs.Source {
	return client.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{ResourceType: c.ResourceType, ResourceID: c.ResourceID, Since: since})
}

// Validate returns what is wrong with the settings, each as a *SettingError. It sends nothing.
func (c ThousandEyesConfig) Validate() error { return check(c) }

func (c ThousandEyesConfig) address() string { return cmp.Or(c.Endpoint, auditlogs.ThousandEyesURL) }

func (c ThousandEyesConfig) options() ([]auditlogs.Option, error) {
	c.Endpoint = c.address()
	return c.configure(func(t auditlogs.TokenSource) auditlogs.Option { return auditlogs.WithThousandEyes(c.Endpoint, t) })
}

func (c ThousandEyesConfig) source(client *auditlogs.Client, since time.Time) auditlogs.Source {
	return client.UserEvents.Source(auditlogs.UserEventFilter{
		AccountGroupID: c.AccountGroup, AllPermittedAccountGroups: c.AllAccountGroups, Since: since,
	})
}

package auditlogs

import (
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
)

// FromEnv configures the APIs that the environment names, each by its URL and either a token or what a login needs:
//
//	AUDITLOGS_WALDUR_URL         _TOKEN, or _USERNAME and _PASSWORD
//	AUDITLOGS_HUAWEI_EDS_URL     AUDITLOGS_HUAWEI_EDS_PROJECT_ID, and AUDITLOGS_HUAWEI_EDS_TOKEN,
//	                             or AUDITLOGS_HUAWEI_IAM_URL, _DOMAIN, _USERNAME and _PASSWORD
//	AUDITLOGS_AKINON_URL         _TOKEN, or _USERNAME and _PASSWORD, for a login at the URL's host
//	AUDITLOGS_ELASTICPATH_URL    _TOKEN, or _CLIENT_ID and _CLIENT_SECRET
//	AUDITLOGS_THOUSANDEYES_URL   _TOKEN; the URL is ThousandEyesURL unless set
//
// An empty variable counts as one that is not set. An API that is configured by half, or in two ways, is an error that
// names variables, never values; none at all is not.
func FromEnv() Option {
	return func(c *config) error {
		var errs []error
		for _, api := range envAPIs {
			errs = append(errs, api.configure(c))
		}
		return errors.Join(errs...)
	}
}

// envAPI is how the environment names one API. The names are those behind the prefix.
type envAPI struct {
	id     API
	prefix string
	place  []string // the URL, and for Huawei the project
	token  string
	login  []string // instead of the token
	source func(variables) TokenSource
}

var envAPIs = []envAPI{
	{
		id: APIWaldur, prefix: "AUDITLOGS_WALDUR_", place: []string{"URL"}, token: "TOKEN",
		login:  []string{"USERNAME", "PASSWORD"},
		source: func(v variables) TokenSource { return WaldurLogin(v["URL"], v["USERNAME"], v["PASSWORD"]) },
	},
	{
		id: APIHuaweiEDS, prefix: "AUDITLOGS_HUAWEI_", place: []string{"EDS_URL", "EDS_PROJECT_ID"}, token: "EDS_TOKEN",
		login: []string{"IAM_URL", "IAM_DOMAIN", "IAM_USERNAME", "IAM_PASSWORD"},
		source: func(v variables) TokenSource {
			return HuaweiIAM(HuaweiIAMConfig{
				IAMURL: v["IAM_URL"], DomainName: v["IAM_DOMAIN"], UserName: v["IAM_USERNAME"], Password: v["IAM_PASSWORD"],
				ProjectID: v["EDS_PROJECT_ID"],
			})
		},
	},
	{
		id: APIAkinon, prefix: "AUDITLOGS_AKINON_", place: []string{"URL"}, token: "TOKEN",
		login:  []string{"USERNAME", "PASSWORD"},
		source: func(v variables) TokenSource { return AkinonLogin(hostOf(v["URL"]), v["USERNAME"], v["PASSWORD"]) },
	},
	{
		id: APIElasticPath, prefix: "AUDITLOGS_ELASTICPATH_", place: []string{"URL"}, token: "TOKEN",
		login: []string{"CLIENT_ID", "CLIENT_SECRET"},
		source: func(v variables) TokenSource {
			return ElasticPathCredentials(v["URL"], v["CLIENT_ID"], v["CLIENT_SECRET"])
		},
	},
	{id: APIThousandEyes, prefix: "AUDITLOGS_THOUSANDEYES_", place: []string{"URL"}, token: "TOKEN"},
}

// hostOf is the address of an Akinon base URL's host, where Omnitron's login is.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // which the check of the base URL reports
	}
	return u.Scheme + "://" + u.Host
}

// variables are those of one API that are set.
type variables map[string]string

func (a envAPI) read() variables {
	v := variables{}
	for _, name := range slices.Concat(a.place, []string{a.token}, a.login) {
		if value := os.Getenv(a.prefix + name); value != "" {
			v[name] = value
		}
	}
	if a.id == APIThousandEyes && v[a.token] != "" && v["URL"] == "" {
		v["URL"] = ThousandEyesURL
	}
	return v
}

func (a envAPI) configure(c *config) error {
	v := a.read()
	if len(v) == 0 {
		return nil
	}
	if err := a.check(v); err != nil {
		return err
	}
	url, project := a.place[0], a.place[len(a.place)-1]
	if c.apis[a.id] != nil {
		return a.fault(url, "configures an API that is configured already")
	}
	tokens := StaticToken(v[a.token])
	if v[a.token] == "" {
		tokens = a.source(v)
	}
	c.apis[a.id] = &apiConfig{
		id: a.id, option: "FromEnv", baseField: a.prefix + url, projectField: a.prefix + project, tokenField: a.prefix + a.token,
		baseURL: v[url], projectID: v[project], tokens: tokens,
	}
	return nil
}

// check says which variables are missing or too many.
func (a envAPI) check(v variables) error {
	var errs []error
	needed := a.place
	login := slices.DeleteFunc(slices.Clone(a.login), func(name string) bool { return v[name] == "" })
	switch {
	case v[a.token] != "" && len(login) > 0:
		errs = append(errs, a.fault(a.token, "is set, and so is "+a.names(login)+": one of the two ways will do"))
	case len(login) > 0:
		needed = slices.Concat(a.place, a.login)
	case v[a.token] == "" && len(a.login) > 0:
		errs = append(errs, a.fault(a.token, "is not set, nor is "+a.names(a.login)))
	case v[a.token] == "":
		errs = append(errs, a.fault(a.token, "is not set"))
	}
	for _, name := range needed {
		if v[name] == "" {
			errs = append(errs, a.fault(name, "is not set"))
		}
	}
	return errors.Join(errs...)
}

func (a envAPI) names(names []string) string {
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = a.prefix + name
	}
	return strings.Join(full, " and ")
}

func (a envAPI) fault(name, reason string) error {
	return &ConfigError{Option: "FromEnv", Field: a.prefix + name, Reason: reason}
}

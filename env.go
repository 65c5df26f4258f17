package auditlogs

import (
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
)

// FromEnv configures the APIs that are set in the environment. Each API needs its URL, and either a token or the
// variables of a login:
//
//	AUDITLOGS_WALDUR_URL         _TOKEN, or _USERNAME and _PASSWORD
//	AUDITLOGS_HUAWEI_EDS_URL     AUDITLOGS_HUAWEI_EDS_PROJECT_ID, and AUDITLOGS_HUAWEI_EDS_TOKEN,
//	                             or AUDITLOGS_HUAWEI_IAM_URL, _DOMAIN, _USERNAME and _PASSWORD
//	AUDITLOGS_AKINON_URL         _TOKEN, or _USERNAME and _PASSWORD, for a login at the URL's host
//	AUDITLOGS_ELASTICPATH_URL    _TOKEN, or _CLIENT_ID and _CLIENT_SECRET
//	AUDITLOGS_THOUSANDEYES_URL   _TOKEN; the URL is ThousandEyesURL unless set
//
// NewClient reads the variables when it applies the option. An empty variable counts as not set. It is an error if only
// some of the variables that an API needs are set, or if an API is configured in two ways. The error names variables,
// never values. If no API is set at all, that is not an error.
func FromEnv() Option {
	return func(c *config) error {
		var errs []error
		for i := range apis {
			errs = append(errs, apis[i].fromEnv(c))
		}
		return errors.Join(errs...)
	}
}

// variableNames lists the environment variables of one API, by what follows the prefix.
type variableNames struct {
	prefix string
	place  []string // the URL, and for Huawei the project
	url    string   // the default if the URL is not set; "" if there is none
	token  string
	login  []string // instead of the token
	source func(variables) TokenSource
}

// hostOf returns the origin of an Akinon base URL, where Omnitron's login is.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // the check of the base URL reports the fault
	}
	return u.Scheme + "://" + u.Host
}

// variables are the variables of one API that are set.
type variables map[string]string

func (a variableNames) read() variables {
	v := variables{}
	for _, name := range slices.Concat(a.place, []string{a.token}, a.login) {
		if value := os.Getenv(a.prefix + name); value != "" {
			v[name] = value
		}
	}
	if url := a.place[0]; a.url != "" && v[a.token] != "" && v[url] == "" {
		v[url] = a.url
	}
	return v
}

// fromEnv configures the API, if the environment names it.
func (a *apiTraits) fromEnv(c *config) error {
	names := &a.env
	v := names.read()
	if len(v) == 0 {
		return nil
	}
	if err := names.check(v); err != nil {
		return err
	}
	url, project := names.place[0], names.place[len(names.place)-1]
	if c.apis[a.id] != nil {
		return names.fault(url, "configures an API that is configured already")
	}
	tokens := StaticToken(v[names.token])
	if v[names.token] == "" {
		tokens = names.source(v)
	}
	c.apis[a.id] = &apiConfig{
		option: "FromEnv", baseField: names.prefix + url, projectField: names.prefix + project, tokenField: names.prefix + names.token,
		baseURL: v[url], projectID: v[project], tokens: tokens,
	}
	return nil
}

// check returns an error for each variable that is missing, or that conflicts with others.
func (a variableNames) check(v variables) error {
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

func (a variableNames) names(names []string) string {
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = a.prefix + name
	}
	return strings.Join(full, " and ")
}

func (a variableNames) fault(name, reason string) error {
	return &ConfigError{Option: "FromEnv", Field: a.prefix + name, Reason: reason}
}

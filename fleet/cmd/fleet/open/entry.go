package open

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// way is one way to get in: names of secrets that belong together, and the source of tokens that they make.
type way struct {
	needs, may []string
	tokens     func(p Params, v values) auditlogs.TokenSource
}

// byToken is the way that all APIs have.
var byToken = way{needs: []string{"TOKEN"}, tokens: func(_ Params, v values) auditlogs.TokenSource { return auditlogs.StaticToken(v["TOKEN"]) }}

// ways are the ways to get in of each API besides a token.
var ways = map[auditlogs.API][]way{
	auditlogs.APIWaldur: {{needs: []string{"USERNAME", "PASSWORD"}, tokens: func(p Params, v values) auditlogs.TokenSource {
		return auditlogs.WaldurLogin(p.URL, v["USERNAME"], v["PASSWORD"])
	}}},
	auditlogs.APIHuaweiEDS: {
		{needs: []string{"IAM_URL", "DOMAIN", "USERNAME", "PASSWORD"}, tokens: func(p Params, v values) auditlogs.TokenSource {
			return auditlogs.HuaweiIAM(auditlogs.HuaweiIAMConfig{
				IAMURL: v["IAM_URL"], DomainName: v["DOMAIN"], UserName: v["USERNAME"], Password: v["PASSWORD"], ProjectID: p.ProjectID,
			})
		}},
		{needs: []string{"ACCESS_KEY", "SECRET_KEY"}, may: []string{"SECURITY_TOKEN"}, tokens: func(_ Params, v values) auditlogs.TokenSource {
			return auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{
				AccessKey: v["ACCESS_KEY"], SecretKey: v["SECRET_KEY"], SecurityToken: v["SECURITY_TOKEN"],
			})
		}},
	},
	auditlogs.APIAkinon: {{needs: []string{"USERNAME", "PASSWORD"}, tokens: func(p Params, v values) auditlogs.TokenSource {
		return auditlogs.AkinonLogin(originOf(p.URL), v["USERNAME"], v["PASSWORD"])
	}}},
	auditlogs.APIElasticPath: {{needs: []string{"CLIENT_ID", "CLIENT_SECRET"}, tokens: func(p Params, v values) auditlogs.TokenSource {
		return auditlogs.ElasticPathCredentials(p.URL, v["CLIENT_ID"], v["CLIENT_SECRET"])
	}}},
	auditlogs.APIThousandEyes: nil,
}

// originOf returns scheme and host of a URL, where Omnitron's login is.
func originOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // the check of the base URL reports the fault
	}
	return u.Scheme + "://" + u.Host
}

// tokens returns the tokens of the one way to get in whose names a file of secrets has.
func tokens(api auditlogs.API, p Params, v values) (auditlogs.TokenSource, error) {
	all := append([]way{byToken}, ways[api]...)
	var forms []string
	for _, w := range all {
		forms = append(forms, strings.Join(w.needs, "+"))
		if w.fits(v) {
			return w.tokens(p, v), nil
		}
	}
	if len(v) == 0 {
		return nil, errors.New("it is empty")
	}
	return nil, fmt.Errorf("its names are no way to get in; these are: %s", strings.Join(forms, ", "))
}

// fits reports whether a file has all names of a way, with values, and no others.
func (w way) fits(v values) bool {
	for _, name := range w.needs {
		if v[name] == "" {
			return false
		}
	}
	for name := range v {
		if !slices.Contains(w.needs, name) && !slices.Contains(w.may, name) {
			return false
		}
	}
	return true
}

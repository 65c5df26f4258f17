package auditlogs

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// API names one of the APIs that a client can be configured for.
type API string

// The five APIs, in the order in which Client.APIs lists them.
const (
	APIWaldur       API = "waldur"
	APIHuaweiEDS    API = "huawei-eds"
	APIAkinon       API = "akinon"
	APIElasticPath  API = "elasticpath"
	APIThousandEyes API = "thousandeyes"
)

// apiTraits are the differences between the APIs in code that they share. Each API has one row, in the order of Client.APIs.
type apiTraits struct {
	id     API
	ops    string                    // what the names of its operations begin with
	option string                    // the option that configures it
	header string                    // with the token
	scheme func(value string) string // the word before a token that names none; "" if the header takes none
	accept string

	permission string // what the credential needs, for people
	address    string // what the base URL must be, for people
	env        variableNames
	record     func(data []byte) (record any, raw json.RawMessage, err error)
}

const acceptJSON = "application/json"

var apis = [...]apiTraits{
	{
		id: APIWaldur, ops: "DataAccessLogs", option: "WithWaldur", header: "Authorization", scheme: waldurScheme, accept: acceptJSON,
		record:     recordsOf(&dataAccessLogCodec),
		permission: "the user must be staff or support, and a personal access token needs the scope SUPPORT.ACCESS",
		address:    "it is the server's address without /api, and the server must be newer than 2025",
		env: variableNames{prefix: "AUDITLOGS_WALDUR_", place: []string{"URL"}, ways: []envEntry{
			byToken("TOKEN"),
			{names: []string{"USERNAME", "PASSWORD"}, source: func(v variables) TokenSource {
				return WaldurLogin(v["URL"], v["USERNAME"], v["PASSWORD"])
			}},
		}},
	},
	{
		id: APIHuaweiEDS, ops: "DataAssetLogs Connectors", option: "WithHuaweiEDS", header: "X-Auth-Token", scheme: always(""), accept: acceptJSON,
		record:     recordsOf(&dataAssetLogCodec),
		permission: "the user needs a policy for EDS in this project, and must own the connector",
		address:    "it is https://eds-combine.<region>.myhuaweicloud.com or the like, of the region of the project",
		env: variableNames{prefix: "AUDITLOGS_HUAWEI_", place: []string{"EDS_URL", "EDS_PROJECT_ID"}, ways: []envEntry{
			byToken("EDS_TOKEN"),
			{names: []string{"IAM_URL", "IAM_DOMAIN", "IAM_USERNAME", "IAM_PASSWORD"}, source: func(v variables) TokenSource {
				return HuaweiIAM(HuaweiIAMConfig{
					IAMURL: v["IAM_URL"], DomainName: v["IAM_DOMAIN"], UserName: v["IAM_USERNAME"], Password: v["IAM_PASSWORD"],
					ProjectID: v["EDS_PROJECT_ID"],
				})
			}},
			{names: []string{"ACCESS_KEY", "SECRET_KEY"}, optional: []string{"SECURITY_TOKEN"}, signs: true, source: func(v variables) TokenSource {
				return HuaweiAKSK(HuaweiAKSKConfig{AccessKey: v["ACCESS_KEY"], SecretKey: v["SECRET_KEY"], SecurityToken: v["SECURITY_TOKEN"]})
			}},
		}},
	},
	{
		id: APIAkinon, ops: "AuditEvents", option: "WithAkinon", header: "Authorization", scheme: always(schemeToken), accept: acceptJSON,
		record:     recordsOf(&auditEventCodec),
		permission: "no document says which; ask whoever manages the shop",
		address:    "it ends in /data-warehouse, as AkinonOmnitronURL and AkinonCommerceURL return it",
		env: variableNames{prefix: "AUDITLOGS_AKINON_", place: []string{"URL"}, ways: []envEntry{
			byToken("TOKEN"),
			{names: []string{"USERNAME", "PASSWORD"}, source: func(v variables) TokenSource {
				return AkinonLogin(hostOf(v["URL"]), v["USERNAME"], v["PASSWORD"])
			}},
		}},
	},
	{
		id: APIElasticPath, ops: "PersonalDataLogs RelatedDataEntries", option: "WithElasticPath", header: "Authorization", scheme: always(schemeBearer), accept: acceptJSON,
		record:     recordsOf(&personalDataLogCodec),
		permission: "it must be a client_credentials token of a seller who is Seller Admin, Support or IT",
		address:    "it is ElasticPathUSEast, ElasticPathEUWest or the address of your own server, without /v2",
		env: variableNames{prefix: "AUDITLOGS_ELASTICPATH_", place: []string{"URL"}, ways: []envEntry{
			byToken("TOKEN"),
			{names: []string{"CLIENT_ID", "CLIENT_SECRET"}, source: func(v variables) TokenSource {
				return ElasticPathCredentials(v["URL"], v["CLIENT_ID"], v["CLIENT_SECRET"])
			}},
		}},
	},
	{
		id: APIThousandEyes, ops: "UserEvents", option: "WithThousandEyes", header: "Authorization", scheme: always(schemeBearer),
		accept:     "application/hal+json, application/json, application/problem+json",
		record:     recordsOf(&userEventCodec),
		permission: "the user needs API Access, and View activity log for all users in account group",
		address:    "it ends in the version, as ThousandEyesURL does",
		env:        variableNames{prefix: "AUDITLOGS_THOUSANDEYES_", place: []string{"URL"}, url: ThousandEyesURL, ways: []envEntry{byToken("TOKEN")}},
	},
}

// traits returns the row of an API, or nil if there is no such API.
func (id API) traits() *apiTraits {
	for i := range apis {
		if apis[i].id == id {
			return &apis[i]
		}
	}
	return nil
}

// notConfigured returns the error of an operation whose API is not configured. It says what configures it.
func notConfigured(op string) error {
	service, _, _ := strings.Cut(op, ".")
	for i := range apis {
		if a := &apis[i]; slices.Contains(strings.Fields(a.ops), service) {
			return fmt.Errorf("auditlogs: %s: %w: give %s to NewClient, or set %s for FromEnv", op, ErrNotConfigured, a.option, a.env.first())
		}
	}
	return fmt.Errorf("auditlogs: %s: %w", op, ErrNotConfigured) // a service that no client made
}

// Base URLs of the APIs that do not run on a customer's own host.
const (
	ThousandEyesURL   = "https://api.thousandeyes.com/v7"
	ElasticPathUSEast = "https://useast.api.elasticpath.com"
	ElasticPathEUWest = "https://euwest.api.elasticpath.com"
)

// AkinonOmnitronURL returns the base URL of the data warehouse behind Omnitron, for a host such as "sandbox.akinon.com"
// and one of its channels.
func AkinonOmnitronURL(host, channelID string) string {
	return originOf(host) + "/api/v1/remote/" + url.PathEscape(channelID) + "/data-warehouse"
}

// AkinonCommerceURL returns the base URL of a shop's own data warehouse, for a host such as
// "sandbox.commerce.akinon.com".
func AkinonCommerceURL(host string) string { return originOf(host) + "/api/v1/data-warehouse" }

// originOf returns the origin of a host. A host that already has a scheme is used as it is.
func originOf(host string) string {
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	return strings.TrimRight(host, "/")
}

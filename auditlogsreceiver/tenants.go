package auditlogsreceiver

import (
	"time"

	"go.opentelemetry.io/collector/config/configopaque"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// tenant is one source: how its API is reached, and what is read.
type tenant interface {
	// Validate returns what is wrong with the settings. It sends nothing.
	Validate() error
	// address returns the base URL of the API.
	address() string
	// credential returns the setting that has the token.
	credential() string
	// options returns what a client for it needs.
	options() ([]auditlogs.Option, error)
	// source returns its log from a time on, or from now on if that is zero.
	source(c *auditlogs.Client, since time.Time) auditlogs.Source
}

// Connection has the settings that all APIs share.
type Connection struct {
	// Endpoint is the base URL of the API.
	Endpoint string `mapstructure:"endpoint"`
	// Token is the credential itself.
	Token configopaque.String `mapstructure:"token"`
	// TokenFile is a file that has the token. It is read again when it changes, or when the API refuses the token.
	TokenFile string `mapstructure:"token_file"`
	// InsecureHTTP allows an endpoint with http:// on a host other than this one. Who is on the way can read the credential.
	InsecureHTTP bool `mapstructure:"insecure_http"`
	// RateLimit is how many requests are sent in a minute at most; 0 leaves that to the API. Where an API's limit counts for a
	// whole organization, this leaves a part of it to others.
	RateLimit int `mapstructure:"rate_limit"`
}

// WaldurConfig has the settings of a Waldur server.
type WaldurConfig struct {
	Connection `mapstructure:",squash"`
	// Username and Password are of a staff or support user, in place of a token.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
}

// HuaweiEDSConfig has the settings of an instance of Huawei Cloud EDS.
type HuaweiEDSConfig struct {
	Connection `mapstructure:",squash"`
	// ProjectID is the project of the instance.
	ProjectID string `mapstructure:"project_id"`
	// InstanceID is the exchange instance.
	InstanceID string `mapstructure:"instance_id"`
	// ConnectorID is the one connector whose log is read; "" is all connectors of the instance.
	ConnectorID string `mapstructure:"connector_id"`
	// IAM logs in with a password, in place of a token.
	IAM IAMConfig `mapstructure:"iam"`
	// AccessKey and SecretKey sign requests, in place of a token. SecurityToken belongs to a temporary key.
	AccessKey     configopaque.String `mapstructure:"access_key"`
	SecretKey     configopaque.String `mapstructure:"secret_key"`
	SecurityToken configopaque.String `mapstructure:"security_token"`
}

// IAMConfig has the settings of a login at Huawei Cloud's IAM.
type IAMConfig struct {
	// Endpoint is the base URL of IAM.
	Endpoint string `mapstructure:"endpoint"`
	// Domain is the account that the user belongs to.
	Domain string `mapstructure:"domain"`
	// Username and Password are of an IAM user.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
}

// AkinonConfig has the settings of an Akinon shop.
type AkinonConfig struct {
	Connection `mapstructure:",squash"`
	// Username and Password are for the login of Omnitron at the host of Endpoint, in place of a token.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
}

// ElasticPathConfig has the settings of the log of one resource of an Elastic Path store.
type ElasticPathConfig struct {
	Connection `mapstructure:",squash"`
	// ClientID and ClientSecret get tokens, in place of a token.
	ClientID     string              `mapstructure:"client_id"`
	ClientSecret configopaque.String `mapstructure:"client_secret"`
	// ResourceType and ResourceID say whose log is read.
	ResourceType string `mapstructure:"resource_type"`
	ResourceID   string `mapstructure:"resource_id"`
}

// ThousandEyesConfig has the settings of a ThousandEyes account.
type ThousandEyesConfig struct {
	Connection `mapstructure:",squash"`
	// AccountGroup is the ID of the account group whose events are read; "" is that of the user.
	AccountGroup string `mapstructure:"account_group"`
	// AllAccountGroups reads the events of all account groups that the user may see.
	AllAccountGroups bool `mapstructure:"all_account_groups"`
}

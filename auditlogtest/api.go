package auditlogtest

import auditlogs "github.com/auditlogs/auditlogs-go"

// API names one of the five APIs that a Server speaks. It is the type that clients and events use.
type API = auditlogs.API

// The five APIs, by shorter names.
const (
	Waldur       = auditlogs.APIWaldur
	HuaweiEDS    = auditlogs.APIHuaweiEDS
	Akinon       = auditlogs.APIAkinon
	ElasticPath  = auditlogs.APIElasticPath
	ThousandEyes = auditlogs.APIThousandEyes
)

// APIs returns all five, in the order of the fields of auditlogs.Client.
func APIs() []API {
	return []API{Waldur, HuaweiEDS, Akinon, ElasticPath, ThousandEyes}
}

// Credentials and ids that a Server accepts. The ids appear in paths and filters. None of them protects anything.
const (
	// Token is accepted by all five services until Server.RevokeTokens.
	Token = "0123456789abcdef0123456789abcdef01234567"

	// AccessKey and SecretKey sign requests to Huawei, without a security token, until Server.RevokeTokens.
	AccessKey = "EXAMPLEACCESSKEY0001"
	SecretKey = "example0secret0key0for0tests0only0000001"

	// Username and Password log in to Waldur, Akinon and, with DomainName, Huawei's IAM.
	Username   = "reader"
	Password   = "correct horse battery staple"
	DomainName = "example-domain"

	// ClientID and ClientSecret get tokens from Elastic Path.
	ClientID     = "c1d2e3f4-example-client"
	ClientSecret = "s3cr3t-for-tests-only"

	// ProjectID, InstanceID and ConnectorID form the path of the Huawei connector that exists without AddConnectors.
	ProjectID   = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	InstanceID  = "5d0c7a1e-93b4-4f6d-8a27-0b1c2d3e4f50"
	ConnectorID = "c1bf9bd7-52fc-435b-ae55-0a1b2c3d4e5f"

	// ChannelID is the sales channel in Akinon's base URL through Omnitron. The server accepts any other channel, too.
	ChannelID = "1"

	// ResourceType and ResourceID identify the Elastic Path resource of records that name no resource.
	ResourceType = "customer"
	ResourceID   = "0f850c15-d643-480a-a2b4-9e3c26067178"
	StoreID      = "15ea9633-278c-4807-80f7-2009fed63c7e"

	// AccountGroupID is the ThousandEyes account group of the token's user, and of events that name no account group.
	AccountGroupID   = "1234"
	AccountGroupName = "Example group"
)

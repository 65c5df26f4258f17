package auditlogs

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

var allAPIs = [...]API{APIWaldur, APIHuaweiEDS, APIAkinon, APIElasticPath, APIThousandEyes}

// dialect is how an API wants its requests written.
type dialect struct {
	header, scheme string // the header that carries the token, and what stands before it
	accept         string
}

const acceptJSON = "application/json"

var dialects = map[API]dialect{
	APIWaldur:      {header: "Authorization", scheme: "Token ", accept: acceptJSON},
	APIHuaweiEDS:   {header: "X-Auth-Token", accept: acceptJSON},
	APIAkinon:      {header: "Authorization", scheme: "Token ", accept: acceptJSON},
	APIElasticPath: {header: "Authorization", scheme: "Bearer ", accept: acceptJSON},
	APIThousandEyes: {
		header: "Authorization", scheme: "Bearer ", accept: "application/hal+json, application/json, application/problem+json",
	},
}

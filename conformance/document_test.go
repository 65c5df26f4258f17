package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/stretchr/testify/require"
)

// service is a document in openapi/ and the addresses that it is about.
type service struct {
	document string
	server   string // as the document has it
	base     string // path of the base URL there
	paths    []string
}

// services are all documents, the logins that belong to none of the vendors' among them.
var services = []service{
	{"waldur", "https://waldur.example.org", "", []string{"/api/data-access-logs/"}},
	{"waldur-login", "https://waldur.example.org", "", []string{"/api-auth/password/"}},
	{"huawei-eds", "https://eds-combine.cn-north-4.myhuaweicloud.com", "", []string{"/v1/", "/v3/auth/tokens"}},
	{"akinon", "https://sandbox.akinon.com", "/api/v1/remote/1/data-warehouse", []string{"/audit-events/"}},
	{"akinon-login", "https://sandbox.akinon.com", "", []string{"/api/v1/auth/login/"}},
	{"elasticpath", "https://useast.api.elasticpath.com", "", []string{"/v2/personal-data/", "/oauth/access_token"}},
	{"thousandeyes", "https://api.thousandeyes.com", "/v7", []string{"/audit-user-events", "/account-groups"}},
}

// gateway is the path that tests of the root module put in front of their base URLs.
const gateway = "/gateway/v9"

// serviceOf finds the document of a request by its path, and the request's path there.
func serviceOf(url string) (s service, there string, ok bool) {
	for _, s := range services {
		below, elsewhere := strings.CutPrefix(url, gateway)
		if !elsewhere {
			below = strings.TrimPrefix(url, s.base)
		}
		for _, path := range s.paths {
			if strings.HasPrefix(below, path) {
				return s, s.base + below, true
			}
		}
	}
	return service{}, "", false
}

// checker checks requests strictly: what the document does not name is refused. Answers may have more than it names, as
// an API may add members at any time.
type checker struct {
	service
	requests, answers validator.Validator
}

func newChecker(t *testing.T, s service) *checker {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("openapi", s.document+".yaml"))
	require.NoError(t, err)
	build := func(opts ...config.Option) validator.Validator {
		document, err := libopenapi.NewDocument(text)
		require.NoError(t, err)
		v, errs := validator.NewValidator(document, append(opts, config.WithFormatAssertions())...)
		require.Empty(t, errs)
		ok, problems := v.ValidateDocument()
		require.True(t, ok, "%s: %v", s.document, problems)
		return v
	}
	return &checker{s, build(config.WithStrictMode(), config.WithURLEncodedBodyValidation()), build()}
}

// violation is something in an exchange that the document does not allow.
type violation struct {
	document string
	side     string // request or answer
	exchange *exchange
	text     string // the validator's words
}

func (v *violation) String() string {
	status := 0
	if v.exchange.Answer != nil {
		status = v.exchange.Answer.Status
	}
	return fmt.Sprintf("%s, %s of %s %s (%d): %s", v.document, v.side, v.exchange.Method, v.exchange.URL, status, v.text)
}

// check checks a request, and the answer if auditlogtest gave a whole one.
func (c *checker) check(e *exchange) []*violation {
	_, there, _ := serviceOf(e.URL)
	found := func(side string, errs []*errors.ValidationError) (all []*violation) {
		for _, text := range textsOf(errs) {
			all = append(all, &violation{c.document, side, e, text})
		}
		return all
	}
	at := *e
	at.URL = there
	r := at.request(c.server)
	_, errs := c.requests.ValidateHttpRequestSync(r)
	all := found("request", errs)
	for name, values := range r.URL.Query() { // which the validator does not see
		if len(values) > 1 {
			all = append(all, &violation{c.document, "request", e, "repeated query parameter " + name})
		}
	}
	if e.Answer == nil || e.Answer.Broken {
		return all
	}
	_, errs = c.answers.ValidateHttpResponse(r, e.response(r))
	return append(all, found("answer", errs)...)
}

// textsOf is one line for each failure.
func textsOf(errs []*errors.ValidationError) (texts []string) {
	for _, err := range errs {
		about := strings.Join([]string{err.ValidationType, err.ValidationSubType, err.ParameterName, err.Message}, " ")
		if len(err.SchemaValidationErrors) == 0 {
			texts = append(texts, about+": "+err.Reason)
		}
		for _, failure := range err.SchemaValidationErrors {
			texts = append(texts, about+": "+failure.FieldPath+" "+failure.Reason)
		}
	}
	return texts
}

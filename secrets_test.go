package auditlogs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// TestNothingPrintsASecret prints everything that holds a secret in every way.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	config := HuaweiIAMConfig{IAMURL: "https://iam.test", DomainName: "d", UserName: "u", Password: testToken, ProjectID: "p"}
	key := HuaweiAKSKConfig{AccessKey: testToken, SecretKey: testToken, SecurityToken: testToken}
	logins := []TokenSource{
		StaticToken(testToken), WaldurLogin("https://h", "u", testToken), AkinonLogin("https://h", "u", testToken),
		HuaweiIAM(config), ElasticPathCredentials("https://h", "i", testToken), HuaweiAKSK(key),
	}
	client, err := NewClient(
		WithWaldur("https://h", logins[1]), WithHuaweiEDS("https://h", "p", logins[3]), WithAkinon("https://h", logins[2]),
		WithElasticPath("https://h", logins[4]), WithThousandEyes("https://h", logins[0]),
	)
	require.NoError(t, err)
	signing, err := NewClient(WithHuaweiEDS("https://h", "p", logins[5]))
	require.NoError(t, err)
	lease, err := client.conns[APIThousandEyes].tokens.Get(t.Context())
	require.NoError(t, err)
	cfg := newConfig()
	require.NoError(t, WithWaldur("https://h", logins[0])(cfg))

	exchange := client.conns[APIWaldur].client.NewCall("A.List")
	exchange.HTTPClient(scrub.NewSecret(testToken))
	echoed := transport.NewReply(&http.Response{StatusCode: 400, Header: http.Header{"X-Request-Id": {testToken}}},
		[]byte(`{"detail":"`+testToken+`"}`), 1, scrub.NewSecret(testToken))
	readError := &DecodeError{Op: "A.List", Index: -1, Err: echoed.CleanError(errors.New("odd " + testToken))}

	type holder struct {
		Token  Token
		Source TokenSource
		Config HuaweiIAMConfig
		Key    HuaweiAKSKConfig
	}
	values := []any{
		Token{Value: testToken}, &Token{Value: testToken}, []Token{{Value: testToken}}, map[string]Token{"a": {Value: testToken}},
		config, &config, key, &key, []HuaweiAKSKConfig{key}, signing, *signing, *signing.conns[APIHuaweiEDS], signing.conns[APIHuaweiEDS].source, *logins[5].(*huaweiAKSK),
		holder{Token{Value: testToken}, logins[0], config, key}, &holder{Token{Value: testToken}, logins[5], config, key},
		client, *client, client.conns[APIThousandEyes], *client.conns[APIWaldur], client.conns[APIThousandEyes].tokens, cfg, *cfg, cfg.apis[APIWaldur], client.network,
		lease, &lease, lease.Token, client.conns[APIWaldur].client, exchange, *exchange, exchange.Attempt,
		transport.NewReply(&http.Response{}, nil, 1, scrub.NewSecret(testToken)), newAPIError("A.List", echoed), readError,
		client.conns[APIWaldur].source, client.conns[APIHuaweiEDS].source, client.conns[APIAkinon].source, client.conns[APIElasticPath].source,
	}
	for _, source := range logins {
		values = append(values, source, struct{ s TokenSource }{source})
	}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			requireNoSecret(t, fmt.Sprintf(verb, value))
		}
		requireNoSecret(t, fmt.Sprint(value))
		var text, lines bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("x", "value", value)
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("x", "value", value)
		requireNoSecret(t, text.String())
		requireNoSecret(t, lines.String())
		encoded, _ := json.Marshal(value)
		requireNoSecret(t, string(encoded))
	}
}

func requireNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, form := range []string{testToken, jsonText(testToken), fmt.Sprintf("%x", testToken), fmt.Sprintf("%X", testToken)} {
		require.NotContains(t, text, form)
	}
}

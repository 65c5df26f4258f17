package auditlogs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNothingPrintsASecret prints everything that holds a secret in every way.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	config := HuaweiIAMConfig{IAMURL: "https://iam.test", DomainName: "d", UserName: "u", Password: testToken, ProjectID: "p"}
	logins := []TokenSource{
		StaticToken(testToken), WaldurLogin("https://h", "u", testToken), AkinonLogin("https://h", "u", testToken),
		HuaweiIAM(config), ElasticPathCredentials("https://h", "i", testToken),
	}
	client, err := NewClient(
		WithWaldur("https://h", logins[1]), WithHuaweiEDS("https://h", "p", logins[3]), WithAkinon("https://h", logins[2]),
		WithElasticPath("https://h", logins[4]), WithThousandEyes("https://h", logins[0]),
	)
	require.NoError(t, err)
	_, err = client.thousandEyes.tokens.get(t.Context())
	require.NoError(t, err)
	cfg := newConfig()
	require.NoError(t, WithWaldur("https://h", logins[0])(cfg))

	type holder struct {
		Token  Token
		Source TokenSource
		Config HuaweiIAMConfig
	}
	values := []any{
		Token{Value: testToken}, &Token{Value: testToken}, []Token{{Value: testToken}}, map[string]Token{"a": {Value: testToken}},
		config, &config, holder{Token{Value: testToken}, logins[0], config}, &holder{Token{Value: testToken}, logins[3], config},
		client, *client, client.thousandEyes, *client.waldur, client.thousandEyes.tokens, cfg, *cfg, cfg.apis[APIWaldur], newScrubber(newSecret(testToken)),
		client.thousandEyes.tokens.current, &reply{sent: []secret{newSecret(testToken)}}, &flight{result: lease{token: Token{Value: testToken}}},
		client.huawei.tokens.source, client.akinon.tokens.source, client.elasticPath.tokens.source,
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

func TestTokenTexts(t *testing.T) {
	t.Parallel()
	token := Token{Value: testToken, Expiry: time.Now()}
	require.Equal(t, "[redacted]", token.String())
	require.Equal(t, "[redacted]", token.GoString())
	require.Equal(t, "[redacted]", fmt.Sprintf("%20v", token))
	require.Equal(t, "[redacted]", opaque{}.String())
	require.Equal(t, "[redacted]", opaque{}.GoString())
	encoded, err := json.Marshal(StaticToken(testToken))
	require.NoError(t, err)
	require.JSONEq(t, `"[redacted]"`, string(encoded))
	config := HuaweiIAMConfig{IAMURL: "https://i", UserName: "u", Password: testToken}
	require.Equal(t, "auditlogs.HuaweiIAMConfig{IAMURL:https://i DomainName: UserName:u Password:[redacted] ProjectID:}", config.GoString())
	encoded, err = json.Marshal(config)
	require.NoError(t, err)
	require.JSONEq(t, `{"IAMURL":"https://i","DomainName":"","UserName":"u","Password":"[redacted]","ProjectID":""}`, string(encoded))
	require.Equal(t, testToken, config.Password, "only the copy is changed")
}

func TestTokenFault(t *testing.T) {
	t.Parallel()
	require.Empty(t, tokenFault(testToken))
	for _, bad := range []string{"", "a b", "a\n", "\ra", "a\x00", "é", "a\x7f", "a\tb"} {
		require.NotEmpty(t, tokenFault(bad), "%q", bad)
	}
	token, err := StaticToken("x").Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "x", token.Value)
	require.EqualError(t, errors.Join(&tokenFaultError{"is empty"}), "the token is empty")
}

package auditlogs_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestTokenTexts(t *testing.T) {
	t.Parallel()
	token := auditlogs.Token{Value: secToken, Expiry: time.Now()}
	require.Equal(t, "[redacted]", token.String())
	require.Equal(t, "[redacted]", token.GoString())
	require.Equal(t, "[redacted]", fmt.Sprintf("%20v", token))
	require.Equal(t, "[redacted]", token.LogValue().String())
	encoded, err := json.Marshal(token)
	require.NoError(t, err)
	require.JSONEq(t, `"[redacted]"`, string(encoded))
	encoded, err = json.Marshal(auditlogs.StaticToken(secToken))
	require.NoError(t, err)
	require.JSONEq(t, `"[redacted]"`, string(encoded))
}

// encoding/xml asks neither String nor MarshalJSON.
func TestSecretsInXML(t *testing.T) {
	t.Parallel()
	type wrapped struct{ Inner auditlogs.Token }
	for _, value := range []any{
		auditlogs.Token{Value: secToken},
		auditlogs.HuaweiIAMConfig{Password: secToken},
		auditlogs.HuaweiAKSKConfig{AccessKey: secToken, SecretKey: secToken, SecurityToken: secToken},
		wrapped{auditlogs.Token{Value: secToken}},
	} {
		encoded, err := xml.Marshal(value)
		require.NoError(t, err)
		require.NotContains(t, string(encoded), secToken)
		require.Contains(t, string(encoded), "[redacted]")
	}
}

func TestHuaweiIAMConfigTexts(t *testing.T) {
	t.Parallel()
	config := auditlogs.HuaweiIAMConfig{IAMURL: "https://i", UserName: "u", Password: secPassword}
	const text = "{IAMURL:https://i DomainName: UserName:u Password:[redacted] ProjectID:}"
	require.Equal(t, text, config.String())
	require.Equal(t, text, fmt.Sprintf("%x", config))
	require.Equal(t, text, slog.AnyValue(config).Resolve().String())
	require.Equal(t, "auditlogs.HuaweiIAMConfig"+text, config.GoString())
	encoded, err := json.Marshal(config)
	require.NoError(t, err)
	require.JSONEq(t, `{"IAMURL":"https://i","DomainName":"","UserName":"u","Password":"[redacted]","ProjectID":""}`, string(encoded))
	require.Equal(t, secPassword, config.Password, "only the copy is changed")
}

// Tokens that no header can carry are refused wherever they come from, without being quoted, and nothing is sent.
func TestTokensThatCannotBeSent(t *testing.T) {
	t.Parallel()
	const odd = "has a character that is not printable ASCII"
	for bad, reason := range map[string]string{
		"": "is empty", "a b": "has a blank", "a\n": odd, "\ra": odd, "a\x00": odd, "é": odd, "a\x7f": odd, "a\tb": odd, "\xff": odd,
	} {
		t.Run(fmt.Sprintf("%q", bad), func(t *testing.T) {
			t.Parallel()
			_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.StaticToken(bad)))
			require.EqualError(t, err, "auditlogs: WithWaldur: tokens: "+reason)

			source := funcSource(func(context.Context) (auditlogs.Token, error) { return auditlogs.Token{Value: bad}, nil })
			network := roundTrip(func(*http.Request) (*http.Response, error) {
				t.Error("a request was sent")
				return nil, http.ErrHandlerTimeout
			})
			c, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", source), auditlogs.WithHTTPClient(&http.Client{Transport: network}))
			require.NoError(t, err)
			_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
			require.EqualError(t, err, "auditlogs: DataAccessLogs.List: token: the token "+reason)
		})
	}
	token, err := auditlogs.StaticToken("!~").Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "!~", token.Value)
	require.Zero(t, token.Expiry)
	_, err = auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.StaticToken(secToken)))
	require.NoError(t, err)
}

package scrub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

// testSecret is long and odd enough to be found wherever it leaks.
const testSecret = "tok-S3cr3t/9f8e7d=="

// Everything that holds a secret is printed in every way; the holders below are those whose fields fmt reaches without
// asking their methods.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	type opaqueHolder struct {
		Opaque
		text string
	}
	secret := NewSecret(testSecret)
	scrubber := NewScrubber(secret, NewSecret(testSecret+"2"))
	values := map[string]any{
		"secret": secret, "pointer": &secret, "list": []Secret{secret}, "map": map[string]Secret{"a": secret},
		"scrubber": scrubber, "pointer to scrubber": &scrubber, "secrets of a scrubber": scrubber.secrets,
		"hidden field": struct{ s Secret }{secret}, "hidden pointer": struct{ s *Secret }{&secret},
		"hidden scrubber": struct{ s Scrubber }{scrubber}, "hidden list": &struct{ s []Secret }{[]Secret{secret}},
		"exported field": struct{ S Secret }{secret}, "behind an interface": struct{ s any }{secret},
		"value that embeds": opaqueHolder{text: testSecret}, "pointer to one": &opaqueHolder{text: testSecret},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%20v", "%t"} {
				requireNoSecret(t, fmt.Sprintf(verb, value))
			}
			requireNoSecret(t, fmt.Sprint(value))
			var text, lines bytes.Buffer
			slog.New(slog.NewTextHandler(&text, nil)).Info("x", "value", value)
			slog.New(slog.NewJSONHandler(&lines, nil)).Info("x", "value", value)
			requireNoSecret(t, text.String())
			requireNoSecret(t, lines.String())
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			requireNoSecret(t, string(encoded))
		})
	}
}

func requireNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, form := range []string{testSecret, fmt.Sprintf("%x", testSecret), fmt.Sprintf("%X", testSecret)} {
		require.NotContains(t, text, form)
	}
}

func TestOpaqueTexts(t *testing.T) {
	t.Parallel()
	require.Equal(t, "[redacted]", Opaque{}.String())
	require.Equal(t, "[redacted]", Opaque{}.GoString())
	require.Equal(t, "[redacted]", Opaque{}.LogValue().String())
	require.Equal(t, "[redacted]", fmt.Sprintf("%20v", Opaque{}))
	for _, value := range []any{Opaque{}, NewSecret(testSecret), Secret{}, NewScrubber(NewSecret(testSecret))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
			require.Equal(t, "[redacted]", fmt.Sprintf(verb, value))
		}
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		require.JSONEq(t, `"[redacted]"`, string(encoded))
	}
}

func TestReveal(t *testing.T) {
	t.Parallel()
	require.Equal(t, testSecret, NewSecret(testSecret).Reveal())
	require.Empty(t, NewSecret("").Reveal())
	require.Empty(t, Secret{}.Reveal(), "the zero value hides nothing")
}

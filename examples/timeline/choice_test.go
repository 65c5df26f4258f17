package main

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestChoice(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.October, 1, 12, 0, 0, 0, time.UTC)
	event := auditlogs.Event{
		API: auditlogs.APIAkinon, Time: at, Action: "Login failed.", Actor: auditlogs.Actor{ID: "A7", Name: "ZOË İnan", Email: "zoe@example.org"},
		Target: auditlogs.Target{Type: "19", ID: "T9", Name: "Weekly report"},
	}
	undated := event
	undated.Time = time.Time{}
	for query, want := range map[string]bool{
		"":                                   true,
		"api=akinon":                         true,
		"api=waldur,akinon":                  true,
		"api=waldur&api=akinon":              true,
		"api=waldur":                         false,
		"api=":                               false,
		"api=Akinon":                         false,
		"actor=zoë":                          true,
		"actor=ZOË":                          true,
		"actor=i%CC%87nan":                   true,
		"actor=İNAN":                         true,
		"actor=inan":                         false,
		"actor=a7":                           true,
		"actor=@EXAMPLE":                     true,
		"actor=anna":                         false,
		"actor=inan%0Azoe":                   false,
		"action=LOGIN":                       true,
		"action=logout":                      false,
		"target=19":                          true,
		"target=camp":                        true,
		"target=weekly":                      true,
		"target=t9":                          true,
		"target=x":                           false,
		"actor=zoë&action=login&target=t9":   true,
		"actor=zoë&action=login&target=x":    false,
		"before=2026-10-01T12:00:00Z":        false,
		"before=2026-10-01T12:00:00.001Z":    true,
		"before=2026-10-01T14:00:00%2B02:00": false,
		"before=2026-10-01T14:00:01%2B02:00": true,
		"before=":                            true,
	} {
		q, err := url.ParseQuery(query)
		require.NoError(t, err)
		c, err := chosen(q)
		require.NoError(t, err)
		require.Equal(t, want, c.has(&event, "campaign"), query)
		if q.Get("before") != "" {
			require.True(t, c.has(&undated, ""), "an event without a time is in every list")
		}
	}
	nobodys, err := chosen(url.Values{"api": {""}})
	require.NoError(t, err)
	require.False(t, nobodys.has(&auditlogs.Event{}, ""), "no API is not the API without a name")
	for _, before := range []string{"yesterday", "2026-10-01", "2026-10-01T12:00:00", "1"} {
		_, err := chosen(url.Values{"before": {before}})
		require.ErrorContains(t, err, "RFC 3339")
	}
}

// fold is what the page's is: of JavaScript, text.toLowerCase() of one character at a time.
func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "ABC": "abc", "Straße": "straße", "ẞ": "ß", "ΣΑΣ": "σασ", "İ": "i\u0307", "I": "i", "ı": "ı", "\u212a": "k", "ǅ": "ǆ", "连接器": "连接器", "Ⓐ": "ⓐ", "𐐀": "𐐨",
	} {
		require.Equal(t, want, fold(text))
	}
}

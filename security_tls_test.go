package auditlogs_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// TestCertificatesAreVerified: a server whose certificate is unknown, is for another name or has expired gets no request,
// and is not asked again. With the right one the same server is reached.
func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	forEachVisitor(t, func(t *testing.T, v visitor) {
		var arrived atomic.Int64
		server := secServe(t, true, func(w http.ResponseWriter, _ *http.Request) {
			arrived.Add(1)
			w.WriteHeader(http.StatusForbidden)
		})
		trusted := server.Client().Transport.(*http.Transport).TLSClientConfig
		byName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
		for name, tt := range map[string]struct {
			base   string
			config *tls.Config
			good   bool
		}{
			"right":        {server.URL, trusted.Clone(), true},
			"unknown":      {server.URL, nil, false},
			"other roots":  {server.URL, &tls.Config{RootCAs: x509.NewCertPool()}, false},
			"another name": {byName, trusted.Clone(), false},
			"expired":      {server.URL, &tls.Config{RootCAs: trusted.RootCAs, Time: func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }}, false},
		} {
			arrived.Store(0)
			network := newMeter()
			network.TLSClientConfig = tt.config
			_, err := v.list(t.Context(), v.client(t, tt.base, network), listing{})
			if tt.good {
				require.ErrorIs(t, err, auditlogs.ErrForbidden)
				require.NotZero(t, arrived.Load())
				continue
			}
			var verify *tls.CertificateVerificationError
			require.ErrorAs(t, err, &verify, name)
			require.EqualValues(t, 1, network.requests.Load(), "asked again: %s", name)
			require.Zero(t, arrived.Load(), name)
		}
	})
}

// TestTheOwnTransportVerifies: so does the transport that the client makes when it is given none.
func TestTheOwnTransportVerifies(t *testing.T) {
	t.Parallel()
	server := secServe(t, true, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	forEachVisitor(t, func(t *testing.T, v visitor) {
		c, err := auditlogs.NewClient(v.connect(server.URL, v.source(server.URL)))
		require.NoError(t, err)
		_, err = v.list(t.Context(), c, listing{})
		var verify *tls.CertificateVerificationError
		require.ErrorAs(t, err, &verify)
	})
}

// TestPlainHTTPIsRefused: http:// is refused off loopback, for services and logins, unless it is asked for.
func TestPlainHTTPIsRefused(t *testing.T) {
	t.Parallel()
	bases := map[string]bool{
		"http://127.0.0.1:8080": true, "http://[::1]:8080": true, "http://localhost": true, "http://LOCALHOST/": true, "http://127.8.9.10": true,
		"http://api.test": false, "http://10.0.0.1": false, "http://192.168.1.1": false, "http://localhost.evil.test": false, "http://127.0.0.1.evil.test": false,
		"http://0.0.0.0": false, "http://[::]": false, "http://2130706433": false, "http://0x7f000001": false, "http://127.1": false, "HTTP://api.test": false,
		"http://localhost@api.test": false, "ftp://127.0.0.1": false, "ws://127.0.0.1": false, "file:///etc": false,
	}
	const safe = "https://api.test"
	for _, s := range subjects() {
		for base, good := range bases {
			_, err := auditlogs.NewClient(s.connect(base, auditlogs.StaticToken(secToken)))
			requireConfig(t, good, err, "%s at %s", s.name, base)
			if source := s.login(base, "user", secPassword); source != nil {
				_, err := auditlogs.NewClient(s.connect(safe, source))
				requireConfig(t, good, err, "login of %s at %s", s.name, base)
				if !good { // nor does the source log in there by itself
					_, err := source.Token(t.Context())
					require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
				}
			}
		}
		_, err := auditlogs.NewClient(s.connect("http://api.test", auditlogs.StaticToken(secToken)), auditlogs.WithInsecureHTTP())
		require.NoError(t, err)
	}
}

func requireConfig(t *testing.T, good bool, err error, text ...any) {
	t.Helper()
	if good {
		require.NoError(t, err, text...)
		return
	}
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig, text...)
	require.NotContains(t, err.Error(), "test")
}

func requireJSON(t *testing.T, want map[string]any, body string) {
	t.Helper()
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	require.Equal(t, want, got)
}

func requireForm(t *testing.T, want map[string]string, body string) {
	t.Helper()
	got, err := url.ParseQuery(body)
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for name, value := range want {
		require.Equal(t, []string{value}, got[name])
	}
}

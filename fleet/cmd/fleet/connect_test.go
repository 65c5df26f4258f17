package main

import (
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"
)

// What hides passwords hides each form in which a URL has one, and nothing else.
func TestPasswordsAreHidden(t *testing.T) {
	t.Parallel()
	urls, hide, err := servers{urls: "nats://a:geheim%21@one:4222, two,tls://token@three"}.parse()
	require.NoError(t, err)
	require.Equal(t, []string{"nats://a:geheim%21@one:4222", "nats://two", "tls://token@three"}, urls)
	require.Equal(t, "dial nats://[hidden]@one: [hidden] tls://[hidden]@three", hide.Replace("dial nats://a:geheim%21@one: geheim! tls://token@three"))
}

// A server with a certificate of one's own is believed by its authority, and by nothing else.
func TestAuthority(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	require.NoError(t, os.WriteFile(ca, text, 0o600))

	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, Authorization: "geheim",
		TLS: true, TLSConfig: &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12},
	})
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(timeout))
	creds := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(creds, []byte("TOKEN=geheim"), 0o600))
	url := strings.Replace(s.ClientURL(), "nats://", "tls://", 1)
	nc, err := servers{urls: url, creds: creds, ca: ca}.connect(false)
	require.NoError(t, err)
	nc.Close()
	_, err = servers{urls: url, creds: creds}.connect(false)
	require.ErrorContains(t, err, "certificate")
}

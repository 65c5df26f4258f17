package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// What is printed, and what is written, is what NATS reads as a cluster that synchronises every write; and such a cluster keeps
// each stream three times.
// It takes passwords from the environment, so it is not parallel.
func TestNATSConfig(t *testing.T) {
	t.Setenv("FLEET_PASSWORD", "f1eet")
	t.Setenv("SYSTEM_PASSWORD", "syst3m")
	dir := t.TempDir()
	require.Zero(t, run(t.Context(), "nats-config", "-dir", dir, "-hosts", "a.example,10.0.0.1,[::1]").code)
	printed := run(t.Context(), "nats-config", "-hosts", "a.example,10.0.0.1,[::1]").out
	var nodes []*server.Options
	var texts []string
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprintf("nats-%d.conf", i+1))
		o, err := server.ProcessConfigFile(path)
		require.NoError(t, err)
		require.True(t, o.SyncAlways)
		require.True(t, o.JetStream)
		require.EqualValues(t, 8<<20, o.MaxPayload)
		require.Equal(t, fmt.Sprintf("nats-%d", i+1), o.ServerName)
		require.Equal(t, "SYS", o.SystemAccount)
		require.Len(t, o.Routes, 3)
		require.Equal(t, "nats://a.example:6222", o.Routes[0].String())
		require.Equal(t, "nats://[::1]:6222", o.Routes[2].String())
		nodes = append(nodes, o)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	require.Equal(t, printed, strings.Join(texts, "\n"))
	require.NotContains(t, printed, "f1eet")
	require.Equal(t, exitFailure, run(t.Context(), "nats-config", "-dir", dir).code, "files that are there are kept")

	urls := start(t, nodes)
	creds := func(name, password string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("USERNAME="+name+"\nPASSWORD="+password), 0o600))
		return path
	}
	nc, err := servers{urls: urls, creds: creds("fleet", "f1eet")}.connect(false)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	require.Eventually(t, func() bool {
		err := fleet.Setup(t.Context(), nc, fleet.Streams{Replicas: 3})
		if err != nil {
			t.Log(err)
		}
		return err == nil
	}, timeout, tick)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	stream, err := js.Stream(t.Context(), "AUDITLOGS")
	require.NoError(t, err)
	require.Equal(t, 3, stream.CachedInfo().Config.Replicas)

	worker, all := process(t, "run", "-nats", urls, "-creds", creds("fleet", "f1eet"), "-system-creds", creds("system", "syst3m"),
		"-secrets", dir, "-listen", "")
	require.NoError(t, worker.Start())
	require.Eventually(t, func() bool { return contains(all, "the worker has begun") }, timeout, tick, all)
	require.NoError(t, worker.Process.Signal(os.Interrupt))
	require.NoError(t, worker.Wait(), all)
	require.NotContains(t, all.String(), "synchronise", "the system account says that the servers do")

	stranger, all := process(t, "run", "-nats", urls, "-creds", creds("other", "wrong"), "-secrets", dir, "-listen", "")
	require.Error(t, stranger.Run())
	require.Equal(t, exitFailure, stranger.ProcessState.ExitCode())
	require.Contains(t, all.String(), "fleet: no connection to NATS: nats: Authorization Violation\n")
	_, err = servers{urls: urls, creds: creds("other", "wrong")}.connect(false)
	require.ErrorContains(t, err, "Authorization Violation")
}

// start starts nodes on this machine, at ports that are free.
func start(t *testing.T, nodes []*server.Options) (urls string) {
	t.Helper()
	var routes []*url.URL
	for _, o := range nodes {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		o.Cluster.Host, o.Cluster.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
		require.NoError(t, l.Close())
		routes = append(routes, &url.URL{Scheme: "nats", Host: l.Addr().String()})
	}
	var all []string
	for _, o := range nodes {
		o.Host, o.Port, o.HTTPPort, o.Routes, o.StoreDir = "127.0.0.1", server.RANDOM_PORT, 0, routes, t.TempDir()
		o.NoLog, o.NoSigs = true, true
		s, err := server.NewServer(o)
		require.NoError(t, err)
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		require.True(t, s.ReadyForConnections(timeout))
		all = append(all, s.ClientURL())
	}
	return strings.Join(all, ",")
}

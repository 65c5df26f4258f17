package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// server returns the path of the server of NATS, which go makes if need be.
var server = sync.OnceValues(func() (string, error) {
	path, err := exec.Command("go", "tool", "-n", "github.com/nats-io/nats-server/v2").Output()
	return strings.TrimSpace(string(path)), err
})

// required is the value of the environment variable AUDITLOGS_INTEROP that requires all programs to be present.
const required = "required"

// serverOf returns the path of the server, or skips the test.
func serverOf(t *testing.T) string {
	t.Helper()
	if !canSignal {
		t.Skip("this system has no signals that stop a process")
	}
	path, err := server()
	switch {
	case err == nil:
		return path
	case os.Getenv("AUDITLOGS_INTEROP") == required:
		t.Fatalf("no server of NATS: %v, and AUDITLOGS_INTEROP=%s", err, required)
	}
	t.Skipf("no server of NATS: %v; AUDITLOGS_INTEROP=%s makes this a failure", err, required)
	return ""
}

// node is a server of NATS, whose files stay when it is killed.
type node struct {
	t       *testing.T
	name    string
	dir     string
	address string // of clients
	routes  string // of other nodes
	*process
}

// Values of sync_interval.
const (
	always = "always"
	often  = "2m"
)

// accounts are users with a password that is their name, and an account of their own each.
var accounts = []string{"fleet", "sink", "fenced", "unfenced", "single"}

// newNode returns a node that does not run.
func newNode(t *testing.T, name string) *node {
	t.Helper()
	return &node{t: t, name: name, dir: filepath.Join(folder(t), name), address: freeAddress(t), routes: freeAddress(t)}
}

// configure writes the configuration. routes are addresses of other nodes; without, the node is alone.
func (n *node) configure(sync string, routes ...string) {
	n.t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "server_name: %s\nlisten: %q\nmax_payload: 8MB\n", n.name, n.address)
	fmt.Fprintf(&text, "jetstream { store_dir: %q, sync_interval: %s, max_memory_store: 256MB, max_file_store: 10GB }\n", n.dir, sync)
	fmt.Fprint(&text, "system_account: system\naccounts {\n  system { users: [{ user: system, password: system }] }\n")
	for _, name := range accounts {
		fmt.Fprintf(&text, "  %[1]s { jetstream: enabled, users: [{ user: %[1]s, password: %[1]s }] }\n", name)
	}
	fmt.Fprint(&text, "}\n")
	if len(routes) > 0 {
		// Nodes tell one another of further ones; nobody listens where these are said to be, so that all use the routes given.
		fmt.Fprintf(&text, "cluster { name: fleet, listen: %q, advertise: \"127.0.0.1:1\", no_advertise: true, routes: [%s] }\n", n.routes, strings.Join(routes, ", "))
	}
	require.NoError(n.t, os.MkdirAll(n.dir, 0o700))
	require.NoError(n.t, os.WriteFile(n.config(), []byte(text.String()), 0o600))
}

func (n *node) config() string { return n.dir + ".conf" }

// start starts the node, with the files that it has.
func (n *node) start() {
	n.t.Helper()
	n.process = start(n.t, exec.CommandContext(context.Background(), serverOf(n.t), "-c", n.config()), n.dir+".log")
}

// freeAddress returns an address on which nobody listens, of a port that the system gives to nobody who asks for any.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		if l, err := listen(t.Context(), address); err == nil {
			require.NoError(t, l.Close())
			return address
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// listen listens at an address.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var c net.ListenConfig
	return c.Listen(ctx, "tcp", address)
}

// connect connects to one of some addresses, as the user of an account.
func connect(account string, addresses ...string) (*nats.Conn, error) {
	for i, address := range addresses {
		addresses[i] = "nats://" + address
	}
	return nats.Connect(strings.Join(addresses, ","), nats.UserInfo(account, account), nats.MaxReconnects(-1), nats.ReconnectWait(200*time.Millisecond),
		nats.RetryOnFailedConnect(true), nats.PingInterval(2*time.Second), nats.Timeout(2*time.Second))
}

// connected connects to one of some addresses until the test ends.
func connected(t *testing.T, account string, addresses ...string) *nats.Conn {
	t.Helper()
	nc, err := connect(account, addresses...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	eventually(t, "there is no connection", func(context.Context) error { return nc.FlushTimeout(time.Second) })
	return nc
}

// Limits of how long something may take, and one request for it: in a cluster that is not whole, some get no answer.
const (
	limit    = 2 * time.Minute
	tryLimit = 5 * time.Second
)

// eventually waits until there is no error any more.
func eventually(t testing.TB, what string, try func(context.Context) error) {
	t.Helper()
	over := time.After(limit)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), tryLimit)
		err := try(ctx)
		cancel()
		if err == nil {
			return
		}
		select {
		case <-over:
			t.Fatalf("%s: %v", what, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

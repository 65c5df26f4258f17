package fleet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// maxPayload is the largest message of an embedded node, in bytes: the most that NATS advises.
const maxPayload = 8 << 20

// embeddedStart is how long a node may take to read its files.
const embeddedStart = time.Minute

// lockWait is how long a folder that is in use is waited for, and lockPause how long between two tries.
const (
	lockWait  = time.Second
	lockPause = 10 * time.Millisecond
)

// Embedded starts a node of NATS in this process, with its files in a folder, and returns a connection to it and the function
// that ends both. It synchronises every write to the disk before it answers, and listens on no port: only this process can use
// it. Further connections are made by [nats.Connect] with nc.Opts.InProcessServer. A folder is used by one process at a
// time; a second one is refused. Safe for concurrent use.
func Embedded(dir string) (nc *nats.Conn, stop func(), err error) {
	return EmbeddedAt(dir, "")
}

// EmbeddedAt is Embedded with a node that also listens at an address, such as 127.0.0.1:4222, for other processes. It asks
// nobody who they are, so the address must be one that only those who may use it reach. "" is no address. The port may be 0
// for one that is free: nc.ConnectedUrl returns the URL for other processes.
func EmbeddedAt(dir, address string) (nc *nats.Conn, stop func(), err error) {
	defer func() { err = fail("Embedded", err) }()
	if dir == "" {
		return nil, nil, refuse("Embedded", "dir", "is empty")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	n, err := startNode(dir, address)
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	url := ""
	if address != "" {
		url = n.ClientURL() // only to be told: the connection is within the process
	}
	nc, err = nats.Connect(url, nats.InProcessServer(n), nats.Name("auditlogs fleet"))
	end := func() {
		if nc != nil {
			nc.Close()
		}
		n.Shutdown()
		n.WaitForShutdown()
		_ = lock.Close()
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return nc, end, nil
}

// lockFolder locks a folder for this process. It waits a second for one that is ending.
func lockFolder(dir string) (*flock.Flock, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	lock := flock.New(filepath.Join(dir, "auditlogs.lock"), flock.SetPermissions(0o600))
	_, err := lock.TryLockContext(ctx, lockPause)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%s: %w", lock.Path(), deliver.ErrInUse)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// node is a server in this process. Its type tells that it synchronises every write.
type node struct{ *server.Server }

var _ nats.InProcessConnProvider = node{}

// InProcessConn connects to the node.
func (n node) InProcessConn() (net.Conn, error) { return n.Server.InProcessConn() }

func startNode(dir, address string) (node, error) {
	o := &server.Options{
		ServerName: "auditlogs", JetStream: true, StoreDir: dir, SyncAlways: true, DontListen: address == "",
		NoSigs: true, NoLog: true, MaxPayload: maxPayload,
	}
	if address != "" {
		host, port, err := splitAddress(address)
		if err != nil {
			return node{}, err
		}
		o.Host, o.Port = host, port
	}
	s, err := server.NewServer(o)
	if err != nil {
		return node{}, err
	}
	s.Start()
	if !s.ReadyForConnections(embeddedStart) || !s.JetStreamEnabled() {
		s.Shutdown()
		return node{}, fmt.Errorf("the node is not ready: its folder cannot be used, or its address is in use")
	}
	return node{s}, nil
}

// splitAddress takes an address apart. Port 0 is one that is free.
func splitAddress(address string) (host string, port int, err error) {
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return "", 0, err
	}
	if a.Port == 0 {
		a.Port = server.RANDOM_PORT
	}
	if a.IP == nil {
		return "0.0.0.0", a.Port, nil
	}
	return a.IP.String(), a.Port, nil
}

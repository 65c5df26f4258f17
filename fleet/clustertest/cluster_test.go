package clustertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// size is how many nodes the cluster has.
const size = 3

// cluster is three nodes, and the ways between them and to them.
type cluster struct {
	t       *testing.T
	nodes   [size]*node
	routes  [size][size]*proxy // from one node to another
	clients [size]*proxy       // from clients to a node
}

// newCluster starts a cluster whose nodes have values of sync_interval.
func newCluster(t *testing.T, sync [size]string) *cluster {
	t.Helper()
	c := &cluster{t: t}
	for i := range size {
		c.nodes[i] = newNode(t, fmt.Sprintf("node%d", i))
		c.clients[i] = newProxy(t, c.nodes[i].address)
	}
	for i := range size {
		for j := range size {
			if i != j {
				c.routes[i][j] = newProxy(t, c.nodes[j].routes)
			}
		}
		c.configure(i, sync[i])
		c.nodes[i].start()
	}
	return c
}

func (c *cluster) configure(i int, sync string) {
	var routes []string
	for _, p := range c.routes[i] {
		if p != nil {
			routes = append(routes, fmt.Sprintf("%q", "nats://"+p.address()))
		}
	}
	c.nodes[i].configure(sync, routes...)
}

// addresses returns where clients connect to.
func (c *cluster) addresses() []string {
	var all []string
	for _, p := range c.clients {
		all = append(all, p.address())
	}
	return all
}

func (c *cluster) connect(account string) *nats.Conn {
	c.t.Helper()
	return connected(c.t, account, c.addresses()...)
}

// around calls a function for all ways from and to a node.
func (c *cluster) around(i int, do func(*proxy)) {
	do(c.clients[i])
	for j := range size {
		if j != i {
			do(c.routes[i][j])
			do(c.routes[j][i])
		}
	}
}

// cut cuts a node off from the other ones and from clients, and heal ends that.
func (c *cluster) cut(i int)  { c.around(i, (*proxy).cut) }
func (c *cluster) heal(i int) { c.around(i, (*proxy).heal) }

// restart kills a node, and starts it again.
func (c *cluster) restart(i int) {
	c.nodes[i].kill()
	c.nodes[i].start()
}

// awaitWhole waits until all nodes have everything of an account, so that one may fail again.
func (c *cluster) awaitWhole(nc *nats.Conn) {
	c.t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, "the cluster does not recover", func(ctx context.Context) error { return whole(ctx, js) })
}

// whole returns an error unless all streams and consumers of an account have a leader and two replicas that are up to date.
func whole(ctx context.Context, js jetstream.JetStream) error {
	streams := js.ListStreams(ctx)
	n := 0
	for info := range streams.Info() {
		n++
		stream, err := js.Stream(ctx, info.Config.Name)
		if err != nil {
			return err
		}
		if err := complete(stream.CachedInfo().Cluster); err != nil {
			return fmt.Errorf("stream %s: %w", info.Config.Name, err)
		}
		consumers := stream.ListConsumers(ctx)
		for c := range consumers.Info() {
			if c.Config.Durable == "" {
				continue
			}
			if err := complete(c.Cluster); err != nil {
				return fmt.Errorf("consumer %s: %w", c.Name, err)
			}
		}
		if err := consumers.Err(); err != nil {
			return err
		}
	}
	if err := streams.Err(); err != nil {
		return err
	}
	if n == 0 {
		return errors.New("there are no streams")
	}
	return nil
}

func complete(c *jetstream.ClusterInfo) error {
	if c == nil || c.Leader == "" {
		return errors.New("it has no leader")
	}
	if len(c.Replicas) != size-1 {
		return fmt.Errorf("it has %d replicas besides its leader", len(c.Replicas))
	}
	for _, r := range c.Replicas {
		if !r.Current || r.Offline {
			return fmt.Errorf("replica %s is behind", r.Name)
		}
	}
	return nil
}

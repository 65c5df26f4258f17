package clustertest

import (
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// amounts say what happens in a run of TestCluster.
type amounts struct {
	records, nodeKills, workerKills, pauses, partitions, tenants, workers int
	seed                                                                  uint64
}

// wanted is what happens unless flags say otherwise.
var wanted amounts

func init() {
	flag.IntVar(&wanted.records, "records", 20_000, "records of all logs")
	flag.IntVar(&wanted.nodeKills, "node-kills", 3, "nodes that are killed")
	flag.IntVar(&wanted.workerKills, "worker-kills", 6, "workers that are killed")
	flag.IntVar(&wanted.pauses, "pauses", 2, "workers and nodes that are stopped and woken up")
	flag.IntVar(&wanted.partitions, "partitions", 1, "nodes that are cut off for a while")
	flag.IntVar(&wanted.tenants, "tenants", 0, "tenants; one for 2,500 records unless set, and 10 at least")
	flag.IntVar(&wanted.workers, "workers", 3, "workers at once")
	flag.Uint64Var(&wanted.seed, "seed", 0, "what happens to whom and when; another one each time unless set")
}

// chaos is what happens to nodes and workers.
type chaos struct {
	t       *testing.T
	rand    *rand.Rand
	cluster *cluster
	nc      *nats.Conn
	crew    *crew
	*figures

	paused sync.WaitGroup
	busy   [64]sync.Mutex // workers that are stopped
}

// plan returns what is to happen, in an order of chance.
func (c *chaos) plan(a amounts) []func() {
	var all []func()
	for _, one := range []struct {
		n  int
		do func()
	}{{a.nodeKills, c.killNode}, {a.workerKills, c.killWorker}, {a.pauses - a.pauses/3, c.pauseWorker}, {a.pauses / 3, c.pauseNode}, {a.partitions, c.partition}} {
		for range one.n {
			all = append(all, one.do)
		}
	}
	c.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// while lets time pass, at most as much as is said.
func (c *chaos) while(least, most time.Duration) { time.Sleep(c.between(least, most)) }

func (c *chaos) between(least, most time.Duration) time.Duration {
	return least + time.Duration(c.rand.Int64N(int64(most-least)))
}

// killNode kills a node and starts it again, sometimes after others have gone on without it.
func (c *chaos) killNode() {
	i := c.rand.IntN(size)
	c.cluster.nodes[i].kill()
	if c.rand.IntN(2) == 0 {
		c.goOn(6 * time.Second)
	}
	c.cluster.nodes[i].start()
	c.count(&c.nodeKills, 1)
	c.cluster.awaitWhole(c.nc)
}

// goOn lets workers go on without a node, and sometimes kills one of them then.
func (c *chaos) goOn(most time.Duration) {
	c.while(0, most/2)
	if c.rand.IntN(3) == 0 {
		c.killWorker()
	}
	c.while(0, most/2)
}

// killWorker kills a worker, which is started again.
func (c *chaos) killWorker() {
	p := <-c.crew.workers[c.rand.IntN(len(c.crew.workers))].now
	p.kill()
	c.count(&c.workerKills, 1)
}

// pauseWorker stops a worker, and wakes it up while other things happen: half of them when others have its tasks.
func (c *chaos) pauseWorker() {
	i := c.rand.IntN(len(c.crew.workers))
	how := c.between(100*time.Millisecond, ackWait/2)
	if c.rand.IntN(2) == 0 {
		how = c.between(ackWait, 3*ackWait)
		c.count(&c.longPauses, 1)
	}
	c.busy[i].Lock() // until it is awake from the pause before
	p := <-c.crew.workers[i].now
	p.stop()
	c.count(&c.workerPauses, 1)
	c.paused.Go(func() {
		defer c.busy[i].Unlock()
		time.Sleep(how)
		p.wake()
	})
}

// pauseNode stops a node for a while.
func (c *chaos) pauseNode() {
	n := c.cluster.nodes[c.rand.IntN(size)]
	n.stop()
	c.goOn(10 * time.Second)
	n.wake()
	c.count(&c.nodePauses, 1)
	c.cluster.awaitWhole(c.nc)
}

// partition cuts a node off for a while.
func (c *chaos) partition() {
	i := c.rand.IntN(size)
	c.cluster.cut(i)
	c.while(5*time.Second, 10*time.Second)
	c.goOn(5 * time.Second)
	c.cluster.heal(i)
	c.count(&c.cuts, 1)
	c.cluster.awaitWhole(c.nc)
}

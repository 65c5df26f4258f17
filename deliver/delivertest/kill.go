package delivertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Store is what [Kill] needs to know of a store.
type Store struct {
	// Address is what Open needs in another process, such as a path or the URL of a server.
	Address string
	// Open opens the sink. It is the function that was given to Child.
	Open func(address string) (deliver.Sink, error)
	// Exclusive says that the store has one writer at a time: Open fails while another process has it open.
	Exclusive bool
	// Outage takes the store away, as when its server crashes, and restore brings it back. It may be nil.
	Outage func(t *testing.T) (restore func())
}

// Numbers of what happens in one run of Kill.
const (
	wantKills    = 50
	killsIfShort = 12
	killRecords  = 6_000
	killPage     = 20 // records a page
)

// Kill delivers a log of a server over HTTP into a store, by processes that are killed with SIGKILL at random moments, at
// least 50 times, or 12 if tests are to be short. Two processes are rivals for the same source all the time, unless the
// store is Exclusive. Some are stopped and woken up when the log has moved on, some answers to commits are lost, and the
// store goes away and comes back. In the end, the store must hold every record of the server once.
//
// The same without compare-and-set must repeat records; otherwise the test could not have failed, and fails.
//
// The processes are the test's own program, so its TestMain must begin with [Child]. The sink must be a [deliver.Reader].
// The test is skipped on systems without the signals.
func Kill(t *testing.T, store Store) {
	if !canSignal {
		t.Skip("this system has no signals that stop a process")
	}
	t.Run("every record once", func(t *testing.T) {
		k := newKilling(t, store)
		k.run(wantKillsOf())
		for _, source := range k.sources {
			k.compare(source)
		}
		t.Logf("%d kills, %d stopped and woken up, %d that had lost their place, %d outages, %d sources of %d records",
			k.kills, k.paused, k.moved, k.outages, len(k.sources), killRecords)
	})
	t.Run("without compare-and-set", func(t *testing.T) {
		k := newKilling(t, store)
		k.naive = true
		k.run(0)
		if n := k.repeats(); n == 0 {
			t.Error("no record was repeated: this test cannot tell whether the compare-and-set works")
		} else {
			t.Logf("%d of %d records repeated", n, killRecords)
		}
	})
}

func wantKillsOf() int {
	if testing.Short() {
		return killsIfShort
	}
	return wantKills
}

// killing is a run of processes that are killed.
type killing struct {
	*testing.T
	store Store
	naive bool // without compare-and-set

	server  *auditlogtest.Server
	sources []string // the last is being delivered

	kills, paused, moved, outages int
	wanted                        int
}

func newKilling(t *testing.T, store Store) *killing {
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.AllowToken(childToken)
	server.GenerateForBetween(auditlogtest.Akinon, noon.Add(-30*24*time.Hour), noon, rand.Uint64(), killRecords) //nolint:gosec // any records will do
	return &killing{T: t, store: store, server: server}
}

// run delivers source after source until enough processes were killed, and the last source is Done.
func (k *killing) run(kills int) {
	k.wanted = kills
	for n := 0; n == 0 || k.kills < k.wanted; n++ {
		k.sources = append(k.sources, fmt.Sprintf("kill %s %d", time.Now().UTC().Format(time.RFC3339Nano), n))
		k.deliver()
	}
}

// rivals is how many processes deliver at once.
func (k *killing) rivals() int {
	if k.store.Exclusive {
		return 1
	}
	return 2
}

// deliver delivers one source, by as many processes as it takes.
func (k *killing) deliver() {
	running := make([]*child, k.rivals())
	defer func() {
		for _, c := range running {
			if c != nil {
				c.kill()
			}
		}
	}()
	for turn, done := 0, 0; done < len(running); turn++ {
		i := turn % len(running)
		if running[i] == nil {
			running[i] = k.start()
		}
		switch k.disturb(running, i) {
		case childDone:
			done++
			running[i] = nil
		case childGone:
			done, running[i] = 0, nil
		default:
			done = 0
		}
		if k.Failed() || k.Context().Err() != nil {
			k.FailNow()
		}
	}
}

// disturb lets a process go on for some commits, and then does something to it.
func (k *killing) disturb(running []*child, i int) childState {
	c := running[i]
	state := c.awaitCommits(k.T, 1+rand.IntN(8)) //nolint:gosec // a moment, no secret
	switch {
	case state == childGone:
		if c.status == statusMove {
			k.moved++
		}
		return state
	case state == childDone || k.naive || k.kills >= k.wanted:
		return state
	case k.store.Outage != nil && k.outages < 2 && k.kills >= (k.outages+1)*k.wanted/3:
		k.outage(c)
		return childRuns
	case rand.IntN(6) == 0: //nolint:gosec // see above
		return k.pause(running, i)
	}
	time.Sleep(rand.N(4 * time.Millisecond)) //nolint:gosec // into the midst of a page or a commit
	c.kill()
	k.kills++
	return childGone
}

// outage takes the store away while processes deliver into it. They try again until it is back.
func (k *killing) outage(c *child) {
	restore := k.store.Outage(k.T)
	c.awaitTrouble(k.T)
	restore()
	k.outages++
}

// pause stops a process until another one has moved the source on, and wakes it up: what it then wants to store is not
// stored. A store with one writer must not have been opened meanwhile.
func (k *killing) pause(running []*child, i int) childState {
	c := running[i]
	c.stop()
	k.paused++
	if k.store.Exclusive {
		sink, err := k.store.Open(k.store.Address)
		if err == nil {
			closeSink(sink)
		}
		c.wake()
		state := c.awaitCommits(k.T, 1)
		if err == nil && state == childRuns {
			k.Error("the store was opened while another process had it")
		}
		return state
	}
	rival := k.start()
	defer rival.kill()
	rival.awaitCommits(k.T, 5)
	c.wake()
	return childRuns
}

// compare compares what the store holds of a source with the records of the server.
func (k *killing) compare(source string) {
	k.Helper()
	got := k.stored(source)
	missing := 0
	for _, e := range k.server.AuditEvents() {
		switch n := got[e.Key()]; {
		case n == 0:
			missing++
		case n > 1:
			k.Errorf("record %s is stored %d times", e.Key(), n)
		}
		delete(got, e.Key())
	}
	if missing > 0 || len(got) > 0 {
		k.Errorf("%d records are missing, and %d are of nobody", missing, len(got))
	}
}

// repeats returns how many records are stored more than once.
func (k *killing) repeats() (n int) {
	for _, source := range k.sources {
		for _, times := range k.stored(source) {
			if times > 1 {
				n++
			}
		}
	}
	return n
}

// stored returns how often the store holds each record of a source.
func (k *killing) stored(source string) map[string]int {
	k.Helper()
	sink, err := k.store.Open(k.store.Address)
	if err != nil {
		k.Fatalf("the store cannot be opened: %v", err)
	}
	defer closeSink(sink)
	reader, ok := sink.(deliver.Reader)
	if !ok {
		k.Fatal("the sink is no deliver.Reader")
	}
	keys := map[string]int{}
	for e, err := range reader.Events(context.WithoutCancel(k.Context()), source) {
		if err != nil {
			k.Fatalf("the store cannot be read: %v", err)
		}
		keys[e.ID]++
	}
	return keys
}

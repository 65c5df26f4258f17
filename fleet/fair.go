package fleet

import (
	"sync"
	"time"
)

// fairness keeps a tenant, and the logs that keep failing, from using all slots of a queue. A task that finds no slot is parked: put
// back for about as long as it takes until the others that wait for the same slots had their turns.
type fairness struct {
	perTenant, failing int // slots at most

	mu      sync.Mutex
	tenants map[string]int // slots in use
	failed  int            // slots in use by logs that keep failing
	turn    time.Duration  // how long a turn takes, about

	since          time.Time      // when counting parks began
	parks, earlier map[string]int // since then, and in as long a time before; "" is of logs that keep failing
}

// newFairness shares out the slots of a queue. Unless perTenant says so, a tenant has a share of them.
func newFairness(slots, perTenant, share int) *fairness {
	f := &fairness{perTenant: perTenant, failing: max(1, slots/4), tenants: map[string]int{}}
	if perTenant == 0 {
		f.perTenant = max(1, share)
	}
	return f
}

const (
	// minPark and maxPark bound how long a task is parked.
	minPark = 200 * time.Millisecond
	maxPark = 30 * time.Second
	// parkCount is for how long parks are counted, to know how many tasks wait.
	parkCount = 5 * time.Second
)

// enter reports whether a log may use the slot that has its task, and if not, for how long to park it.
func (f *fairness) enter(tenant string, failing bool) (t ticket, park time.Duration, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t = ticket{fairness: f, tenant: tenant, began: time.Now()}
	if failing {
		t.failed = 1
	}
	if f.failed+t.failed > f.failing {
		return t, f.park("", f.failing), false
	}
	if f.tenants[tenant] >= f.perTenant {
		return t, f.park(tenant, f.perTenant), false
	}
	f.tenants[tenant]++
	f.failed += t.failed
	return t, 0, true
}

// park returns for how long to park a task that waits for one of some slots.
func (f *fairness) park(who string, slots int) time.Duration {
	if age := time.Since(f.since); age > parkCount {
		f.earlier, f.parks, f.since = f.parks, map[string]int{}, time.Now()
		if age > 2*parkCount {
			f.earlier = nil
		}
	}
	f.parks[who]++
	turns := max(f.parks[who], f.earlier[who])/slots + 1
	return min(max(f.turn*time.Duration(turns), minPark), maxPark)
}

// ticket is the right to use a slot.
type ticket struct {
	*fairness
	tenant string
	failed int
	began  time.Time
}

// leave gives the slot free.
func (t ticket) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fairness.failed -= t.failed
	t.turn += (time.Since(t.began) - t.turn) / 8
	if t.tenants[t.tenant]--; t.tenants[t.tenant] == 0 {
		delete(t.tenants, t.tenant)
	}
}

package fleet

import (
	"sync"
	"time"
)

// fairness keeps a tenant, and the logs that failed last time, from using all slots of a queue. A task that finds no slot is
// parked: put back for about as long as it takes until those that were parked before it had their turns.
type fairness struct {
	perTenant, failing int // slots at most

	mu      sync.Mutex
	tenants map[string]int // slots in use
	parked  map[string]int // tasks that were put back, and have not had their turn since
	failed  int            // slots in use by logs that failed last time
	turn    time.Duration  // how long a turn takes, about
}

// newFairness shares out the slots of a queue. Unless perTenant says so, a tenant has a share of them.
func newFairness(slots, perTenant, share int) *fairness {
	f := &fairness{perTenant: perTenant, failing: max(1, slots/4), tenants: map[string]int{}, parked: map[string]int{}}
	if perTenant == 0 {
		f.perTenant = max(1, share)
	}
	return f
}

// Bounds of how long a task is parked.
const (
	minPark = 200 * time.Millisecond
	maxPark = 30 * time.Second
)

// enter reports whether a log may use the slot that has its task, and if not, for how long to park it.
func (f *fairness) enter(tenant string, failing bool) (t ticket, park time.Duration, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t = ticket{fairness: f, tenant: tenant, began: time.Now()}
	if failing {
		t.failed = 1
	}
	if f.tenants[tenant] >= f.perTenant || f.failed+t.failed > f.failing {
		f.parked[tenant]++
		turns := f.parked[tenant]/f.perTenant + 1 // of those before it
		return t, min(max(f.turn*time.Duration(turns), minPark), maxPark), false
	}
	f.tenants[tenant]++
	f.failed += t.failed
	count(f.parked, tenant, -1)
	return t, 0, true
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
	count(t.tenants, t.tenant, -1)
}

// count adds to a number, and forgets it when it is not positive.
func count(numbers map[string]int, key string, n int) {
	if numbers[key] += n; numbers[key] <= 0 {
		delete(numbers, key)
	}
}

package clustertest

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// figures are what happened in a run.
type figures struct {
	began time.Time

	mu                                         sync.Mutex
	records, nodeKills, workerKills            int
	workerPauses, longPauses, nodePauses, cuts int
	turns, moved, failed, unsynced, broken     int
	lists                                      int
}

// reported counts a turn.
func (f *figures) reported(r report) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turns++
	if r.Moved {
		f.moved++
	}
	if r.Err != "" {
		f.failed++
	}
}

// ended counts a worker that has ended.
func (f *figures) ended(status int) {
	switch status {
	case statusUnsynced:
		f.count(&f.unsynced, 1)
	case statusFail:
		f.count(&f.broken, 1)
	}
}

// count adds to one of the numbers.
func (f *figures) count(number *int, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*number += n
}

func (f *figures) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprintf("%d records, %d node kills, %d worker kills, %d pauses (%d of workers, %d of these longer than the task is kept for them, %d of nodes), "+
		"%d partitions, %d commits that lost the fence, %d turns of which %d failed, %d starts of workers while a node was gone, %d lists, %s", f.records, f.nodeKills, f.workerKills,
		f.workerPauses+f.nodePauses, f.workerPauses, f.longPauses, f.nodePauses, f.cuts, f.moved, f.turns, f.failed, f.unsynced, f.lists, time.Since(f.began).Round(time.Second))
}

// working returns an error unless a turn has ended.
func (f *figures) working() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.turns == 0 {
		return errors.New("no turn has ended")
	}
	return nil
}

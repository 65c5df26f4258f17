package collectortest

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// quiet is how long nothing may come before a test takes what has come for all that will.
const quiet = 15 * time.Second

// finish lets the Collector send all that there is and stops it, and does that once more, which repeats nothing.
func (r *rig) finish() {
	r.t.Helper()
	r.growing.Store(false)
	for range 2 {
		r.grow()
		r.run()
		r.settle()
		r.t.Logf("the Collector ended after %v", r.life().stop())
	}
	r.compare()
	r.heldCameAgain()
	killed := 0
	for _, p := range r.lives {
		if p.killed {
			killed++
		}
	}
	sent, read := r.repeats()
	r.t.Logf("%d kills, %d records in %d batches, %d repeats: %d were sent again, %d read again",
		killed, r.count(), len(r.all()), sent+read, sent, read)
}

// settle waits until the OTLP server has as many records as the logs.
func (r *rig) settle() {
	r.t.Helper()
	want, came := len(r.events()), -1
	var late <-chan time.Time
	for {
		happened := r.bell.next()
		if n := len(r.all()); n != came {
			came, late = n, time.After(quiet)
		}
		if r.count() >= want {
			return
		}
		select {
		case <-happened:
		case <-late:
			r.t.Errorf("%d records have come, of %d:\n%s", r.count(), want, r.life().complaints())
			return
		}
		if r.life().ended() {
			r.t.Fatalf("the Collector has ended:\n%s", r.life().tail())
		}
	}
}

// compare compares what a store keyed by log.record.uid holds with the logs.
func (r *rig) compare() {
	r.t.Helper()
	want := r.events()
	for _, a := range r.all() {
		require.Contains(r.t, r.tenants, a.source, "the resource has the name of the source")
		for _, came := range a.records {
			e, ok := want[came.uid]
			require.True(r.t, ok, "record %s is in no log", came.uid)
			require.Equal(r.t, string(e.API), apiOf(a.source), "record %s is of this source", came.uid)
			require.JSONEq(r.t, string(e.Raw), r.recordIn(came), "record %s is as it was", came.uid)
			require.Equal(r.t, r.texts[came.uid], came.text, "record %s comes again as it came first", came.uid)
		}
	}
	require.Equal(r.t, len(want), r.count(), "records are missing")
}

// recordIn returns the record of the API that a log record holds.
func (r *rig) recordIn(came record) string {
	r.t.Helper()
	if r.body == "record" {
		return came.body
	}
	var event struct {
		Metadata struct {
			UID string `json:"uid"`
		} `json:"metadata"`
		Record string `json:"raw_data"`
	}
	require.NoError(r.t, json.Unmarshal([]byte(came.body), &event))
	require.Equal(r.t, came.uid, event.Metadata.UID)
	return event.Record
}

// heldCameAgain checks that what had no answer came again.
func (r *rig) heldCameAgain() {
	r.t.Helper()
	times := map[string]int{}
	for _, a := range r.all() {
		for _, came := range a.records {
			times[came.uid]++
		}
	}
	for _, a := range r.all() {
		for _, came := range a.records {
			require.True(r.t, !a.held || times[came.uid] > 1, "record %s came once, and had no answer", came.uid)
		}
	}
}

// repeats returns how many records came again, as the batch that they came in or read once more, and fails if one did that was
// not in flight when a process was killed.
func (r *rig) repeats() (sent, read int) {
	r.t.Helper()
	earlier := map[string][]int{}
	byLife := func(a, b arrival) int { return a.life - b.life }
	all := slices.SortedStableFunc(slices.Values(r.all()), byLife) // a batch may be taken when its process is dead
	for i, a := range all {
		for _, came := range a.records {
			if before := earlier[came.uid]; len(before) > 0 {
				if slices.ContainsFunc(before, func(b int) bool { return all[b].same(a) }) {
					sent++
				} else {
					read++
				}
				if !slices.ContainsFunc(before, func(b int) bool { return r.inFlight(all, b, a) }) {
					r.t.Errorf("life %d: %s of %s came again, and was not in flight at a kill", a.life, came.uid, a.source)
				}
			}
			earlier[came.uid] = append(earlier[came.uid], i)
		}
	}
	return sent, read
}

// inFlight reports whether a kill explains that two arrivals have the same records, of which arrival i came first. Either the
// queue sent one batch again, because the process was killed before the answer to what it had sent last. Or the receiver read
// them again, because the process was killed before it had stored the place behind what it had read last; a queue may then send
// the one or the other first.
func (r *rig) inFlight(all []arrival, i int, again arrival) bool {
	first := all[i]
	if first.same(again) {
		last := i+1 == len(all) || all[i+1].life != first.life
		return r.queue && last && r.lives[first.life-1].killed
	}
	if again.observed.Before(first.observed) {
		first, again = again, first
	}
	reader := r.readerOf(first)
	if reader == nil || !reader.killed || !again.observed.After(reader.end) {
		return false
	}
	return !slices.ContainsFunc(all, func(o arrival) bool {
		return o.source == first.source && o.observed.After(first.observed) && o.observed.Before(reader.end)
	})
}

// readerOf returns the process that read a batch, which need not be the one that sent it.
func (r *rig) readerOf(a arrival) *process {
	for _, p := range r.lives {
		if a.observed.After(p.begin) && a.observed.Before(p.end) {
			return p
		}
	}
	return nil
}

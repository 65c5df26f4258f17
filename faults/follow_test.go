package faults_test

import (
	"context"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

const (
	rounds = 8 // times that rows are added
	batch  = 7 // rows each time
)

// TestFollow follows a log that grows, on a line that is bad for three attempts in six: more than a call may make.
func TestFollow(t *testing.T) {
	t.Parallel()
	eachCase(t, having(slow, rough, harsh, deadly), func(t *testing.T, log logs.Log, w wire, x toxic) {
		tr := newTrial(t, log, w, x, func(attempt int) bool { return attempt/3%2 == 1 }, 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // for a record that never comes
		defer cancel()
		tally, round := logs.NewTally(rows+rounds*batch), 0
		q := logs.Query{Since: noon.Add(-time.Hour)}
		if tr.Sized {
			q.PageSize = pageRows
		}
		o := auditlogs.FollowOptions{Interval: time.Millisecond, Lag: time.Nanosecond, Lookback: 5 * time.Second}
		quiet := 0 // pages since everything was there
		for page, err := range tr.Follow(ctx, tr.client(tr.policy), q, o) {
			if err != nil {
				t.Error(err)
				break
			}
			tally.Add(page.Numbers...)
			if round < rounds {
				tr.grow(rows + round*batch)
				round++
			} else if tally.Missing(0, rows+rounds*batch) == 0 {
				quiet++
			}
			if quiet > 2 {
				break
			}
		}
		exact(t, tally)
		tr.bounded()
		tr.carried(w)
		if x.effect == deadly && tr.polls == 0 {
			t.Error("no poll failed, so nothing was tried")
		}
	})
}

// grow lets time pass and adds rows meanwhile.
func (tr *trial) grow(from int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for n := range batch {
		tr.Add(tr.srv, logs.Row{Number: from + n, At: tr.clock.Add(time.Second)})
	}
	tr.clock = tr.clock.Add(2 * time.Second)
}

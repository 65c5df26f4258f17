package faults_test

import (
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// prefetches are the ways of reading ahead.
var prefetches = map[string]int{"Pages": 0, "Prefetch": 3}

// TestLineStaysBad reads through a line that is bad all along, but lets enough through.
func TestLineStaysBad(t *testing.T) {
	t.Parallel()
	eachCase(t, having(slow, rough), func(t *testing.T, log logs.Log, w wire, x toxic) {
		if log.API == auditlogtest.HuaweiEDS && x.effect == rough {
			t.Skip("until the order is sure, its pages are read again from the first row on, and are longer than the line lets through")
		}
		for name, ahead := range prefetches {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tr := newTrial(t, log, w, x, always(1), 3)
				tally := logs.NewTally(rows)
				if _, err := tr.read(tr.client(tr.policy), tally, auditlogs.ListOptions{Prefetch: ahead}); err != nil {
					t.Fatal(err)
				}
				exact(t, tally)
				tr.bounded()
				tr.carried(w)
				if x.effect == slow && tr.retries > 0 {
					t.Errorf("%d attempts were repeated, though none failed", tr.retries)
				}
				if x.effect == rough && ahead == 0 && tr.retries == 0 {
					t.Error("nothing failed, so nothing was tried")
				}
			})
		}
	})
}

// TestLineRecovers reads through a line that is bad for two attempts, fewer than a call may make.
func TestLineRecovers(t *testing.T) {
	t.Parallel()
	eachCase(t, having(harsh, deadly), func(t *testing.T, log logs.Log, w wire, x toxic) {
		for name, ahead := range prefetches {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tr := newTrial(t, log, w, x, func(attempt int) bool { return attempt == 3 || attempt == 4 }, 5)
				tally := logs.NewTally(rows)
				if _, err := tr.read(tr.client(tr.policy), tally, auditlogs.ListOptions{Prefetch: ahead}); err != nil {
					t.Fatal(err)
				}
				exact(t, tally)
				tr.bounded()
				tr.carried(w)
				if ahead == 0 && tr.retries < 2 {
					t.Errorf("%d attempts were repeated, though two failed", tr.retries)
				}
			})
		}
	})
}

// TestGivesUp reads through a line that turns bad and stays so, and goes on from the last cursor when it is good again.
func TestGivesUp(t *testing.T) {
	t.Parallel()
	eachCase(t, having(harsh, deadly), func(t *testing.T, log logs.Log, w wire, x toxic) {
		for name, ahead := range prefetches {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				const good = 2 // attempts before the line turns bad
				tr := newTrial(t, log, w, x, always(good+1), 3)
				tally := logs.NewTally(rows)
				cursor, err := tr.read(tr.client(tr.policy), tally, auditlogs.ListOptions{Prefetch: ahead})
				if err == nil {
					t.Fatal("the listing ended well")
				}
				tr.bounded()
				if tr.longest != tr.policy.MaxAttempts {
					t.Errorf("gave up after %d attempts: %v", tr.longest, err)
				}
				if most := good + tr.policy.MaxAttempts*(1+ahead); tr.attempts > most {
					t.Errorf("%d attempts, at most %d expected", tr.attempts, most)
				}
				tr.clear()
				if _, err := tr.read(tr.client(tr.policy), tally, auditlogs.ListOptions{Cursor: cursor}); err != nil {
					t.Fatal(err)
				}
				exact(t, tally)
				tr.carried(w)
			})
		}
	})
}

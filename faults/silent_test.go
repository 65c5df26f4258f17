package faults_test

import (
	"context"
	"errors"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// TestSilentLine waits on a line on which nothing comes, where the client's own timeout is all that ends an attempt.
func TestSilentLine(t *testing.T) {
	t.Parallel()
	eachCase(t, func(x toxic) bool { return x.silent }, func(t *testing.T, log logs.Log, w wire, x toxic) {
		tr := newTrial(t, log, w, x, always(1), 3)
		tr.patience = 0
		tally := logs.NewTally(rows)
		_, err := tr.read(tr.clientWithTimeout(tr.policy, 30*time.Millisecond), tally, auditlogs.ListOptions{})
		if !errors.Is(err, context.DeadlineExceeded) || tr.attempts != tr.policy.MaxAttempts || tally.Rows > 0 {
			t.Fatalf("%d attempts, %d rows: %v", tr.attempts, tally.Rows, err)
		}
		tr.clear()
		if _, err := tr.read(tr.client(tr.policy), tally, auditlogs.ListOptions{}); err != nil {
			t.Fatal(err)
		}
		exact(t, tally)
		tr.bounded()
		tr.carried(w)
	})
}

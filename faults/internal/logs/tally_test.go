package logs_test

import (
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestTally(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                    string
		numbers                 []int
		missing, twice, strange int
	}{
		{"exact", []int{2, 0, 1}, 0, 0, 0},
		{"nothing", nil, 3, 0, 0},
		{"missing", []int{0, 2}, 1, 0, 0},
		{"twice", []int{0, 1, 2, 1}, 0, 1, 0},
		{"three times", []int{0, 1, 1, 1, 2}, 0, 1, 0},
		{"strange", []int{0, 1, 2, 3, -1}, 0, 0, 2},
	} {
		tally := logs.NewTally(3)
		tally.Add(tt.numbers...)
		if got := tally.Missing(0, 3); got != tt.missing || tally.Twice != tt.twice || tally.Strange != tt.strange {
			t.Errorf("%s: %d missing, %d twice, %d strange", tt.name, got, tally.Twice, tally.Strange)
		}
		if err := tally.Exact(); (err == nil) != (tt.missing+tt.twice+tt.strange == 0) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestNumbers takes numbers through each service and back.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, log := range logs.All() {
		t.Run(log.Name, func(t *testing.T) {
			t.Parallel()
			srv := auditlogtest.NewServer()
			defer srv.Close()
			at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			log.Add(srv, logs.Row{Number: 0, At: at}, logs.Row{Number: 1_234_567, At: at}, logs.Row{Number: 7, At: at})
			if n := log.Remove(srv, func(n int) bool { return n == 7 }); n != 1 {
				t.Errorf("%d removed", n)
			}
			client, err := auditlogs.NewClient(srv.Options()...)
			if err != nil {
				t.Fatal(err)
			}
			defer client.CloseIdleConnections()
			sum := 0
			for page, err := range log.Pages(t.Context(), client, logs.Query{}) {
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range page.Numbers {
					sum += 1 + n
				}
			}
			if sum != 1_234_569 {
				t.Errorf("numbers and ones add up to %d", sum)
			}
		})
	}
}

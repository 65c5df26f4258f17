package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// TestCarelessReaders reads through the same lines without the care that the client takes, and the same check must find
// what that costs.
func TestCarelessReaders(t *testing.T) {
	t.Parallel()
	once := auditlogs.RetryPolicy{MaxAttempts: 1}
	eachCase(t, having(harsh, deadly), func(t *testing.T, log logs.Log, w wire, x toxic) {
		t.Run("takes an error for the end", func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, log, w, x, always(3), 1)
			tally := logs.NewTally(rows)
			_, _ = tr.read(tr.client(once), tally, auditlogs.ListOptions{})
			if tally.Missing(0, rows) == 0 || tally.Exact() == nil {
				t.Error("nothing is missing")
			}
		})
		t.Run("begins again without the cursor", func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, log, w, x, always(3), 1)
			tally := logs.NewTally(rows)
			_, _ = tr.read(tr.client(once), tally, auditlogs.ListOptions{})
			tr.clear()
			if _, err := tr.read(tr.client(once), tally, auditlogs.ListOptions{}); err != nil {
				t.Fatal(err)
			}
			if tally.Twice == 0 || tally.Exact() == nil {
				t.Error("nothing came twice")
			}
		})
	})
}

// TestPlainPager takes a body that was cut off for the end of the log.
func TestPlainPager(t *testing.T) {
	t.Parallel()
	for _, log := range logs.All() {
		for _, x := range toxics() {
			if log.API != auditlogtest.Waldur || x.name != "limit_data, within a page" {
				continue
			}
			tr := newTrial(t, log, wire{}, x, never, 1)
			tr.turn(true)
			tally := logs.NewTally(rows)
			tr.page(tally)
			if tally.Rows == 0 || tally.Missing(0, rows) == 0 || tally.Exact() == nil {
				t.Errorf("%d rows came, and none is missing", tally.Rows)
			}
			return
		}
	}
	t.Fatal("not tried")
}

// page reads Waldur's pages in turn, as many rows of each as come.
func (tr *trial) page(tally *logs.Tally) {
	client := &http.Client{Transport: tr.transport}
	for page := 1; ; page++ {
		address := fmt.Sprintf("%s/api/data-access-logs/?page_size=%d&page=%d&o=-timestamp", tr.url, pageRows, page)
		req, err := http.NewRequestWithContext(tr.t.Context(), http.MethodGet, address, nil)
		if err != nil {
			tr.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Token "+auditlogtest.Token)
		res, err := client.Do(req)
		if err != nil {
			return
		}
		n := 0
		for decoder := json.NewDecoder(res.Body); ; n++ {
			var row struct{ UUID string }
			if n == 0 {
				_, _ = decoder.Token() // the bracket
			}
			if !decoder.More() || decoder.Decode(&row) != nil {
				break
			}
			number, err := strconv.ParseUint(row.UUID[20:], 16, 64)
			if err != nil {
				tr.t.Fatal(err)
			}
			tally.Add(int(number))
		}
		_ = res.Body.Close()
		if n < pageRows {
			return
		}
	}
}

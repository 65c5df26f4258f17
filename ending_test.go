package auditlogs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tornServer counts its rows before it reads them, as Django does, and gets new ones in between: it then leaves off as many
// of the oldest on the last page, and says that nothing follows.
type tornServer struct {
	now      time.Time
	rows     []map[string]any // newest first
	requests int
	grow     func(request int) int // how many rows come within a request
}

func (s *tornServer) add(n int, at time.Time) {
	for range n {
		id := fmt.Sprintf("%032x", len(s.rows)+1)
		s.rows = slices.Insert(s.rows, 0, map[string]any{"uuid": id, "timestamp": at.Format(time.RFC3339)})
	}
}

func (s *tornServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	counted := len(s.rows)
	for range s.grow(s.requests) {
		s.now = s.now.Add(time.Second)
		s.add(1, s.now)
	}
	begin, end := min((page-1)*size, counted), min(page*size, counted)
	header := w.Header()
	header.Set("Date", s.now.Format(http.TimeFormat))
	header.Set("X-Result-Count", strconv.Itoa(counted))
	header.Set("Link", fmt.Sprintf(`<http://x/?page=%d>; rel="last"`, (counted+size-1)/size))
	if page*size < counted {
		header.Add("Link", fmt.Sprintf(`<http://x/?page=%d>; rel="next"`, page+1))
	}
	_ = json.NewEncoder(w).Encode(s.rows[begin:end])
}

func TestRowsThatComeBetweenCountingAndReading(t *testing.T) {
	t.Parallel()
	once := func(n, rows int) func(int) int {
		return func(request int) int {
			if request == n {
				return rows
			}
			return 0
		}
	}
	for name, c := range map[string]struct {
		rows, size int
		grow       func(int) int
	}{
		"a single page":                      {7, 10, once(1, 3)},
		"the last of several pages":          {25, 10, once(3, 2)},
		"more than the last page holds":      {25, 10, once(3, 9)},
		"every answer, by another number":    {25, 10, func(request int) int { return request % 3 }},
		"the last page, exactly full":        {20, 10, once(2, 4)},
		"the first of several pages":         {25, 10, once(1, 5)},
		"nothing comes, and nothing is lost": {25, 10, func(int) int { return 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &tornServer{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), grow: c.grow}
			for n := range c.rows {
				s.add(1, s.now.Add(time.Duration(n-c.rows)*time.Second))
			}
			want := map[string]bool{}
			for _, row := range s.rows {
				want[row["uuid"].(string)] = true
			}
			server := serve(t, s.ServeHTTP)
			client := clientFor(t, WithWaldur(server.URL, StaticToken(testToken)))
			got := map[string]int{}
			for log, err := range client.DataAccessLogs.All(t.Context(), DataAccessLogFilter{ListOptions: ListOptions{PageSize: c.size}}) {
				require.NoError(t, err)
				got[log.UUID]++
			}
			for id := range want {
				require.Equal(t, 1, got[id], "record %s of %d", id, len(want))
			}
		})
	}
}

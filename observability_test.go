package auditlogs_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// shapes is a log handler that keeps what the kinds of its records look like: message, level and names of attributes.
type shapes struct {
	mu    sync.Mutex
	rows  map[string]bool
	kinds map[string]bool
}

func (*shapes) Enabled(context.Context, slog.Level) bool { return true }
func (s *shapes) WithAttrs([]slog.Attr) slog.Handler     { return s }
func (s *shapes) WithGroup(string) slog.Handler          { return s }

func (s *shapes) Handle(_ context.Context, r slog.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := fmt.Sprintf("`%s` | %s |", r.Message, r.Level)
	for a := range r.Attrs {
		row += " `" + a.Key + "`"
		s.kinds["| `"+a.Key+"` | "+a.Value.Kind().String()] = true
	}
	s.rows[row] = true
	return nil
}

// docRows are the rows of a table of docs/observability.md below its head, as far as the test knows them: the first two
// columns, and the last.
func docRows(t *testing.T, head string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile("docs/observability.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), head)
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | "); strings.HasPrefix(line, "| `") {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// What is logged is what the document lists, neither more nor less. Names and levels are repeated here, so that a change
// of both does not pass unseen.
func TestLogIsAsDocumented(t *testing.T) {
	t.Parallel()
	seen := &shapes{rows: map[string]bool{}, kinds: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		for _, fault := range []auditlogtest.Fault{{Status: 503, Times: 3}, {Truncate: -1, Times: 3}} { // two calls fail
			fault.API = auditlogtest.ThousandEyes
			srv.Inject(fault)
		}
		c := clientOf(t, srv, auditlogs.WithLogger(slog.New(seen)))
		pages := 0
		for _, err := range c.UserEvents.Follow(t.Context(), auditlogs.UserEventFilter{}, auditlogs.FollowOptions{Interval: time.Second}) {
			require.NoError(t, err)
			if pages++; pages == 2 {
				break
			}
			srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Header: http.Header{"Date": {"Fri, 31 Dec 2100 23:59:59 GMT"}}})
		}
	})
	want := []string{
		"`date not believed` | WARN | `api` `op` `date` `believed`",
		"`poll failed` | WARN | `api` `op` `attempt` `wait` `error` `since`",
		"`poll failed` | WARN | `api` `op` `attempt` `wait` `status` `error` `since`",
		"`request repeated` | WARN | `api` `op` `attempt` `wait` `error`",
		"`request repeated` | WARN | `api` `op` `attempt` `wait` `status`",
		"`request` | DEBUG | `api` `op` `attempt` `duration` `error`",
		"`request` | DEBUG | `api` `op` `attempt` `duration` `status` `bytes`",
	}
	require.Equal(t, want, sortedKeys(seen.rows))
	var documented []string
	for _, cells := range docRows(t, "| Message |") {
		documented = append(documented, cells[0]+" | "+cells[1]+" | "+cells[len(cells)-1])
	}
	require.Equal(t, want, slices.Sorted(slices.Values(documented)))
	var kinds []string
	for _, cells := range docRows(t, "| Attribute |") {
		kinds = append(kinds, "| "+cells[0]+" | "+cells[1])
	}
	require.Equal(t, sortedKeys(seen.kinds), slices.Sorted(slices.Values(kinds)))
}

func sortedKeys(set map[string]bool) (keys []string) {
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

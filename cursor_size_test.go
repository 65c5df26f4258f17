package auditlogs_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// The lengths of cursors in docs/guarantees.md are those that users will find: of a month of generated records, with and without
// a range.
func TestSizesOfCursors(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("docs/guarantees.md")
	require.NoError(t, err)
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rule := regexp.MustCompile(`\| ` + s.name + ` \| (\d+) to (\d+) bytes \| (\d+) to (\d+) bytes \|`)
			row := rule.FindStringSubmatch(string(document))
			require.NotNil(t, row, "no row of the table of cursors")
			measured := append(listedCursors(t, s), followedCursors(t, s)...)
			for i, length := range measured {
				var documented int
				_, err := fmt.Sscan(row[i+1], &documented)
				require.NoError(t, err)
				require.InDelta(t, length, documented, 10, "%s, measured %d", row[0], measured)
			}
		})
	}
}

// cursorServer has a month of records, in pages of 50, and the clock at its end.
func cursorServer(t *testing.T, s subject) (*auditlogs.Client, time.Time) {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	t.Cleanup(srv.Close)
	srv.SetQuirks(s.api, auditlogtest.Quirks{PageCap: 50})
	srv.GenerateBetween(now.AddDate(0, -1, 0), now, 1, 2000)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	return client, now
}

// listedCursors gives the lengths of the shortest and the longest cursor of Pages.
func listedCursors(t *testing.T, s subject) []int {
	t.Helper()
	client, now := cursorServer(t, s)
	var lengths []int
	for _, l := range []listing{{}, {since: now.AddDate(0, 0, -20), until: now.AddDate(0, 0, -1)}} {
		for p, err := range s.pages(t.Context(), client, l) {
			require.NoError(t, err)
			if p.next != "" {
				lengths = append(lengths, len(p.next))
			}
		}
	}
	return []int{slices.Min(lengths), slices.Max(lengths)}
}

// followedCursors gives the same of Follow, until it has caught up.
func followedCursors(t *testing.T, s subject) []int {
	t.Helper()
	client, now := cursorServer(t, s)
	var lengths []int
	for p, err := range s.follow(t.Context(), client, listing{since: now.AddDate(0, 0, -20)}, auditlogs.FollowOptions{}) {
		require.NoError(t, err)
		lengths = append(lengths, len(p.next))
		if p.caughtUp {
			break
		}
	}
	return []int{slices.Min(lengths), slices.Max(lengths)}
}

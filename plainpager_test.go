package auditlogs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// plainPager is how most programs read an API: one page after the other, until one is empty or does not exist, without a look
// at what was read before. It shares no code with the client.
type plainPager struct {
	path   string
	header string // that has the credential
	scheme string
	first  func(q url.Values, size int)
	turn   func(q url.Values, n, size int) // asks for page n, from 0; nil where a link leads on
	list   string                          // the member with the rows; "" if they are the whole answer
	id     string                          // the member that identifies a row; "" if it has none
}

var plainPagers = map[auditlogtest.API]plainPager{
	auditlogtest.Waldur: {
		path: "/api/data-access-logs/", header: "Authorization", scheme: "Token ", id: "uuid",
		first: func(q url.Values, size int) { q.Set("page_size", strconv.Itoa(size)) },
		turn:  func(q url.Values, n, _ int) { q.Set("page", strconv.Itoa(n+1)) },
	},
	auditlogtest.HuaweiEDS: {
		path: "/v1/" + auditlogtest.ProjectID + "/eds/instances/" + auditlogtest.InstanceID + "/connectors/" +
			auditlogtest.ConnectorID + "/audit-logs",
		header: "X-Auth-Token", list: "data", id: "audit_log_id",
		first: func(q url.Values, size int) { q.Set("limit", strconv.Itoa(size)) },
		turn:  func(q url.Values, n, size int) { q.Set("offset", strconv.Itoa(n*size)) },
	},
	auditlogtest.Akinon: {
		path: "/audit-events/", header: "Authorization", scheme: "Token ", list: "results", id: "uuid",
		first: func(q url.Values, size int) { q.Set("limit", strconv.Itoa(size)) },
		turn:  func(q url.Values, n, _ int) { q.Set("page", strconv.Itoa(n+1)) },
	},
	auditlogtest.ElasticPath: {
		path: "/v2/personal-data/logs", header: "Authorization", scheme: "Bearer ", list: "data", id: "id",
		first: func(q url.Values, size int) {
			q.Set("page[limit]", strconv.Itoa(size))
			q.Set("filter", "eq(resource_type,"+auditlogtest.ResourceType+"):eq(resource_id,"+auditlogtest.ResourceID+")")
		},
		turn: func(q url.Values, n, size int) { q.Set("page[offset]", strconv.Itoa(n*size)) },
	},
	auditlogtest.ThousandEyes: {
		path: "/audit-user-events", header: "Authorization", scheme: "Bearer ", list: "auditEvents",
		first: func(url.Values, int) {},
	},
}

// standsStill is the request after which a log changes no more, so that a loop over a log that grows comes to its end.
const standsStill = 60

// read gives the keys of the rows in the order in which they came.
func (l plainPager) read(t *testing.T, of *trial) (keys []string) {
	t.Helper()
	query := url.Values{}
	l.first(query, of.page)
	for n := 0; ; n++ {
		if n == standsStill {
			of.srv.BeforeRequest(nil)
		}
		if l.turn != nil {
			l.turn(query, n, of.page)
		}
		rows, next := l.page(t, of, query)
		for _, row := range rows {
			keys = append(keys, l.key(t, row))
		}
		if query = next; next == nil || len(rows) == 0 {
			return keys
		}
	}
}

// page sends one request. Without a next page, the query that leads on is nil.
func (l plainPager) page(t *testing.T, of *trial, query url.Values) (rows []json.RawMessage, next url.Values) {
	t.Helper()
	address := of.srv.BaseURL(of.api) + l.path + "?" + query.Encode()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	req.Header.Set(l.header, l.scheme+auditlogtest.Token)
	res, err := of.srv.HTTPClient().Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotFound {
		return nil, nil
	}
	require.Equal(t, http.StatusOK, res.StatusCode)
	if l.list == "" {
		require.NoError(t, json.NewDecoder(res.Body).Decode(&rows))
		return rows, query
	}
	var answer map[string]json.RawMessage
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	require.NoError(t, json.Unmarshal(answer[l.list], &rows))
	if l.turn != nil {
		return rows, query
	}
	var links struct{ Next struct{ Href string } }
	require.NoError(t, json.Unmarshal(answer["_links"], &links))
	if links.Next.Href == "" {
		return rows, nil
	}
	u, err := url.Parse(links.Next.Href)
	require.NoError(t, err)
	return rows, u.Query()
}

func (l plainPager) key(t *testing.T, row json.RawMessage) string {
	t.Helper()
	if l.id == "" {
		var event auditlogs.UserEvent
		require.NoError(t, json.Unmarshal(row, &event))
		return event.Key()
	}
	var members map[string]any
	require.NoError(t, json.Unmarshal(row, &members))
	key, ok := members[l.id].(string)
	require.True(t, ok)
	return key
}

// harm is what a way of reading did to the rows that were there when it began: those that are lost although they are still
// there at the end, and those that came more than once.
type harm struct{ listings, harmed, rows, lost, repeated int }

func (h *harm) add(other harm) {
	h.listings, h.harmed, h.rows = h.listings+other.listings, h.harmed+other.harmed, h.rows+other.rows
	h.lost, h.repeated = h.lost+other.lost, h.repeated+other.repeated
}

// harmOf reads the trial's log, and compares what came with what was there.
func harmOf(of *trial, read func(*trial) []string) harm {
	defer of.close()
	began := of.rows(of.srv)
	came := map[string]int{}
	for _, key := range read(of) {
		came[key]++
	}
	left := map[string]bool{}
	for _, r := range of.rows(of.srv) {
		left[r.key] = true
	}
	h := harm{listings: 1, rows: len(began)}
	for _, r := range began {
		switch n := came[r.key]; {
		case n == 0 && left[r.key]:
			h.lost++
		case n > 1:
			h.repeated++
		}
	}
	if h.lost+h.repeated > 0 {
		h.harmed = 1
	}
	return h
}

// TestPlainPagerFailsMatrix tests the matrix: where rows move, a plain pager must lose or repeat some, and the client must not.
// With -v it prints the figures of docs/guarantees.md, which are those of -matrix.seeds=50.
func TestPlainPagerFailsMatrix(t *testing.T) {
	t.Parallel()
	moving := []string{
		"rows added at the head", "random rows deleted", "addition and deletion cancel", "equal times in unstable order",
	}
	if testing.Short() {
		t.Skip("the plain pager is no part of the client, which TestMatrix reads with")
	}
	seeds := *matrixSeeds
	table := harmTable{plain: map[string]harm{}}
	t.Cleanup(func() { table.print(t) })
	for _, s := range subjects() {
		for _, d := range disturbances() {
			t.Run(s.name+"/"+d.name, func(t *testing.T) {
				t.Parallel()
				var plain, client harm
				for seed := range uint64(seeds) {
					plain.add(harmOf(newTrial(s, d, seed), func(of *trial) []string { return plainPagers[s.api].read(t, of) }))
					client.add(harmOf(newTrial(s, d, seed), func(of *trial) []string {
						keys, err := of.read(t.Context(), ways()[0])
						require.NoError(t, err)
						return keys
					}))
				}
				require.Zero(t, client.harmed)
				if s.maxPage > 0 && slices.Contains(moving, d.name) { // the others have the server's own cursor
					require.Greater(t, 2*plain.harmed, plain.listings, "a plain pager passed more often than not")
				}
				table.set(s.name+"/"+d.name, plain)
			})
		}
	}
}

// harmTable is what the plain pager came to, by service and disturbance.
type harmTable struct {
	mu    sync.Mutex
	plain map[string]harm
}

func (h *harmTable) set(cell string, plain harm) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.plain[cell] = plain
}

// print writes a line for each disturbance: the sums of the services that have no cursor of their own, as docs/guarantees.md shows
// them, and then the lost and repeated rows with each service. With as many seeds as the document's, its figures must be these.
func (h *harmTable) print(t *testing.T) {
	document := readText(t, "docs/guarantees.md")
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	for _, d := range disturbances() {
		var plain harm
		each := ""
		for _, s := range subjects() {
			cell := h.plain[s.name+"/"+d.name]
			each += fmt.Sprintf("\t| %s %d, %d", s.name, cell.lost, cell.repeated)
			if s.maxPage > 0 {
				plain.add(cell)
			}
		}
		row := plain.row()
		fmt.Fprintf(w, "| %s %s%s\t|\n", d.name, row, each)
		if plain.listings == 200 {
			shown := regexp.MustCompile(regexp.QuoteMeta("| "+d.name+" |") + ".*" + regexp.QuoteMeta(row+"\n"))
			require.True(t, shown.MatchString(document), "docs/guarantees.md has other figures for %s: %s", d.name, row)
		}
	}
	w.Flush()
	t.Log("\n" + b.String())
}

// row is the end of a row of the document's table.
func (h *harm) row() string {
	return fmt.Sprintf("| %s | %d/%d | %s | %s |", thousands(h.rows), h.harmed, h.listings, thousands(h.lost), thousands(h.repeated))
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

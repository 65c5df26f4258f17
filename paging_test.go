package auditlogs_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

// An offset behind the last row is an empty listing, although Django calls it a page that is not found.
func TestOffsetPastTheEnd(t *testing.T) {
	t.Parallel()
	options := auditlogs.ListOptions{Offset: 500, PageSize: 50}
	client, log := svcServe(t, svcAnswer(404, `{"detail":"Invalid page."}`))
	logs, err := client.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{ListOptions: options})
	require.NoError(t, err)
	assert.Empty(t, logs.Items)
	assert.Empty(t, logs.Next)
	events, err := client.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{ListOptions: options})
	require.NoError(t, err)
	assert.Empty(t, events.Items)
	assert.Empty(t, events.Next)
	for _, r := range log.all() {
		assert.Equal(t, "11", r.Query.Get("page"))
	}
}

// svcTable is a listing of rows, newest first, one second apart.
type svcTable struct {
	rows int
	most int  // the largest page
	page bool // Huawei's offset counts pages
}

func (s svcTable) huawei(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	limit = min(limit, s.most)
	if s.page {
		offset *= limit
	}
	end := r.URL.Query().Get("end_time")
	var rows []string
	for i := range s.rows {
		if at := s.at(i); end == "" || !svcTime(at).After(svcTime(end)) {
			rows = append(rows, fmt.Sprintf(`{"audit_log_id":"%d","happend_time":"%s"}`, i, at))
		}
	}
	rows = rows[min(offset, len(rows)):]
	svcAnswer(200, `{"data":[`+strings.Join(rows[:min(limit, len(rows))], ",")+`],"total":0}`)(w, r)
}

func (s svcTable) waldur(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	size = min(size, s.most)
	pages := max(1, (s.rows+size-1)/size)
	if page > pages {
		svcAnswer(404, `{"detail":"Invalid page."}`)(w, r)
		return
	}
	var rows []string
	for i := (page - 1) * size; i < min(page*size, s.rows); i++ {
		rows = append(rows, fmt.Sprintf(`{"uuid":"%d","timestamp":"%s"}`, i, s.at(i)))
	}
	link := `<http://internal/api/data-access-logs/>; rel="first"`
	if page < pages {
		link += fmt.Sprintf(`, <http://internal/api/data-access-logs/?page=%d>; rel="next"`, page+1)
	}
	link += fmt.Sprintf(`, <http://internal/api/data-access-logs/?page=%d>; rel="last"`, pages)
	svcAnswer(200, "["+strings.Join(rows, ",")+"]", "X-Result-Count", strconv.Itoa(s.rows), "Link", link)(w, r)
}

func (svcTable) at(i int) string {
	return svcTime("2026-01-14T09:00:00Z").Add(-time.Duration(i) * time.Second).Format(time.RFC3339)
}

// ids are those of the rows from skip on.
func (s svcTable) ids(skip int) []string {
	var ids []string
	for i := skip; i < s.rows; i++ {
		ids = append(ids, strconv.Itoa(i))
	}
	return ids
}

// What Huawei's offset counts is found out, whichever it is.
func TestDataAssetLogsOffsetUnit(t *testing.T) {
	t.Parallel()
	for _, table := range []svcTable{{30, 999, false}, {30, 999, true}, {1100, 999, false}, {1100, 999, true}} {
		for _, skip := range []int{0, 1, 6, 29, 30, 31, 998, 999, 1000, 1100, 1101} {
			for _, size := range []int{0, 5, 400} {
				if skip > table.rows+1 || size == 5 && table.rows > 30 {
					continue
				}
				t.Run(fmt.Sprintf("%+v skip %d size %d", table, skip, size), func(t *testing.T) {
					t.Parallel()
					sampled(t)
					client, _ := svcServe(t, table.huawei)
					f := huaweiFilter
					f.Offset, f.PageSize = skip, size
					items, err := auditlogs.Collect(client.DataAssetLogs.All(t.Context(), f), 2000)
					require.NoError(t, err)
					var got []string
					for _, item := range items {
						got = append(got, item.Key())
					}
					assert.Equal(t, table.ids(skip), got)
				})
			}
		}
	}
}

// Waldur cuts large pages without a word: what was asked for is read all the same, once.
func TestDataAccessLogsCutPages(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1, 99, 100, 101, 200, 250, 299, 300, 301, 650} {
		for _, most := range []int{100, 200, 300} {
			t.Run(fmt.Sprintf("%d rows in pages of %d", rows, most), func(t *testing.T) {
				t.Parallel()
				table := svcTable{rows: rows, most: most}
				client, log := svcServe(t, table.waldur)
				items, err := auditlogs.Collect(client.DataAccessLogs.All(t.Context(), auditlogs.DataAccessLogFilter{}), 1000)
				require.NoError(t, err)
				var got []string
				for _, item := range items {
					got = append(got, item.Key())
				}
				assert.Equal(t, table.ids(0), got)
				for _, r := range log.all() {
					assert.Equal(t, svcPrefix+waldurPath, r.Path, "links lead nowhere but to the configured base")
				}
				assert.LessOrEqual(t, len(log.all()), 3+2*rows/most, "requests")
			})
		}
	}
}

// A filter's slice belongs to the caller, before, while and after it is read.
func TestFilterUnchanged(t *testing.T) {
	t.Parallel()
	client, log := svcServe(t, svcTable{rows: 25, most: 10}.waldur)
	order := []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestampDesc, auditlogs.OrderUserUsername}
	f := auditlogs.DataAccessLogFilter{Order: slices.Clone(order)}
	for _, err := range client.DataAccessLogs.Pages(t.Context(), f) {
		require.NoError(t, err)
		assert.Equal(t, order, f.Order)
		f.Order[1] = auditlogs.OrderAccessorUsername // the listing that was begun does not notice
		order = slices.Clone(f.Order)
	}
	for _, r := range log.all() {
		assert.Equal(t, "-timestamp,user_username", r.Query.Get("o"))
	}
}

// What a caller appends to the items of a page is written elsewhere than over the rows behind them, which were trimmed.
func TestItemsHaveNoRoomBehindThem(t *testing.T) {
	t.Parallel()
	client, _ := svcServe(t, svcAnswer(200, `{"data":[{"audit_log_id":"2","happend_time":"2026-01-14T09:00:02Z"},`+
		`{"audit_log_id":"1","happend_time":"2026-01-14T09:00:01Z"}]}`))
	f := huaweiFilter
	f.Since = svcTime("2026-01-14T09:00:02Z")
	page, err := client.DataAssetLogs.List(t.Context(), f)
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.Equal(t, 1, cap(page.Items))
}

package django_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// service is one of the two logs, in a form in which both can be tested by the same code.
type service struct {
	name   string
	path   string // of the listing
	size   string // the parameter that asks for a page size
	order  string // the query that asks for the newest first
	table  string
	values string // of the columns that no test looks at
	client func(url string, options ...auditlogs.Option) (*auditlogs.Client, error)
	pages  func(context.Context, *auditlogs.Client, auditlogs.ListOptions) iter.Seq2[page, error]
}

// page is a page in its barest form.
type page struct {
	keys []string
	next auditlogs.Cursor
}

// row is a record in its barest form. Its key is its UUID without dashes.
type row struct {
	key string
	at  time.Time
}

func services() []service {
	token := auditlogs.StaticToken(auditlogtest.Token)
	return []service{
		{
			name: "Waldur", path: "/api/data-access-logs/", size: "page_size", order: "o=-timestamp", table: "data_access_log",
			values: "user_id, accessor_id, accessor_type, accessed_fields, context) SELECT ?, ?, 1, 1, 'staff', '[]', '{}'",
			client: func(url string, options ...auditlogs.Option) (*auditlogs.Client, error) {
				return auditlogs.NewClient(append(options, auditlogs.WithWaldur(url, token))...)
			},
			pages: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) iter.Seq2[page, error] {
				return bare(c.DataAccessLogs.Pages(ctx, auditlogs.DataAccessLogFilter{ListOptions: o}))
			},
		},
		{
			name: "Akinon", path: akinonBase + "/audit-events/", size: "limit", order: "sort=-timestamp", table: "audit_event",
			values: "user_id, content_type) SELECT ?, ?, 1, 7",
			client: func(url string, options ...auditlogs.Option) (*auditlogs.Client, error) {
				return auditlogs.NewClient(append(options, auditlogs.WithAkinon(url+akinonBase, token))...)
			},
			pages: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) iter.Seq2[page, error] {
				return bare(c.AuditEvents.Pages(ctx, auditlogs.AuditEventFilter{ListOptions: o}))
			},
		},
	}
}

const akinonBase = "/api/v1/remote/" + auditlogtest.ChannelID + "/data-warehouse"

func bare[T interface{ Key() string }](pages iter.Seq2[*auditlogs.Page[T], error]) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for p, err := range pages {
			var b page
			if p != nil {
				b.next = p.Next
				for _, item := range p.Items {
					b.keys = append(b.keys, strings.ReplaceAll(item.Key(), "-", ""))
				}
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// add inserts rows.
func (s service) add(rows []row) statement {
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = []any{r.key, sqlTime(r.at)}
	}
	return statement{"INSERT INTO " + s.table + " (uuid, timestamp, " + s.values, values}
}

// remove deletes rows.
func (s service) remove(rows []row) statement {
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = []any{r.key}
	}
	return statement{"DELETE FROM " + s.table + " WHERE uuid = ?", values}
}

// stored gives the rows that are there, newest first.
func (s service) stored(t testing.TB, f *framework) []row {
	var rows []row
	for _, values := range f.run(t, statement{"SELECT uuid, timestamp FROM " + s.table + " ORDER BY timestamp DESC, id DESC", [][]any{{}}}) {
		at, err := time.Parse("2006-01-02 15:04:05", values[1].(string))
		require.NoError(t, err)
		rows = append(rows, row{values[0].(string), at})
	}
	return rows
}

// sqlTime is a time as Django stores it in SQLite.
func sqlTime(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond() < 1000 {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("2006-01-02 15:04:05.000000")
}

// readPlainly reads as most programs do, page after page by number, until one does not exist. A log that grows faster than
// it is read would keep it for ever, so that it stops after a while.
func (s service) readPlainly(ctx context.Context, hc *http.Client, url string, size int) (keys []string, err error) {
	for number := 1; number <= 25; number++ {
		found, err := s.readPage(ctx, hc, fmt.Sprintf("%s%s?page=%d&%s=%d&%s", url, s.path, number, s.size, size, s.order))
		if err != nil {
			return keys, err
		}
		if len(found) == 0 {
			break
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

func (s service) readPage(ctx context.Context, hc *http.Client, url string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Token "+auditlogtest.Token)
	res, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode == http.StatusNotFound {
		return nil, err
	}
	type record struct {
		UUID string `json:"uuid"`
	}
	var rows []record
	if s.name == "Waldur" {
		err = json.Unmarshal(body, &rows)
	} else {
		var envelope struct{ Results []record }
		err = json.Unmarshal(body, &envelope)
		rows = envelope.Results
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = strings.ReplaceAll(r.UUID, "-", "")
	}
	return slices.Clip(keys), err
}

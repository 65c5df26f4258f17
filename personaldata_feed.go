package auditlogs

import (
	"context"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// personalDataLogQuery is every parameter of the endpoint.
type personalDataLogQuery struct {
	Offset int    `url:"page[offset]"`
	Limit  int    `url:"page[limit]"`
	Filter string `url:"filter"`
}

// The API gives no page larger than 100 rows, and none that begins past row 10,000.
const (
	personalDataLogsMaxSize = 100
	personalDataLogsMaxSkip = 10_000
)

// filter is the filter expression. check has refused every value that could change its meaning.
func (f PersonalDataLogFilter) filter() string {
	return "eq(resource_type," + f.ResourceType + "):eq(resource_id," + f.ResourceID + ")"
}

// check refuses what Elastic Path would refuse or misread.
func (f PersonalDataLogFilter) check(c *check) {
	c.timeRange(f.Since, f.Until)
	c.paging(f.ListOptions, personalDataLogsMaxSize)
	if f.Offset > personalDataLogsMaxSkip {
		c.refuse("Offset", "is larger than 10000, the largest of the API")
	}
	checkFilterValue(c, "ResourceType", f.ResourceType)
	checkFilterValue(c, "ResourceID", f.ResourceID)
}

// checkFilterValue lets only those characters through that the filter grammar knows as part of a value. It has no escape
// for any other: a comma or a parenthesis would end the value, a colon begin another condition.
func checkFilterValue(c *check, field, value string) {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$-_*."
	switch {
	case value == "":
		c.refuse(field, "is required")
	case strings.ContainsFunc(value, func(r rune) bool { return !strings.ContainsRune(alphabet, r) }):
		c.refuse(field, "has a character that the filter grammar of the API cannot express")
	case value == "." || strings.Contains(value, ".."):
		c.refuse(field, "is not an id")
	case len(value) > 1024:
		c.refuse(field, "is too long")
	}
}

// openPersonalDataLogs reads by record offsets. The API has neither a time filter nor a documented order.
func openPersonalDataLogs(conn *conn, f PersonalDataLogFilter) (*feed[PersonalDataLog], error) {
	c := check{op: "PersonalDataLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	known := &shelf{}
	return &feed[PersonalDataLog]{
		traits:      traits{maxSize: personalDataLogsMaxSize, maxSkip: personalDataLogsMaxSkip, sureTotal: true},
		bounds:      bounds{since: f.Since, until: f.Until},
		ListOptions: f.ListOptions,
		unbounded:   true,
		filter:      f.filter(),
		time:        func(l *PersonalDataLog) time.Time { return l.Time },
		fetch: func(ctx context.Context, op string, w window) (*answer[PersonalDataLog], error) {
			q := personalDataLogQuery{Offset: w.skip, Limit: w.size, Filter: f.filter()}
			r, err := conn.do(ctx, call{op: op, path: []string{"v2", "personal-data", "logs"}, query: encodeQuery(q).Encode()})
			if err != nil {
				return nil, err
			}
			return readElasticPath[PersonalDataLog](op, r, known, w)
		},
	}, nil
}

// readElasticPath reads an answer. Its links are of no use: next may be null, "null" or missing, and leaves out the
// filter; the total says where the list ends.
func readElasticPath[T record, P decodable[T]](op string, r *reply, known *shelf, w window) (*answer[T], error) {
	defer r.release()
	total, rows := -1, list[T]{most: w.size}
	err := readAnswer(op, r, known, &rows, true, func(r *jsonread.Reader) {
		for name := range r.Members {
			switch string(name) {
			case "data":
				readList[T, P](r, &rows)
			case "meta":
				readResultTotal(r, &total)
			default:
				r.Skip()
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := &answer[T]{rows: rows.rows, skip: w.skip, asked: w.size, total: total, reply: r}
	if end := w.skip + len(a.rows); a.total >= end {
		a.more = moreIf(a.total > end)
	}
	return a, nil
}

// readResultTotal reads {"results": {"total": …}}.
func readResultTotal(r *jsonread.Reader, total *int) {
	for name := range r.Members {
		if string(name) != "results" {
			r.Skip()
			continue
		}
		for name := range r.Members {
			if string(name) == "total" {
				r.Count(total)
			} else {
				r.Skip()
			}
		}
	}
}

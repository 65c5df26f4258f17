package auditlogs

import (
	"context"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// personalDataLogQuery has every parameter of the endpoint.
type personalDataLogQuery struct {
	Offset int    `url:"page[offset]"`
	Limit  int    `url:"page[limit]"`
	Filter string `url:"filter"`
}

// The API returns no page with more than 100 rows, and none that begins after row 10,000.
const (
	personalDataLogsMaxSize = 100
	personalDataLogsMaxSkip = 10_000
)

// filter returns the filter expression. check has refused every value that could change its meaning.
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

// checkFilterValue accepts only the characters that the filter grammar allows in a value. The grammar has no escapes: a
// comma or a parenthesis would end the value, and a colon would begin another condition.
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
func openPersonalDataLogs(conn *conn, f PersonalDataLogFilter) (*spec[PersonalDataLog], error) {
	c := check{op: "PersonalDataLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	shared := &memory[PersonalDataLog]{}
	return &spec[PersonalDataLog]{
		Traits:      exact.Traits{MaxSize: personalDataLogsMaxSize, MaxSkip: personalDataLogsMaxSkip, SureTotal: true, Undocumented: true},
		Range:       exact.Range{Since: f.Since, Until: f.Until},
		ListOptions: f.ListOptions,
		unbounded:   true,
		filter:      f.filter(),
		time:        func(l *PersonalDataLog) time.Time { return l.Time },
		hash:        func(l *PersonalDataLog) exact.Hash { return exact.HashOf(l.ID) },
		shared:      shared,
		fetch: func(ctx context.Context, op string, w exact.Window) (*answer[PersonalDataLog], error) {
			q := personalDataLogQuery{Offset: w.Skip, Limit: w.Size, Filter: f.filter()}
			r, err := conn.do(ctx, call{op: op, path: []string{"v2", "personal-data", "logs"}, query: encodeQuery(q).Encode(), bodies: &shared.bodies})
			if err != nil {
				return nil, err
			}
			return readElasticPath(op, r, shared, &personalDataLogCodec, w)
		},
	}, nil
}

// readElasticPath reads an answer. The total says where the list ends. A next link is never followed, because it leaves out the
// filter, but it says that more follows, whatever the total says.
func readElasticPath[T record](op string, r *transport.Reply, shared *memory[T], codec *wire.Codec[T], w exact.Window) (*answer[T], error) {
	defer r.Release()
	var next bool
	e, rows := envelope{list: "data", nullable: true, total: -1}, wire.NewList(codec, w.Size)
	err := readAnswer(op, r, shared, rows, &e, func(in *wire.Reader) {
		for name := range in.Members {
			switch string(name) {
			case "data":
				rows.Read(in)
			case "meta":
				readResultTotal(in, &e.total)
			case "links":
				next = hasNext(in)
			default:
				e.other(name, in)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, w.Skip, w.Size)
	if a.Total = e.total; next || e.total >= a.end() {
		a.More = exact.MoreIf(next || e.total > a.end())
	}
	return a, nil
}

// hasNext reports whether links have a next one. If there is none, it is null, the text "null", or missing.
func hasNext(r *wire.Reader) bool {
	var next string
	for name := range r.Members {
		if string(name) == "next" {
			r.Text(&next)
		} else {
			r.Skip()
		}
	}
	return next != "" && next != "null"
}

// readResultTotal reads {"results": {"total": …}}.
func readResultTotal(r *wire.Reader, total *int) {
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

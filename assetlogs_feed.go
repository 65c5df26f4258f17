package auditlogs

import (
	"context"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// dataAssetLogQuery is every parameter of the endpoint.
type dataAssetLogQuery struct {
	ConnectorKeywords string          `url:"connector_keywords,omitempty"`
	UserKeywords      string          `url:"user_keywords,omitempty"`
	Action            DataAssetAction `url:"action,omitempty"`
	StartTime         string          `url:"start_time,omitempty"`
	EndTime           string          `url:"end_time,omitempty"`
	Offset            int             `url:"offset"`
	Limit             int             `url:"limit"`
}

func (f DataAssetLogFilter) query() dataAssetLogQuery {
	return dataAssetLogQuery{ConnectorKeywords: f.ConnectorKeywords, UserKeywords: f.UserKeywords, Action: f.Action}
}

// setRange asks for the range in whole seconds, one more on either side, since nothing says which bounds are inclusive.
// A bound that follows the frontier has that second already.
func (q *dataAssetLogQuery) setRange(w window) {
	if !w.low.IsZero() {
		q.StartTime = stamp(floorTo(w.low, time.Second).Add(-time.Second))
	}
	if !w.high.IsZero() {
		end := ceilTo(w.high, time.Second)
		if !w.moved {
			end = end.Add(time.Second)
		}
		q.EndTime = stamp(end)
	}
}

// The API cuts larger pages to 999 rows, and knows no offset above 999,999.
const (
	dataAssetLogsMaxSize = 999
	dataAssetLogsMaxSkip = 999_999
)

// check refuses what EDS would refuse or misread.
func (f DataAssetLogFilter) check(c *check) {
	c.id("InstanceID", f.InstanceID)
	c.id("ConnectorID", f.ConnectorID)
	c.timeRange(f.Since, f.Until)
	c.text("ConnectorKeywords", f.ConnectorKeywords)
	c.text("UserKeywords", f.UserKeywords)
	c.paging(f.ListOptions, dataAssetLogsMaxSize)
	if f.Offset > dataAssetLogsMaxSkip {
		c.refuse("Offset", "is larger than 999999, the largest of the API")
	}
	switch f.Action {
	case "", DataAssetView, DataAssetModify, DataAssetDownload:
	default:
		c.refuse("Action", "is not one of those that EDS knows")
	}
}

// openDataAssetLogs moves the upper bound along, so that nearly every request begins at offset 0: what the API counts by
// its offset, records or pages, its documents leave open.
func openDataAssetLogs(conn *conn, f DataAssetLogFilter) (*feed[DataAssetLog], error) {
	c := check{op: "DataAssetLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	e := &dataAssetLogEndpoint{conn: conn, filter: f}
	return &feed[DataAssetLog]{
		traits:      traits{maxSize: dataAssetLogsMaxSize, maxSkip: dataAssetLogsMaxSkip, granule: time.Second},
		bounds:      bounds{f.Since, f.Until, f.Since, f.Until},
		ListOptions: f.ListOptions,
		learns:      true,
		filter:      f.InstanceID + "/" + f.ConnectorID + "?" + encodeQuery(f.query()).Encode(),
		time:        func(l *DataAssetLog) time.Time { return l.HappenedTime },
		fetch:       e.fetch,
	}, nil
}

// dataAssetLogEndpoint is the audit log of one connector.
type dataAssetLogEndpoint struct {
	conn   *conn
	filter DataAssetLogFilter
	known  shelf
}

// What the endpoint's offset counts, once it is known: records, or else pages of at most so many rows.
const (
	offsetUnknown = 0
	offsetRecords = -1
)

// fetch asks for a window. Where it does not begin at row 0, the unit of the offset must be found out first.
func (e *dataAssetLogEndpoint) fetch(ctx context.Context, op string, w window) (*answer[DataAssetLog], error) {
	if w.skip > 0 && w.memo == offsetUnknown {
		unit, got, err := e.probe(ctx, op, w)
		if err != nil || got != nil {
			return got, err
		}
		w.memo = unit
	}
	switch {
	case w.skip == 0:
		return e.ask(ctx, op, w, 0, w.size, 0)
	case w.memo == offsetRecords:
		return e.ask(ctx, op, w, w.skip, w.size, w.skip)
	default:
		w.limit = min(w.limit, w.memo)
		w.size = min(w.size, w.limit)
		w.skip = max(w.skip, w.after-w.limit+1)
		page, size := w.page()
		got, err := e.ask(ctx, op, w, page, size, page*size)
		if got != nil {
			got.size = w.memo
		}
		return got, err
	}
}

// probe finds out what the offset counts: the rows at offset 1 are mostly those at offset 0 only if it counts records.
// Without rows at offset 1 those at offset 0 are all there are: that is an answer, but for the rows to skip.
func (e *dataAssetLogEndpoint) probe(ctx context.Context, op string, w window) (unit int, all *answer[DataAssetLog], err error) {
	first, err := e.ask(ctx, op, w, 0, w.limit, 0)
	if err != nil {
		return 0, nil, err
	}
	second, err := e.ask(ctx, op, w, 1, w.limit, 1)
	if err != nil {
		return 0, nil, err
	}
	if len(second.rows) == 0 {
		first.skip = min(w.skip, len(first.rows))
		first.rows = first.rows[first.skip:]
		return 0, first, nil
	}
	known, shared := map[string]bool{}, 0
	for i := range first.rows {
		known[first.rows[i].Key()] = true
	}
	same := min(len(first.rows)-1, len(second.rows)) // as many rows both show if the second begins one row later
	for i := range same {
		if known[second.rows[i].Key()] {
			shared++
		}
	}
	if 2*shared >= same {
		return offsetRecords, nil, nil
	}
	return len(first.rows), nil, nil // a page that another follows is as long as the server makes them
}

// ask sends one request; its answer begins at row skip.
func (e *dataAssetLogEndpoint) ask(ctx context.Context, op string, w window, offset, limit, skip int) (*answer[DataAssetLog], error) {
	q := e.filter.query()
	q.setRange(w)
	q.Offset, q.Limit = offset, limit
	r, err := e.conn.do(ctx, call{op: op, path: e.path(), query: encodeQuery(q).Encode()})
	if err != nil {
		return nil, err
	}
	a, err := readDataAssetLogs(e.conn, op, r, &e.known, limit)
	if err != nil {
		return nil, err
	}
	a.skip, a.asked, a.memo = skip, limit, w.memo
	return a, nil
}

func (e *dataAssetLogEndpoint) path() []string {
	return []string{
		"v1", e.conn.projectID, "eds", "instances", e.filter.InstanceID, "connectors", e.filter.ConnectorID, "audit-logs",
	}
}

// readDataAssetLogs reads an answer. An error code makes a 200 a failure. The total is passed on, but ends nothing: it is
// missing from the documented example, and 0 beside rows in another.
func readDataAssetLogs(conn *conn, op string, r *reply, known *shelf, limit int) (*answer[DataAssetLog], error) {
	defer r.release()
	var code string
	total, rows := -1, list[DataAssetLog]{most: limit}
	err := readAnswer(op, r, known, &rows, false, func(r *jsonread.Reader) {
		for name := range r.Members {
			switch string(name) {
			case "data":
				readList(r, &rows)
			case "total":
				r.Count(&total)
			case "error_code":
				r.Text(&code)
			default:
				r.Skip()
			}
		}
	})
	if code != "" && (err == nil || rows.fault != nil) {
		return nil, conn.failure(op, r)
	}
	if err != nil {
		return nil, err
	}
	return &answer[DataAssetLog]{rows: rows.rows, total: total, reply: r}, nil
}

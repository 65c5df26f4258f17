package auditlogs

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// dataAssetLogQuery has every parameter of the endpoint.
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

// setRange asks for the range in whole seconds, with one more on either side, because no document says which bounds are
// inclusive. A bound that follows the frontier includes that second already.
func (q *dataAssetLogQuery) setRange(w exact.Window) {
	if !w.Low.IsZero() {
		q.StartTime = stamp(within(floorTo(w.Low, time.Second).Add(-time.Second), time.Second))
	}
	if !w.High.IsZero() {
		end := ceilTo(w.High, time.Second)
		if !w.Moved {
			end = end.Add(time.Second)
		}
		q.EndTime = stamp(within(end, time.Second))
	}
}

// The API reduces larger pages to 999 rows, and has no offset above 999,999.
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
	if len(f.Action) > maxAction || strings.ContainsFunc(string(f.Action), notInAction) {
		c.refuse("Action", "is not a word of letters, digits and underscores")
	}
}

// maxAction is far longer than any action.
const maxAction = 64

func notInAction(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// openDataAssetLogs moves the upper bound along, so that nearly every request begins at offset 0: the documents do not
// say whether the offset counts records or pages.
func openDataAssetLogs(conn *conn, f DataAssetLogFilter) (*spec[DataAssetLog], error) {
	c := check{op: "DataAssetLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	e := &dataAssetLogEndpoint{conn: conn, filter: f}
	return &spec[DataAssetLog]{
		Traits: exact.Traits{
			MaxSize: dataAssetLogsMaxSize, MaxSkip: dataAssetLogsMaxSkip, Granule: time.Second, Undocumented: true, Numbered: true,
		},
		Range:       rangeOf(f.Since, f.Until),
		ListOptions: f.ListOptions,
		filter:      f.InstanceID + "/" + f.ConnectorID + "?" + encodeQuery(f.query()).Encode(),
		time:        func(l *DataAssetLog) time.Time { return l.HappenedTime },
		number:      (*DataAssetLog).number,
		shared:      &e.shared,
		fetch:       e.fetch,
		learning:    e.learning,
		unformed:    e.boundsRefused,
	}, nil
}

// boundsRefused reports whether EDS refuses the bounds of a window. No document says in which form it wants them, so a
// refusal of this form must not end a listing; nor must any refusal of a bound that the caller did not set.
func (e *dataAssetLogEndpoint) boundsRefused(err error, w exact.Window) bool {
	if w.Low.IsZero() && w.High.IsZero() {
		return false
	}
	var refusal *APIError
	if !errors.As(err, &refusal) || refusal.Op != "DataAssetLogs.List" { // which a login is not
		return false
	}
	own := w.Moved || e.filter.Until.IsZero() && !w.High.IsZero()
	return refusal.Code == codeTimeFormat || own && errors.Is(err, ErrInvalidRequest)
}

// codeTimeFormat is EDS's "Convert time format error".
const codeTimeFormat = "EDS.00011011"

// dataAssetLogEndpoint is the audit log of one connector, for one listing.
type dataAssetLogEndpoint struct {
	conn   *conn
	filter DataAssetLogFilter
	shared wire.Shared

	unit atomic.Int64 // what the offset counts
	head dataAssetLogHead
}

// What the offset counts, once it is known: records or pages. For pages, the value is the largest number of rows of a page.
const (
	offsetUnknown = 0
	offsetRecords = -1
)

// learning reports whether it is still unknown what the offset counts.
func (e *dataAssetLogEndpoint) learning() bool { return e.unit.Load() == offsetUnknown }

// fetch asks for a window. If the window does not begin at row 0, the unit of the offset must be found out first.
func (e *dataAssetLogEndpoint) fetch(ctx context.Context, op string, w exact.Window) (*answer[DataAssetLog], error) {
	if w.Skip == 0 {
		return e.ask(ctx, op, w, 0, w.Size, 0)
	}
	if e.learning() && w.Skip == 1 && w.Size == w.After {
		if head := e.head.rows(e.query(w)); len(head) == w.After {
			return e.edge(ctx, op, w, head)
		}
	}
	if e.learning() {
		if all, err := e.probe(ctx, op, w); err != nil || all != nil {
			return all, err
		}
	}
	if unit := e.unit.Load(); unit != offsetRecords {
		return e.askPage(ctx, op, w, int(unit))
	}
	return e.ask(ctx, op, w, w.Skip, w.Size, w.Skip)
}

// askPage asks for a window by page number. No page is longer than longest.
func (e *dataAssetLogEndpoint) askPage(ctx context.Context, op string, w exact.Window, longest int) (*answer[DataAssetLog], error) {
	w = w.AtMost(longest)
	page, size := w.Page()
	got, err := e.ask(ctx, op, w, page, size, page*size)
	if got != nil {
		got.Size = longest
	}
	return got, err
}

// probe finds out what the offset counts. It compares the rows at offset 1 with those at offset 0: they are mostly the
// same only if the offset counts records. If there are no rows at offset 1, the rows at offset 0 are all there are:
// they are returned as the answer, without the rows to skip.
func (e *dataAssetLogEndpoint) probe(ctx context.Context, op string, w exact.Window) (all *answer[DataAssetLog], err error) {
	first, err := e.ask(ctx, op, w, 0, w.Limit, 0)
	if err != nil {
		return nil, err
	}
	second, err := e.ask(ctx, op, w, 1, w.Limit, 1)
	if err != nil {
		return nil, err
	}
	if len(second.items) == 0 && first.Total > len(first.items) { // rows that are counted and not shown tell nothing
		return e.ask(ctx, op, w, w.Skip, w.Size, w.Skip)
	}
	if len(second.items) == 0 {
		first.Skip = min(w.Skip, len(first.items))
		first.items = first.items[first.Skip:]
		return first, nil
	}
	if overlapping(first.items, second.items) {
		e.unit.Store(offsetRecords)
	} else {
		e.unit.Store(int64(len(first.items))) // a page before another page has the maximum length
	}
	return nil, nil
}

// overlapping reports whether both lists have most of the rows that they should share if the second begins one row
// later.
func overlapping(first, second []DataAssetLog) bool {
	known, common := map[string]bool{}, 0
	for i := range first {
		known[first[i].Key()] = true
	}
	same := min(len(first)-1, len(second))
	for i := range same {
		if known[second[i].Key()] {
			common++
		}
	}
	return 2*common >= same
}

// ask sends one request. Its answer begins at row skip.
func (e *dataAssetLogEndpoint) ask(ctx context.Context, op string, w exact.Window, offset, limit, skip int) (*answer[DataAssetLog], error) {
	q := e.query(w)
	q.Offset, q.Limit = offset, limit
	r, err := e.conn.do(ctx, call{op: op, path: e.path(), query: encodeQuery(q).Encode()})
	if err != nil {
		return nil, err
	}
	got, err := e.read(op, r, skip, limit)
	if err == nil && offset == 0 && e.learning() {
		e.head.keep(q, got.items)
	}
	return got, err
}

// query returns the parameters for a window, without offset and limit.
func (e *dataAssetLogEndpoint) query(w exact.Window) dataAssetLogQuery {
	q := e.filter.query()
	q.setRange(w)
	return q
}

func (e *dataAssetLogEndpoint) path() []string {
	return []string{
		"v1", e.conn.projectID, "eds", "instances", e.filter.InstanceID, "connectors", e.filter.ConnectorID, "audit-logs",
	}
}

// read reads an answer. An error code makes a 200 a failure. The documents call the list of records data, and the vendor's SDK
// calls it rows. null in its place is taken for an empty list of a Java server, but only beside a total. The total is passed
// on, but does not end the listing: one documented example has no total, and another has 0 although there are rows.
func (e *dataAssetLogEndpoint) read(op string, r *transport.Reply, skip, limit int) (*answer[DataAssetLog], error) {
	defer r.Release()
	said, rows := envelope{list: "data", nullable: true, total: -1}, wire.NewList(&dataAssetLogCodec, limit)
	err := readAnswer(op, r, &e.shared, rows, &said, func(in *wire.Reader) {
		for name := range in.Members {
			switch string(name) {
			case "data", "rows":
				rows.ReadEither(in)
			case "total":
				in.Count(&said.total)
			case "error_code":
				in.Text(&said.code)
			default:
				said.other(name, in)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, skip, limit)
	a.Total = said.total
	a.Named = allNamed(a.items)
	return a, nil
}

// allNamed reports whether every record has an ID.
func allNamed(items []DataAssetLog) bool {
	for i := range items {
		if items[i].AuditLogID == "" {
			return false
		}
	}
	return true
}

package auditlogs

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

const day = 24 * time.Hour

func dataAccessLogsPath() []string { return []string{"api", "data-access-logs"} }

// dataAccessLogQuery is every parameter of the endpoint.
type dataAccessLogQuery struct {
	AccessorType AccessorType         `url:"accessor_type,omitempty"`
	AccessorUUID string               `url:"accessor_uuid,omitempty"`
	EndDate      string               `url:"end_date,omitempty"` // the last day, inclusive
	Order        []DataAccessLogOrder `url:"o,comma,omitempty"`  // of a repeated o the server reads only the last
	Page         int                  `url:"page,omitempty"`
	PageSize     int                  `url:"page_size,omitempty"`
	Query        string               `url:"query,omitempty"`
	StartDate    string               `url:"start_date,omitempty"`
	UserUUID     string               `url:"user_uuid,omitempty"`
}

func (f DataAccessLogFilter) query() dataAccessLogQuery {
	return dataAccessLogQuery{
		AccessorType: f.AccessorType, AccessorUUID: f.AccessorUUID, UserUUID: f.UserUUID, Query: f.Query, Order: f.Order,
	}
}

// setDays asks for the days that hold the range, and some more on either side.
func (q *dataAccessLogQuery) setDays(low, high time.Time, more int) {
	if !low.IsZero() {
		q.StartDate = low.UTC().AddDate(0, 0, -more).Format(time.DateOnly)
	}
	if !high.IsZero() {
		q.EndDate = high.UTC().Add(-1).AddDate(0, 0, more).Format(time.DateOnly)
	}
}

// check refuses what Waldur would refuse or misread.
func (f DataAccessLogFilter) check(c *check) {
	c.timeRange(f.Since, f.Until)
	c.paging(f.ListOptions, 300)
	c.text("Query", f.Query)
	if f.AccessorUUID != "" {
		c.uuid("AccessorUUID", f.AccessorUUID)
	}
	if f.UserUUID != "" {
		c.uuid("UserUUID", f.UserUUID)
	}
	if f.AccessorType != "" && !slices.Contains(accessorTypes, f.AccessorType) {
		c.refuse("AccessorType", "is not one of those that Waldur knows")
	}
	for _, o := range f.Order {
		if !slices.Contains(dataAccessLogOrders, o) {
			c.refuse("Order", "has a value that Waldur does not know")
		}
	}
}

// wholeDay refuses a bound that is not the beginning of a UTC day.
func (c *check) wholeDay(field string, t time.Time) {
	if !t.Equal(floorTo(t, day)) {
		c.refuse(field, "is not the beginning of a UTC day, and the count knows only days")
	}
}

var (
	accessorTypes       = []AccessorType{AccessorStaff, AccessorSupport, AccessorOrganizationMember, AccessorServiceProvider, AccessorSelf}
	dataAccessLogOrders = []DataAccessLogOrder{
		OrderTimestamp, OrderTimestampDesc, OrderAccessorType, OrderAccessorTypeDesc,
		OrderUserUsername, OrderUserUsernameDesc, OrderAccessorUsername, OrderAccessorUsernameDesc,
	}
)

// openDataAccessLogs reads by page numbers: Waldur's dates are too coarse to follow the frontier.
func openDataAccessLogs(conn *conn, f DataAccessLogFilter) (*feed[DataAccessLog], error) {
	c := check{op: "DataAccessLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	f.Order = slices.Clone(f.Order)
	if len(f.Order) == 0 {
		f.Order = []DataAccessLogOrder{OrderTimestampDesc}
	}
	byTime := isTime(string(f.Order[0]))
	known := &shelf{}
	return &feed[DataAccessLog]{
		traits:      traits{maxSize: 300, sureTotal: true, paged: true, userOrder: !byTime},
		bounds:      bounds{f.Since, f.Until, f.Since, f.Until},
		ListOptions: f.ListOptions,
		filter:      encodeQuery(f.query()).Encode(),
		time:        func(l *DataAccessLog) time.Time { return l.Timestamp },
		fetch: func(ctx context.Context, op string, w window) (*answer[DataAccessLog], error) {
			q := f.query()
			q.setDays(w.low, w.high, 1) // the server's days are those of its own time zone
			page, size := w.page()
			q.Page, q.PageSize = page+1, size
			r, err := conn.do(ctx, call{op: op, path: dataAccessLogsPath(), slash: true, query: encodeQuery(q).Encode()})
			if gone := pastEnd[DataAccessLog](err, page, size); gone != nil {
				return gone, nil
			}
			if err != nil {
				return nil, err
			}
			return readDataAccessLogs(op, r, known, page, size)
		},
	}, nil
}

// readDataAccessLogs reads a bare array with its metadata in headers, or the envelope that a guide of Waldur's shows.
func readDataAccessLogs(op string, r *reply, known *shelf, page, size int) (*answer[DataAccessLog], error) {
	defer r.release()
	var bare bool
	var next string
	total, rows := resultCount(r), list[DataAccessLog]{most: size}
	err := readAnswer(op, r, known, &rows, true, func(r *jsonread.Reader) {
		if bare = r.IsArray(); bare {
			readList(r, &rows)
			return
		}
		readEnvelope(r, &rows, &total, &next)
	})
	if err != nil {
		return nil, err
	}
	a := &answer[DataAccessLog]{rows: rows.rows, skip: page * size, asked: size, total: total, reply: r}
	if bare {
		a.readLinks(page, size)
	} else {
		a.follows(next)
	}
	return a, nil
}

// readLinks learns from the Link header whether a page follows, and, where the server cut the page that was asked for,
// to how many rows: the last page's number tells.
func (a *answer[T]) readLinks(page, size int) {
	if len(a.header.Values("Link")) == 0 {
		if a.total >= 0 {
			a.more = moreIf(a.skip+len(a.rows) < a.total)
		}
		return
	}
	_, next := linkQuery(a.header.Values("Link"), "next")
	a.more = moreIf(next || a.total > a.skip+len(a.rows))
	last, ok := linkQuery(a.header.Values("Link"), "last")
	pages, err := strconv.Atoi(last.Get("page"))
	if !ok || err != nil || pages < 2 || a.total < 0 || len(a.rows) == 0 {
		return
	}
	fits := func(n int) bool { return (a.total+n-1)/n == pages }
	cut := len(a.rows) < size && next && fits(len(a.rows))
	switch {
	case fits(size) && !cut && len(a.rows) <= a.total-page*size:
		a.size = size
	case !fits(size) && cut:
		a.size = len(a.rows)
		a.skip = page * a.size
	}
}

// resultCount is the number of rows that match, from its header; -1 where it is missing.
func resultCount(r *reply) int {
	n, err := strconv.Atoi(r.header.Get("X-Result-Count"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

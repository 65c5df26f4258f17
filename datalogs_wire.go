package auditlogs

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

const day = 24 * time.Hour

func dataAccessLogsPath() []string { return []string{"api", "data-access-logs"} }

// dataAccessLogQuery has every parameter of the endpoint.
type dataAccessLogQuery struct {
	AccessorType AccessorType         `url:"accessor_type,omitempty"`
	AccessorUUID string               `url:"accessor_uuid,omitempty"`
	EndDate      string               `url:"end_date,omitempty"` // the last day, inclusive
	Order        []DataAccessLogOrder `url:"o,comma,omitempty"`  // if o is repeated, the server reads only the last one
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

// setDays asks for the days of the range, and for some more days on either side.
func (q *dataAccessLogQuery) setDays(low, high time.Time, more int) {
	if !low.IsZero() {
		q.StartDate = within(low.UTC().AddDate(0, 0, -more), day).Format(time.DateOnly)
	}
	if !high.IsZero() {
		q.EndDate = within(high.UTC().Add(-1).AddDate(0, 0, more), day).Format(time.DateOnly)
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

// openDataAccessLogs reads by page numbers, because Waldur's dates are too coarse to follow the frontier.
func openDataAccessLogs(conn *conn, f DataAccessLogFilter) (*spec[DataAccessLog], error) {
	c := check{op: "DataAccessLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	f.Order = slices.Clone(f.Order)
	if len(f.Order) == 0 {
		f.Order = []DataAccessLogOrder{OrderTimestampDesc}
	}
	byTime := isTime(string(f.Order[0]))
	shared := &memory[DataAccessLog]{}
	return &spec[DataAccessLog]{
		Traits:      exact.Traits{MaxSize: 300, SureTotal: true, Paged: true, Reversible: byTime, UserOrder: !byTime},
		Range:       rangeOf(f.Since, f.Until),
		ListOptions: f.ListOptions,
		filter:      encodeQuery(f.query()).Encode(),
		time:        func(l *DataAccessLog) time.Time { return l.Timestamp },
		hash:        func(l *DataAccessLog) exact.Hash { return exact.HashOf(l.UUID) },
		shared:      shared,
		fetch: func(ctx context.Context, op string, w exact.Window) (*answer[DataAccessLog], error) {
			q := f.query()
			q.setDays(w.Low, w.High, 1) // the server's days are those of its own time zone
			page, size := w.Page()
			if w.Reverse {
				page, size, q.Order = 0, w.Size, turnedOrder(q.Order)
			}
			q.Page, q.PageSize = page+1, size
			list := call{op: op, path: dataAccessLogsPath(), slash: true, query: encodeQuery(q).Encode(), bodies: &shared.bodies}
			return askPage(ctx, conn, list, page, size, func(r *transport.Reply) (*answer[DataAccessLog], error) {
				return readDataAccessLogs(op, r, shared, page, size)
			})
		},
	}, nil
}

// turnedOrder returns the opposite order.
func turnedOrder(order []DataAccessLogOrder) []DataAccessLogOrder {
	opposite := make([]DataAccessLogOrder, len(order))
	for i, key := range order {
		opposite[i] = DataAccessLogOrder(turned(string(key)))
	}
	return opposite
}

// readDataAccessLogs reads a bare array with its metadata in headers, or the envelope that one of Waldur's guides
// shows.
func readDataAccessLogs(op string, r *transport.Reply, shared *memory[DataAccessLog], page, size int) (*answer[DataAccessLog], error) {
	defer r.Release()
	var bare bool
	e, rows := envelope{list: "results", total: resultCount(r)}, wire.NewList(&dataAccessLogCodec, size)
	err := readAnswer(op, r, shared, rows, &e, func(in *wire.Reader) {
		if bare = in.IsArray(); bare {
			rows.Read(in)
			return
		}
		readEnvelope(in, rows, &e)
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, page*size, size)
	a.Total = e.total
	if bare {
		readLinks(a, r.Header.Values("Link"), page)
	} else {
		a.readNext(&e)
	}
	return a, nil
}

// readLinks learns from the Link header whether another page follows. If the server reduced the page size, the number
// of the last page shows to how many rows.
func readLinks(a *answer[DataAccessLog], links []string, page int) {
	n, size := len(a.items), a.Asked
	if len(links) == 0 {
		if a.Total >= 0 {
			a.More = exact.MoreIf(a.end() < a.Total)
		}
		return
	}
	_, next := transport.LinkQuery(links, "next")
	a.More = exact.MoreIf(next || a.Total > a.end())
	last, ok := transport.LinkQuery(links, "last")
	pages, err := strconv.Atoi(last.Get("page"))
	if !ok || err != nil || pages < 2 || a.Total < 0 || n == 0 {
		return
	}
	fits := func(n int) bool { return (a.Total+n-1)/n == pages }
	cut := n < size && next && fits(n)
	switch {
	case fits(size) && !cut && n <= a.Total-page*size:
		a.Size = size
	case !fits(size) && cut:
		a.Size = n
		a.Skip = page * n
	}
}

// resultCount returns the number of matching rows from the X-Result-Count header; -1 if it is missing.
func resultCount(r *transport.Reply) int {
	n, err := strconv.Atoi(r.Header.Get("X-Result-Count"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

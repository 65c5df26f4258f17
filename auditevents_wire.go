package auditlogs

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// auditEventQuery has every parameter of the endpoint.
type auditEventQuery struct {
	ContentType  int64  `url:"content_type,omitempty"`
	Limit        int    `url:"limit,omitempty"`
	ObjectID     int64  `url:"object_id,omitempty"`
	Page         int    `url:"page,omitempty"`
	Sort         string `url:"sort,omitempty"`
	Timestamp    string `url:"timestamp,omitempty"`
	TimestampGT  string `url:"timestamp__gt,omitempty"`
	TimestampGTE string `url:"timestamp__gte,omitempty"`
	TimestampLT  string `url:"timestamp__lt,omitempty"`
	TimestampLTE string `url:"timestamp__lte,omitempty"`
	User         int64  `url:"user,omitempty"`
}

func (f AuditEventFilter) query() auditEventQuery {
	return auditEventQuery{
		ContentType: f.ContentType, ObjectID: f.ObjectID, User: f.User, Sort: f.Sort,
		Timestamp:    stamp(f.Timestamp),
		TimestampGT:  stamp(floorTo(f.TimestampGT, auditEventsGranule)),
		TimestampLTE: stamp(within(ceilTo(f.TimestampLTE, auditEventsGranule), time.Microsecond)),
	}
}

// auditEventsGranule is the unit to which bounds are rounded outwards. The API's times have microseconds; with this
// rounding, a server that truncates its bounds to milliseconds does no harm.
const auditEventsGranule = time.Millisecond

// setRange asks for the range, rounded outwards.
func (q *auditEventQuery) setRange(low, high time.Time) {
	if !low.IsZero() {
		q.TimestampGTE = stamp(floorTo(low, auditEventsGranule))
	}
	if !high.IsZero() {
		q.TimestampLT = stamp(within(ceilTo(high, auditEventsGranule), time.Microsecond))
	}
}

// check refuses what Akinon would refuse or misread.
func (f AuditEventFilter) check(c *check) {
	c.timeRange(f.Since, f.Until)
	c.year("Timestamp", f.Timestamp)
	c.year("TimestampGT", f.TimestampGT)
	c.year("TimestampLTE", f.TimestampLTE)
	c.paging(f.ListOptions, auditEventsMaxSize)
	c.text("Sort", f.Sort)
	const maxObjectID = 1<<31 - 1
	if f.ObjectID < 0 || f.ObjectID > maxObjectID {
		c.refuse("ObjectID", "is out of range")
	}
	if f.ContentType < 0 {
		c.refuse("ContentType", "is negative")
	}
	if f.User < 0 {
		c.refuse("User", "is negative")
	}
	if r := f.span(); !r.Since.IsZero() && !r.Until.IsZero() && !r.Since.Before(r.Until) && c.err() == nil {
		c.refuse(f.exactBound(), "and the other bounds leave nothing to ask for")
	}
}

// exactBound returns the name of the first field besides Since and Until that bounds the time.
func (f AuditEventFilter) exactBound() string {
	switch {
	case !f.Timestamp.IsZero():
		return "Timestamp"
	case !f.TimestampGT.IsZero():
		return "TimestampGT"
	default:
		return "TimestampLTE"
	}
}

// span returns the range that satisfies all bounds of the filter.
func (f AuditEventFilter) span() exact.Range {
	b := rangeOf(f.Since, f.Until)
	later := func(t time.Time) {
		if t.After(b.Since) {
			b.Since = t
		}
	}
	earlier := func(t time.Time) {
		if b.Until.IsZero() || t.Before(b.Until) {
			b.Until = t
		}
	}
	after := func(t time.Time) time.Time { return within(t.Add(1), 1) }
	if t := f.TimestampGT; !t.IsZero() {
		later(after(t))
	}
	if t := f.TimestampLTE; !t.IsZero() {
		earlier(after(t))
	}
	if t := f.Timestamp; !t.IsZero() {
		later(t)
		earlier(after(t))
	}
	return b
}

// auditEventsMaxSize is the largest page that the client asks for. The API's own limit is undocumented, and learned
// from its answers.
const auditEventsMaxSize = 1000

// auditEventsModestSize is the page length that the vendor's own code asks for.
const auditEventsModestSize = 100

// openAuditEvents moves the upper bound along, so that every request asks for the first page.
func openAuditEvents(conn *conn, f AuditEventFilter) (*spec[AuditEvent], error) {
	c := check{op: "AuditEvents.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	ownSort := f.Sort == ""
	if ownSort {
		f.Sort = "-timestamp"
	}
	byTime := isTime(f.Sort)
	t := exact.Traits{MaxSize: auditEventsMaxSize, SureTotal: true, Paged: true, Reversible: byTime, UserOrder: !byTime}
	if byTime {
		t.Granule = auditEventsGranule
	}
	e := &auditEventEndpoint{conn: conn, filter: f, ownSort: ownSort}
	return &spec[AuditEvent]{
		Traits:      t,
		Range:       f.span(),
		ListOptions: f.ListOptions,
		filter:      encodeQuery(f.query()).Encode(),
		time:        func(e *AuditEvent) time.Time { return e.Timestamp },
		hash:        func(e *AuditEvent) exact.Hash { return exact.HashOf(e.UUID) },
		shared:      &e.shared,
		fetch:       e.fetch,
	}, nil
}

// auditEventEndpoint is the log of one listing.
type auditEventEndpoint struct {
	conn    *conn
	filter  AuditEventFilter
	ownSort bool // the caller set no order
	shared  memory[AuditEvent]

	plain   atomic.Bool  // the server refuses the parameter for the order
	longest atomic.Int64 // rows of the longest page that the server does not refuse; 0 while it refused none
}

// fetch asks for a window. No document says which orders the API knows: if it refuses the client's own, fetch leaves it out,
// and the answers show which one it is.
func (e *auditEventEndpoint) fetch(ctx context.Context, op string, w exact.Window) (*answer[AuditEvent], error) {
	got, err := e.askLong(ctx, op, w)
	if !e.ownSort || e.plain.Load() || !refusesNamed(err, op, "sort") {
		return got, err
	}
	e.plain.Store(true)
	return e.askLong(ctx, op, w)
}

// askLong asks for a window. If the server refuses a page that is longer than the caller wanted, askLong asks again for a
// shorter one, and remembers that if it helps.
func (e *auditEventEndpoint) askLong(ctx context.Context, op string, w exact.Window) (*answer[AuditEvent], error) {
	if longest := int(e.longest.Load()); longest > 0 {
		return e.askShort(ctx, op, w, longest)
	}
	page, size := w.Page()
	got, err := e.ask(ctx, op, w, page, size)
	modest := cmp.Or(e.filter.PageSize, auditEventsModestSize)
	if size <= modest || !refusesNamed(err, op, "limit") {
		return got, err
	}
	if got, err = e.askShort(ctx, op, w, modest); err == nil {
		e.longest.Store(int64(modest))
	}
	return got, err
}

// askShort asks for a window in a page of at most longest rows. The answer is that of a server that cuts longer pages.
func (e *auditEventEndpoint) askShort(ctx context.Context, op string, w exact.Window, longest int) (*answer[AuditEvent], error) {
	_, wanted := w.Page()
	page, size := w.AtMost(longest).Page()
	got, err := e.ask(ctx, op, w, page, size)
	if err == nil && page == 0 && wanted > size {
		got.Asked, got.Size = wanted, longest
	}
	return got, err
}

// ask sends one request.
func (e *auditEventEndpoint) ask(ctx context.Context, op string, w exact.Window, page, size int) (*answer[AuditEvent], error) {
	q := e.filter.query()
	if e.plain.Load() {
		q.Sort = ""
	}
	q.setRange(w.Low, w.High)
	q.Page, q.Limit = page+1, size
	if w.Reverse && q.Sort != "" {
		q.Sort = turned(q.Sort)
	}
	list := call{op: op, path: []string{"audit-events"}, slash: true, query: encodeQuery(q).Encode(), bodies: &e.shared.bodies}
	return askPage(ctx, e.conn, list, page, size, func(r *transport.Reply) (*answer[AuditEvent], error) {
		return readAuditEvents(op, r, &e.shared, page, size)
	})
}

func readAuditEvents(op string, r *transport.Reply, shared *memory[AuditEvent], page, size int) (*answer[AuditEvent], error) {
	defer r.Release()
	e, rows := envelope{list: "results", total: -1}, wire.NewList(&auditEventCodec, size)
	err := readAnswer(op, r, shared, rows, &e, func(in *wire.Reader) { readEnvelope(in, rows, &e) })
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, page*size, size)
	a.Total = e.total
	a.readNext(&e)
	return a, nil
}

package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// userEventQuery has every parameter of the endpoint except the cursor, which comes with the query of a next link.
type userEventQuery struct {
	AccountGroupID string `url:"aid,omitempty"`
	AllPermitted   bool   `url:"useAllPermittedAids,omitempty"`
	Window         string `url:"window,omitempty"`
	StartDate      string `url:"startDate,omitempty"`
	EndDate        string `url:"endDate,omitempty"`
	Max            int    `url:"max,omitempty"` // undocumented
}

// query returns what the filter selects. Max is not part of it, because a cursor may be used with another page size.
func (f UserEventFilter) query() userEventQuery {
	q := userEventQuery{AccountGroupID: f.AccountGroupID, AllPermitted: f.AllPermittedAccountGroups}
	if f.Window > 0 {
		q.Window = strconv.FormatInt(int64(f.Window/time.Second), 10) + "s"
	}
	return q
}

// longPast is before the first event of any account. It is sent when everything is requested, so that the API does not
// use its own unknown default range.
var longPast = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

// retained returns where a log begins whose server refuses longPast: the API keeps events for two years. The minute is for
// servers that refuse what is older, and get the request a moment later. now is the server's time, or zero.
func retained(now time.Time) time.Time {
	if now.IsZero() {
		now = time.Now()
	}
	return floorTo(now.AddDate(-2, 0, 0).Add(time.Minute), time.Second)
}

// setRange asks for the range in whole seconds, with one more on either side. The log begins at first. Dates and a window
// exclude each other; once the first answer has shown where the window begins, dates ask for the same range again.
func (q *userEventQuery) setRange(w exact.Window, first time.Time) {
	if q.Window != "" && !w.Moved && w.Low.IsZero() {
		return
	}
	q.Window = ""
	switch {
	case !w.Low.IsZero():
		first = floorTo(w.Low, time.Second).Add(-time.Second)
	case !w.High.IsZero() && w.High.Before(first): // a start behind the end would be refused
		first = floorTo(w.High, time.Second).Add(-time.Second)
	}
	q.StartDate = within(first, time.Second).Format(time.RFC3339) // also the zero time
	if !w.High.IsZero() {
		q.EndDate = stamp(within(ceilTo(w.High, time.Second).Add(time.Second), time.Second))
	}
}

// check refuses what ThousandEyes would refuse or misread.
func (f UserEventFilter) check(c *check) {
	c.timeRange(f.Since, f.Until)
	c.paging(f.ListOptions, 0)
	if f.Offset > 0 {
		c.refuse("Offset", "does not exist in the API")
	}
	if f.AccountGroupID != "" {
		c.id("AccountGroupID", f.AccountGroupID)
	}
	if f.AccountGroupID != "" && f.AllPermittedAccountGroups {
		c.refuse("AllPermittedAccountGroups", "cannot be used with AccountGroupID")
	}
	switch {
	case f.Window < 0:
		c.refuse("Window", "is negative")
	case f.Window%time.Second != 0:
		c.refuse("Window", "is not in whole seconds")
	case f.Window > 0 && !(f.Since.IsZero() && f.Until.IsZero()):
		c.refuse("Window", "cannot be used with Since or Until")
	}
}

// openUserEvents follows the server's own cursor. If the server refuses it, or gives a next link that leads nowhere, such as
// the one without a query in the vendor's own example, a new listing begins at the frontier, which the API's times, in whole
// seconds, can express.
func openUserEvents(conn *conn, f UserEventFilter) (*spec[UserEvent], error) {
	c := check{op: "UserEvents.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	e := &userEventEndpoint{conn: conn, filter: f}
	return &spec[UserEvent]{
		Traits:      exact.Traits{Granule: time.Second, Numbered: true},
		Range:       rangeOf(f.Since, f.Until),
		ListOptions: f.ListOptions,
		byToken:     true,
		expired:     tokenExpired,
		window:      f.Window > 0,
		filter:      encodeQuery(f.query()).Encode(),
		time:        func(e *UserEvent) time.Time { return e.Date },
		hash:        (*UserEvent).hash,
		number:      func(e *UserEvent, n int) { e.Ordinal = n },
		former:      UserEvent.formerKey,
		shared:      &e.shared,
		fetch:       e.fetch,
	}, nil
}

// userEventEndpoint is the log of one listing.
type userEventEndpoint struct {
	conn   *conn
	filter UserEventFilter
	shared memory[UserEvent]

	first   atomic.Pointer[time.Time] // where the log begins; nil while the server accepts longPast
	unsized atomic.Bool               // the server refuses max
}

// fetch asks for a window. If the server refuses max, which is not documented, fetch asks again without it, and remembers
// that.
func (e *userEventEndpoint) fetch(ctx context.Context, op string, w exact.Window) (*answer[UserEvent], error) {
	r, err := e.askFrom(ctx, op, w)
	if w.Token == "" && e.filter.PageSize > 0 && !e.unsized.Load() && refusesMention(err, op, "max") {
		e.unsized.Store(true)
		r, err = e.askFrom(ctx, op, w)
	}
	if err != nil {
		return nil, err
	}
	got, err := readUserEvents(op, r, &e.shared, e.filter.Window)
	if err == nil && got.Lost != "" && len(got.items) == 0 && w.Token == "" { // nothing to go on from
		return nil, decodeError(op, r, -1, errors.New(got.Lost))
	}
	return got, err
}

// askFrom asks for a window. If the server refuses longPast, which the caller did not ask for, askFrom asks again for the
// time for which events are kept, and remembers that.
func (e *userEventEndpoint) askFrom(ctx context.Context, op string, w exact.Window) (*transport.Reply, error) {
	first := e.first.Load()
	r, err := e.ask(ctx, op, w, cmp.Or(first, &longPast))
	if first == nil && e.asksAll(w) && refuses(err, op, "startDate") {
		begin := retained(r.Date)
		if r, err = e.ask(ctx, op, w, &begin); err == nil {
			e.first.Store(&begin)
		}
	}
	return r, err
}

// ask sends one request. A token is a whole query.
func (e *userEventEndpoint) ask(ctx context.Context, op string, w exact.Window, first *time.Time) (*transport.Reply, error) {
	query := w.Token
	if query == "" {
		q := e.filter.query()
		q.setRange(w, *first)
		if !e.unsized.Load() && !w.Again { // which must get past what was read, and takes what the server gives
			q.Max = e.filter.PageSize
		}
		query = encodeQuery(q).Encode()
	}
	return e.conn.do(ctx, call{op: op, path: []string{"audit-user-events"}, query: query, bodies: &e.shared.bodies})
}

// asksAll reports whether the request for a window says where the log begins.
func (e *userEventEndpoint) asksAll(w exact.Window) bool {
	return w.Token == "" && w.Low.IsZero() && (e.filter.Window == 0 || w.Moved)
}

// nextLink is the link to the next page.
type nextLink struct {
	href string // "" if there is none
	odd  bool   // it is of no form that any document shows
}

// A next link may say that a listing goes on, but not where, or not in a way that may be stored: its query would put the
// credential into a cursor.
var (
	errNextLink   = errors.New("the next link leads nowhere")
	errNextSecret = errors.New("the next link holds the credential")
)

// readUserEvents reads an answer. If its next link cannot be followed, its rows still count, and the listing goes on after
// them in another way.
func readUserEvents(op string, r *transport.Reply, shared *memory[UserEvent], window time.Duration) (*answer[UserEvent], error) {
	defer r.Release()
	var next nextLink
	e, rows := envelope{list: "auditEvents", total: -1}, wire.NewList(&userEventCodec, 0)
	err := readAnswer(op, r, shared, rows, &e, func(in *wire.Reader) {
		for name := range in.Members {
			switch string(name) {
			case "auditEvents":
				rows.Read(in)
			case "_links":
				next.readLinks(in)
			default:
				e.other(name, in)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, 0, 0)
	a.More = exact.MoreNo
	if window > 0 && !r.Date.IsZero() {
		a.Low = r.Date.Add(-window)
	}
	if next == (nextLink{}) {
		return a, nil
	}
	a.More = exact.MoreYes
	if a.Token, err = next.token(r); err != nil {
		a.Lost = "the API says that more records follow, but " + err.Error()
	}
	return a, nil
}

// token returns the query string of the link. The rest of the link is not used, because it may name any host.
func (n nextLink) token(r *transport.Reply) (string, error) {
	u, err := url.Parse(n.href)
	if err != nil || u.RawQuery == "" {
		return "", errNextLink
	}
	if r.CleanText(u.RawQuery) != u.RawQuery {
		return "", errNextSecret
	}
	return strings.ReplaceAll(u.RawQuery, " ", "%20"), nil // a blank would end the request's URL
}

// tokenExpired reports whether an error is a refusal of a token. Tokens are valid only for some time.
func tokenExpired(err error) bool {
	var refusal *APIError
	if !errors.As(err, &refusal) {
		return false
	}
	switch refusal.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// readLinks reads {"next": {"href": "…"}} or {"next": "…"}: the vendor's own clients accept both.
func (n *nextLink) readLinks(r *wire.Reader) {
	for name := range r.Members {
		if string(name) != "next" {
			r.Skip()
			continue
		}
		if *n = (nextLink{}); !r.IsObject() {
			n.read(r)
			continue
		}
		for name := range r.Members {
			if string(name) == "href" {
				n.read(r)
			} else {
				r.Skip()
			}
		}
	}
}

// read reads a text or null. The records beside a value of another kind are read all the same.
func (n *nextLink) read(r *wire.Reader) {
	var raw json.RawMessage
	r.Raw(&raw)
	n.href = ""
	n.odd = json.Unmarshal(raw, &n.href) != nil
}

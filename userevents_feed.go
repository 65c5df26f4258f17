package auditlogs

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// userEventQuery is every parameter of the endpoint but for the cursor, which comes with the query of a next link.
type userEventQuery struct {
	AccountGroupID string `url:"aid,omitempty"`
	AllPermitted   bool   `url:"useAllPermittedAids,omitempty"`
	Window         string `url:"window,omitempty"`
	StartDate      string `url:"startDate,omitempty"`
	EndDate        string `url:"endDate,omitempty"`
}

func (f UserEventFilter) query() userEventQuery {
	q := userEventQuery{AccountGroupID: f.AccountGroupID, AllPermitted: f.AllPermittedAccountGroups}
	if f.Window > 0 {
		q.Window = strconv.FormatInt(int64(f.Window/time.Second), 10) + "s"
	}
	return q
}

// longPast is before the first event of any account: asked for everything, the API is not left to its own unknown range.
var longPast = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

// setRange asks for the range in whole seconds, one more on either side. Dates and a window exclude each other.
func (q *userEventQuery) setRange(w window) {
	if q.Window != "" && !w.moved {
		return
	}
	q.Window, q.StartDate = "", stamp(longPast)
	if !w.low.IsZero() {
		q.StartDate = stamp(floorTo(w.low, time.Second).Add(-time.Second))
	}
	if !w.high.IsZero() {
		q.EndDate = stamp(ceilTo(w.high, time.Second).Add(time.Second))
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
	switch {
	case f.Window < 0:
		c.refuse("Window", "is negative")
	case f.Window%time.Second != 0:
		c.refuse("Window", "is not in whole seconds")
	case f.Window > 0 && !(f.Since.IsZero() && f.Until.IsZero()):
		c.refuse("Window", "cannot be used with Since or Until")
	}
}

// openUserEvents follows the server's own cursor. Should that be refused, a new listing begins at the frontier, which the
// times of the API, whole seconds, can express.
func openUserEvents(conn *conn, f UserEventFilter) (*feed[UserEvent], error) {
	c := check{op: "UserEvents.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	known := &shelf{}
	return &feed[UserEvent]{
		traits:      traits{byToken: true, granule: time.Second},
		bounds:      bounds{f.Since, f.Until, f.Since, f.Until},
		ListOptions: f.ListOptions,
		window:      f.Window > 0,
		filter:      encodeQuery(f.query()).Encode(),
		time:        func(e *UserEvent) time.Time { return e.Date },
		number:      func(e *UserEvent, n int) { e.Ordinal = n },
		fetch: func(ctx context.Context, op string, w window) (*answer[UserEvent], error) {
			query := w.token
			if query == "" {
				q := f.query()
				q.setRange(w)
				query = encodeQuery(q).Encode()
			}
			r, err := conn.do(ctx, call{op: op, path: []string{"audit-user-events"}, query: query})
			if err != nil {
				return nil, err
			}
			return readUserEvents(op, r, known, f.Window)
		},
	}, nil
}

// errNextLink refuses a listing that says it goes on, but not where.
var errNextLink = errors.New("the next link leads nowhere")

// errNextSecret refuses a link whose query would put the credential into a cursor.
var errNextSecret = errors.New("the next link holds the credential")

// readUserEvents reads an answer. Of its next link only the query is used, whatever host it names.
func readUserEvents(op string, r *reply, known *shelf, window time.Duration) (*answer[UserEvent], error) {
	defer r.release()
	var next string
	var rows list[UserEvent]
	err := readAnswer(op, r, known, &rows, false, func(r *jsonread.Reader) {
		for name := range r.Members {
			switch string(name) {
			case "auditEvents":
				readList(r, &rows)
			case "_links":
				readNextLink(r, &next)
			default:
				r.Skip()
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := &answer[UserEvent]{rows: rows.rows, total: -1, more: moreNo, reply: r}
	if window > 0 && !r.date.IsZero() {
		a.low = r.date.Add(-window)
	}
	if next != "" {
		u, err := url.Parse(next)
		if err != nil || u.RawQuery == "" {
			return nil, &DecodeError{Op: op, Index: -1, Err: errNextLink}
		}
		if newScrubber(r.sent...).text(u.RawQuery) != u.RawQuery {
			return nil, &DecodeError{Op: op, Index: -1, Err: errNextSecret}
		}
		a.token, a.more = strings.ReplaceAll(u.RawQuery, " ", "%20"), moreYes // a blank would end the request's URL
	}
	return a, nil
}

// readNextLink reads {"next": {"href": "…"}}.
func readNextLink(r *jsonread.Reader, next *string) {
	for name := range r.Members {
		if string(name) != "next" {
			r.Skip()
			continue
		}
		*next = ""
		for name := range r.Members {
			if string(name) == "href" {
				r.Text(next)
			} else {
				r.Skip()
			}
		}
	}
}

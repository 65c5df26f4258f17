package auditlogtest

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// place is the position from which a ThousandEyes listing continues: after a certain row, even if that row has moved or
// was deleted in the meantime, within a time range that was fixed at the first request. A cursor contains its JSON.
type place struct {
	Start  time.Time // inclusive; zero: no time range was requested
	End    time.Time // inclusive
	At     time.Time // of the row
	Seq    uint64    // of the row; 0: the start of the listing
	Empty  int       // empty pages since the row, so that no empty page's cursor leads back to itself
	Pages  int       // pages before this one, of a listing that repeats itself; otherwise 0
	Issued int       // number of the request that returned the cursor; 0 if cursors do not expire
}

// thousandEyesPlace reads the cursor or, if there is none, the time range.
func thousandEyesPlace(c *call) (place, *answer) {
	text := c.query.Get("cursor")
	if text == "" {
		start, end, refused := thousandEyesRange(c)
		return place{Start: start, End: end}, refused
	}
	var at place
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	if err != nil {
		return at, invalidField("cursor", "Invalid cursor.")
	}
	if life := c.quirks.CursorLifetime; life != 0 && c.number-at.Issued > life {
		return at, invalidField("cursor", "Expired cursor.")
	}
	return at, nil
}

func (p place) after(r *thousandEyesRow) place {
	p.At, p.Seq, p.Empty = r.at, r.seq, 0
	return p
}

// from returns the inclusive lower bound under the given quirks, or the zero time if there is none.
func (p place) from(q Quirks) time.Time {
	if p.Start.IsZero() || !q.StartExclusive {
		return p.Start
	}
	return p.Start.Add(1)
}

// to returns the exclusive upper bound under the given quirks, or the zero time if there is none.
func (p place) to(q Quirks) time.Time {
	if q.EndIgnored {
		return time.Time{}
	}
	if p.End.IsZero() || q.EndExclusive {
		return p.End
	}
	return p.End.Add(1)
}

// rest returns the rows of a listing that come after the place.
func (p place) rest(l listing[auditlogs.UserEvent]) []*thousandEyesRow {
	rows := l.rows
	compare := newestFirst[auditlogs.UserEvent]
	switch {
	case l.order.compare != nil:
		compare = l.order.compare
	case l.order.backward:
		rows = slices.Clone(rows)
		slices.Reverse(rows)
		compare = func(a, b *thousandEyesRow) int { return newestFirst(b, a) }
	}
	if p.Seq == 0 {
		return rows
	}
	last := &thousandEyesRow{at: p.At, seq: p.Seq}
	return rows[sort.Search(len(rows), func(i int) bool { return compare(last, rows[i]) < 0 }):]
}

// next returns the place after the served rows, and whether the listing goes on there, given how many rows are left.
func (p place) next(q Quirks, served []*thousandEyesRow, left int) (place, bool) {
	if q.LoopNext {
		return p, true
	}
	next := p
	next.Empty++
	if len(served) > 0 {
		next = p.after(served[len(served)-1])
	}
	if q.RepeatPages == 0 {
		return next, len(served) < left
	}
	if next.Pages++; next.Pages%q.RepeatPages == 0 {
		next.At, next.Seq = time.Time{}, 0
	}
	return next, true
}

// isEmpty reports whether the page at the place has no rows although some are left.
func (p place) isEmpty(q Quirks, request int) bool {
	return q.EmptyPages > 0 && request%q.EmptyPages == 0 || p.Seq > 0 && p.Empty < q.EmptyRun
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString(encodeJSON(p))
}

// thousandEyesNext returns the URL of the next page: the requested URL with a cursor, and with fixed dates in place of
// the window.
func thousandEyesNext(c *call, at place) string {
	if at.Issued = 0; c.quirks.CursorLifetime != 0 {
		at.Issued = c.number
	}
	params := append(thousandEyesParams(c, "window", "cursor", "startDate", "endDate"), "cursor="+at.cursor())
	if !at.Start.IsZero() {
		params = append(params, "startDate="+at.Start.Format(secondsUTC), "endDate="+at.End.Format(secondsUTC))
	}
	return origin(c, c.quirks.ForeignNext) + c.URL.EscapedPath() + "?" + strings.Join(params, "&")
}

// thousandEyesSelf returns the requested URL with every parameter twice, as observed at the real service.
func thousandEyesSelf(c *call) string {
	params := thousandEyesParams(c)
	if len(params) == 0 {
		return origin(c, "") + c.URL.EscapedPath()
	}
	return origin(c, "") + c.URL.EscapedPath() + "?" + strings.Join(slices.Concat(params, params), "&")
}

// thousandEyesParams returns the parameters of the request as name=value, with colons unescaped.
func thousandEyesParams(c *call, except ...string) []string {
	var params []string
	for name, values := range c.query {
		if slices.Contains(except, name) {
			continue
		}
		for _, value := range values {
			escaped := strings.ReplaceAll(url.QueryEscape(value), "%3A", ":")
			params = append(params, url.QueryEscape(name)+"="+escaped)
		}
	}
	slices.Sort(params)
	return params
}

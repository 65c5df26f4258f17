package auditlogtest

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"
)

// place is where a ThousandEyes listing goes on: below a row, wherever that row has got to meanwhile and whether it is
// still there, in a range of time that was fixed at the first request. Its JSON is what a cursor holds.
type place struct {
	Start  time.Time // inclusive; zero: no range was asked for
	End    time.Time // inclusive
	At     time.Time // of the row
	Seq    uint64    // of the row; 0: the listing begins
	Empty  int       // empty pages since the row, so that none leads back to itself
	Issued int       // number of the request that gave the cursor; 0 where cursors live for ever
}

// thousandEyesPlace reads the cursor, or the range of time where there is none.
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
	if life := c.quirks.CursorLifetime; life > 0 && c.number-at.Issued > life {
		return at, invalidField("cursor", "Expired cursor.")
	}
	return at, nil
}

func (p place) after(r *thousandEyesRow) place {
	p.At, p.Seq, p.Empty = r.at, r.seq, 0
	return p
}

// from is the lower bound, inclusive, as the quirks have it; zero if there is none.
func (p place) from(q Quirks) time.Time {
	if p.Start.IsZero() || !q.StartExclusive {
		return p.Start
	}
	return p.Start.Add(1)
}

// to is the upper bound, exclusive, as the quirks have it; zero if there is none.
func (p place) to(q Quirks) time.Time {
	if p.End.IsZero() || q.EndExclusive {
		return p.End
	}
	return p.End.Add(1)
}

// rest gives what comes after the place.
func (p place) rest(rows []*thousandEyesRow) []*thousandEyesRow {
	if p.Seq == 0 {
		return rows
	}
	last := &thousandEyesRow{at: p.At, seq: p.Seq}
	return rows[sort.Search(len(rows), func(i int) bool { return newestFirst(last, rows[i]) < 0 }):]
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString(encodeJSON(p))
}

// thousandEyesNext is the address of the next page: what was asked, with the range pinned in place of window.
func thousandEyesNext(c *call, at place) string {
	if at.Issued = 0; c.quirks.CursorLifetime > 0 {
		at.Issued = c.number
	}
	params := append(thousandEyesParams(c, "window", "cursor", "startDate", "endDate"), "cursor="+at.cursor())
	if !at.Start.IsZero() {
		params = append(params, "startDate="+at.Start.Format(secondsUTC), "endDate="+at.End.Format(secondsUTC))
	}
	return origin(c, c.quirks.ForeignNext) + c.URL.EscapedPath() + "?" + strings.Join(params, "&")
}

// thousandEyesSelf is the address that was asked, with every parameter twice, as it was seen at the real service.
func thousandEyesSelf(c *call) string {
	params := thousandEyesParams(c)
	if len(params) == 0 {
		return origin(c, "") + c.URL.EscapedPath()
	}
	return origin(c, "") + c.URL.EscapedPath() + "?" + strings.Join(slices.Concat(params, params), "&")
}

// thousandEyesParams gives the parameters that were asked, each name=value with colons unescaped.
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

package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// row is a record, as far as questions compare it. It is never shown.
type row struct {
	key    string
	at     time.Time
	zoned  bool // the time says its zone
	fields map[string]json.RawMessage
}

// page is one answer of a listing.
type page struct {
	rows    []row
	member  string // that holds the list; "" if the answer is a list itself
	null    bool   // the list is null
	total   int    // -1 if the answer does not say
	next    link
	members map[string]json.RawMessage // of the answer
}

// link is a link to the next page.
type link struct {
	form linkForm
	href string // only of one that exists
}

type linkForm string

const (
	linkNone    linkForm = "no links at all"
	linkMissing linkForm = "missing"
	linkNull    linkForm = "null"
	linkText    linkForm = `the text "null"`
	linkHref    linkForm = "an object"
	linkPlain   linkForm = "a text"
)

func (l link) leads() bool { return l.href != "" }

var (
	members = []string{"results", "data", "rows", "auditEvents"}
	ids     = map[auditlogs.API]string{
		auditlogs.APIWaldur: "uuid", auditlogs.APIHuaweiEDS: "audit_log_id", auditlogs.APIAkinon: "uuid", auditlogs.APIElasticPath: "id",
	}
	times = map[auditlogs.API]string{
		auditlogs.APIWaldur: "timestamp", auditlogs.APIHuaweiEDS: "happend_time", auditlogs.APIAkinon: "timestamp",
		auditlogs.APIElasticPath: "time", auditlogs.APIThousandEyes: "date",
	}
)

// parsePage reads a page. An answer that is not a success is a refusal.
func parsePage(api auditlogs.API, r *reply) (page, error) {
	if r.status/100 != 2 {
		return page{}, refusal(r.status)
	}
	p := page{total: -1, next: link{form: linkNone}}
	var list json.RawMessage
	if trimmed := bytes.TrimSpace(r.body); len(trimmed) > 0 && trimmed[0] == '[' {
		list = trimmed
		p.readHeaders(r)
	} else {
		if json.Unmarshal(r.body, &p.members) != nil {
			return p, errUnread
		}
		for _, name := range members {
			if value, ok := p.members[name]; ok && list == nil {
				p.member, list = name, value
			}
		}
		p.readMembers()
	}
	if p.null = string(list) == "null"; p.null {
		return p, nil
	}
	var raw []map[string]json.RawMessage
	if json.Unmarshal(list, &raw) != nil || list == nil {
		return p, errUnread
	}
	for _, fields := range raw {
		p.rows = append(p.rows, newRow(api, fields))
	}
	return p, nil
}

var nextLink = regexp.MustCompile(`<([^>]*)>; *rel="?next"?`)

func (p *page) readHeaders(r *reply) {
	p.total = number(r.header.Get("X-Result-Count"))
	links := strings.Join(r.header.Values("Link"), ", ")
	if links == "" {
		return
	}
	p.next.form = linkMissing
	if found := nextLink.FindStringSubmatch(links); found != nil {
		p.next = link{linkHref, found[1]}
	}
}

// readMembers reads what an envelope says about further pages, in the form of any of the APIs.
func (p *page) readMembers() {
	var meta struct {
		Results struct {
			Total *int `json:"total"`
		} `json:"results"`
	}
	_ = json.Unmarshal(p.members["meta"], &meta)
	for _, name := range []string{"count", "total"} {
		var n *int
		if json.Unmarshal(p.members[name], &n) == nil && n != nil {
			p.total = *n
		}
	}
	if meta.Results.Total != nil {
		p.total = *meta.Results.Total
	}
	for _, name := range []string{"links", "_links"} {
		var links map[string]json.RawMessage
		if json.Unmarshal(p.members[name], &links) == nil && len(links) > 0 {
			next, ok := links["next"]
			p.next = newLink(next, ok)
		}
	}
	if next, ok := p.members["next"]; ok {
		p.next = newLink(next, ok)
	}
}

func newLink(raw json.RawMessage, ok bool) link {
	var text string
	var object struct{ Href string }
	switch {
	case !ok:
		return link{form: linkMissing}
	case string(raw) == "null":
		return link{form: linkNull}
	case json.Unmarshal(raw, &text) == nil && text == "null":
		return link{form: linkText}
	case text != "":
		return link{linkPlain, text}
	case json.Unmarshal(raw, &object) == nil && object.Href != "":
		return link{linkHref, object.Href}
	default:
		return link{form: linkMissing}
	}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func newRow(api auditlogs.API, fields map[string]json.RawMessage) row {
	r := row{fields: fields, key: string(fields[ids[api]])}
	r.at, r.zoned = instant(text(fields[times[api]]))
	if api == auditlogs.APIThousandEyes {
		r.key = contentKey(fields)
	}
	return r
}

// contentKey identifies an event, whatever the order of its resources.
func contentKey(fields map[string]json.RawMessage) string {
	var resources []json.RawMessage
	_ = json.Unmarshal(fields["resources"], &resources)
	parts := []string{string(fields["date"]), string(fields["event"]), string(fields["ipAddress"]), string(fields["user"]), string(fields["uid"])}
	texts := make([]string, 0, len(resources))
	for _, r := range resources {
		texts = append(texts, string(r))
	}
	slices.Sort(texts)
	return strings.Join(append(parts, texts...), "\x00")
}

func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

// instant reads a time with a zone, or one without, which is read as UTC.
func instant(s string) (t time.Time, zoned bool) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), true
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false
		}
	}
	return time.Time{}, false
}

// keys returns how often each record is among rows.
func keys(rows []row) map[string]int {
	count := map[string]int{}
	for _, r := range rows {
		count[r.key]++
	}
	return count
}

// common returns how many of the rows are in both.
func common(a, b []row) (n int) {
	count := keys(a)
	for _, r := range b {
		if count[r.key] > 0 {
			count[r.key]--
			n++
		}
	}
	return n
}

// reaches reports whether the rows have a record of a time.
func reaches(rows []row, at time.Time) bool {
	return slices.ContainsFunc(rows, func(r row) bool { return r.at.Equal(at) })
}

// values returns a query of names and values in turn.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func plus(v url.Values, pairs ...string) url.Values {
	all := values(pairs...)
	for name, given := range v {
		if _, ok := all[name]; !ok {
			all[name] = given
		}
	}
	return all
}

// objectOf reads an object, or a text that holds one.
func objectOf(raw json.RawMessage) (fields map[string]json.RawMessage) {
	if held := text(raw); held != "" {
		raw = json.RawMessage(held)
	}
	_ = json.Unmarshal(raw, &fields)
	return fields
}

func kindOf(raw json.RawMessage) string {
	switch {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '"':
		return "a text"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return "a number"
	default:
		return "another value"
	}
}

// emptyList says what the list of a page without records is.
func emptyList(p page, err error) finding {
	switch {
	case err != nil:
		return unanswered(err)
	case len(p.rows) > 0:
		return as(notSeen, "no list was empty")
	case p.null:
		return as(confirmed, "null")
	default:
		return as(confirmed, "an empty list")
	}
}

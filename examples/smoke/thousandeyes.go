package main

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// thousandEyes asks ThousandEyes' activity log, which is read along next links.
type thousandEyes struct {
	*prober
	now func() time.Time

	noMax  bool // max is refused
	oldest time.Time
	same   [3]page
	chain  []page // the first page, and those that its next links lead to
	cursor string // the query of the first next link
	broken bool   // a next link was refused at once

	endIgnored bool
	err        error
	taken      bool
}

func newThousandEyes(p *prober, now func() time.Time) *thousandEyes {
	return &thousandEyes{prober: p, now: now}
}

const (
	eventsAsked = 20  // max of most requests
	eventsMost  = 500 // max that a production collector sends
	chainLength = 5
)

func (t *thousandEyes) questions() []question {
	judge := t.judge
	return []question{
		{"oldest", "Is a startDate long past accepted?", "it is; else the client asks for two years", unknown, judge(t.oldestStart)},
		{"max", "Is max, which is undocumented, honoured?", "it is", observed, judge(t.max)},
		{"page-size", "How many events does a page have at most?", "500 if asked for", observed, t.mostEvents},
		{"order", "In which order are events?", "newest first", observed, judge(t.order)},
		{"next", "What is a next link?", "an object with a href that has a query", documented, judge(t.nextForm)},
		{"cursor", "Does a next link lead on?", "it does", documented, judge(t.leadsOn)},
		{"endless", "Do next links lead to further events?", "they do", documented, judge(t.endless)},
		{"empty-pages", "Are there pages without events before the last?", "none; the client goes on", inferred, judge(t.emptyPages)},
		{"short-pages", "Is a page full if more events follow?", "full, or not: the client copes", inferred, t.shortPages},
		{"cursor-again", "Is a cursor valid if it is used again?", "it is, for an unknown time", unknown, t.again},
		{"ties", "Do events of one second keep their order?", "they need not", inferred, judge(t.ties)},
		{"resources", "Do the resources of an event keep their order?", "they need not", inferred, judge(t.resources)},
		{"start", "Is startDate inclusive?", "it is; the client asks for a second more", observed, t.at(t.start)},
		{"end-honoured", "Is endDate honoured?", "it is", documented, t.endHonoured},
		{"end", "Is endDate inclusive?", "unknown; the client asks for a second more", unknown, t.endInclusive},
		{"default-range", "Which range has a request without one?", "unknown; the client always sends one", unknown, t.defaultRange},
		{"default-size", "How many events does a page have if the request does not say?", "unknown", unknown, t.defaultSize},
		{"ids", "Are aid and uid texts or numbers?", "texts; the client reads numbers too", documented, judge(t.ids)},
		{"errors", "Which form has the body of an error?", "that of the documents; the client reads others too", documented, t.errors},
		{"groups", "May the events of each account group be asked for?", "they may", inferred, t.groups},
	}
}

func (t *thousandEyes) page(ctx context.Context, query url.Values) (page, error) {
	r, err := t.get(ctx, "", query)
	if err != nil {
		return page{}, err
	}
	return parsePage(t.api, r)
}

// sized returns a query with a page size, unless that is refused.
func (t *thousandEyes) sized(v url.Values, n int) url.Values {
	if t.noMax {
		return v
	}
	return plus(v, "max", strconv.Itoa(n))
}

func (t *thousandEyes) query(n int) url.Values {
	return t.sized(values("startDate", t.oldest.Format(seconds)), n)
}

func (t *thousandEyes) take(ctx context.Context) error {
	if !t.taken {
		t.taken = true
		if t.err = t.begin(ctx); t.err == nil {
			t.err = t.follow(ctx)
		}
	}
	return t.err
}

// begin asks for the first page three times. What is refused of a request is left out of the next one.
func (t *thousandEyes) begin(ctx context.Context) error {
	long := time.Unix(0, 0).UTC()
	short := t.now().UTC().AddDate(-2, 0, 0).Add(time.Minute).Truncate(time.Second)
	var err error
	for _, try := range []struct {
		oldest time.Time
		noMax  bool
	}{{long, false}, {long, true}, {short, false}, {short, true}} {
		t.oldest, t.noMax = try.oldest, try.noMax
		if t.same[0], err = t.page(ctx, t.query(eventsAsked)); !isRefusal(err) {
			break
		}
	}
	for i := 1; i < len(t.same) && err == nil; i++ {
		t.same[i], err = t.page(ctx, t.query(eventsAsked))
	}
	return err
}

// follow goes along next links. It does not follow one without a query, which leads to the beginning.
func (t *thousandEyes) follow(ctx context.Context) error {
	t.chain = []page{t.same[2]}
	for len(t.chain) < chainLength {
		last := t.chain[len(t.chain)-1]
		cursor := queryOf(last.next)
		if cursor == "" {
			return nil
		}
		if t.cursor == "" {
			t.cursor = cursor
		}
		p, err := t.along(ctx, cursor)
		if t.broken = isRefusal(err); t.broken {
			return nil
		}
		if err != nil {
			return err
		}
		t.chain = append(t.chain, p)
	}
	return nil
}

func (t *thousandEyes) along(ctx context.Context, cursor string) (page, error) {
	query, err := url.ParseQuery(cursor)
	if err != nil {
		return page{}, errUnread
	}
	return t.page(ctx, query)
}

func queryOf(l link) string {
	u, err := url.Parse(l.href)
	if err != nil {
		return ""
	}
	return u.RawQuery
}

// seen are all pages of the sample.
func (t *thousandEyes) seen() []page { return slices.Concat(t.same[:], t.chain) }

// rows are those of the first page that has some.
func (t *thousandEyes) rows() []row {
	for _, p := range t.seen() {
		if len(p.rows) > 0 {
			return p.rows
		}
	}
	return nil
}

func (t *thousandEyes) judge(of func() finding) func(context.Context) finding {
	return func(ctx context.Context) finding {
		if err := t.take(ctx); err != nil {
			return unanswered(err)
		}
		if len(t.rows()) == 0 {
			return as(notSeen, noRecords)
		}
		return of()
	}
}

func (t *thousandEyes) asking(of func(context.Context) finding) func(context.Context) finding {
	return func(ctx context.Context) finding { return t.judge(func() finding { return of(ctx) })(ctx) }
}

func (t *thousandEyes) oldestStart() finding {
	return either(t.oldest.Unix() == 0, "accepted", "refused")
}

func (t *thousandEyes) max() finding {
	if t.noMax {
		return as(differs, "refused")
	}
	for _, p := range t.seen() {
		if len(p.rows) > eventsAsked {
			return as(differs, "ignored")
		}
	}
	if !t.more() {
		return as(notSeen, tooFew)
	}
	return as(confirmed, "honoured")
}

// more reports whether more events follow the first page.
func (t *thousandEyes) more() bool {
	return slices.ContainsFunc(t.same[:], func(p page) bool { return p.next.leads() })
}

func (t *thousandEyes) order() finding { return newestFirst(t.rows()) }

func (t *thousandEyes) nextForm() finding {
	links := 0
	for _, p := range t.seen() {
		switch {
		case !p.next.leads():
		case p.next.form == linkPlain:
			return as(differs, "a text")
		case queryOf(p.next) == "":
			return as(differs, "without a query")
		default:
			links++
		}
	}
	if links == 0 {
		return as(notSeen, tooFew)
	}
	return as(confirmed, "an object with a href that has a query")
}

func (t *thousandEyes) leadsOn() finding {
	switch {
	case t.broken:
		return as(differs, "it is refused")
	case len(t.chain) < 2:
		return as(notSeen, tooFew)
	default:
		return as(confirmed, "it does")
	}
}

func (t *thousandEyes) endless() finding {
	if len(t.chain) < 2 {
		return as(notSeen, tooFew)
	}
	var first []row
	for _, p := range t.chain {
		if n := len(p.rows); n > 0 && 2*common(first, p.rows) > n {
			return as(differs, "they lead to the first page again")
		}
		if len(first) == 0 {
			first = p.rows
		}
	}
	return as(confirmed, "they do")
}

func (t *thousandEyes) emptyPages() finding {
	for _, p := range t.seen() {
		if len(p.rows) == 0 && p.next.leads() {
			return as(differs, "there are")
		}
	}
	switch {
	case len(t.chain) < 2:
		return as(notSeen, tooFew)
	case t.endless().status == differs:
		return as(notSeen, endlessList)
	default:
		return as(confirmed, "none seen")
	}
}

// full are the sizes of pages that are not empty and that others follow.
func (t *thousandEyes) full() (most, least int) {
	for _, p := range t.seen() {
		if n := len(p.rows); n > 0 && p.next.leads() {
			if most = max(most, n); least == 0 || n < least {
				least = n
			}
		}
	}
	return most, least
}

// shortPages compares pages with each other and, if they are as short, with a page of that size.
func (t *thousandEyes) shortPages(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		most, least := t.full()
		switch {
		case most == 0:
			return as(notSeen, tooFew)
		case least < most:
			return as(differs, "some are shorter than others")
		case t.noMax:
			return as(notSeen, "max is refused")
		case most >= eventsAsked:
			return as(confirmed, "full")
		}
		for range 2 {
			p, err := t.page(ctx, t.query(most))
			if err != nil {
				return unanswered(err)
			}
			if len(p.rows) > 0 {
				return either(len(p.rows) == most, "full", "all are shorter")
			}
		}
		return as(notSeen, "there are pages without events")
	})(ctx)
}

// mostEvents asks for a large page and, if the answer is smaller, for one of that size.
func (t *thousandEyes) mostEvents(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		if t.noMax {
			return as(notSeen, "max is refused")
		}
		most := 0
		for range 2 {
			p, err := t.page(ctx, t.query(eventsMost))
			if err != nil {
				return unanswered(err)
			}
			if len(p.rows) >= eventsMost {
				return as(confirmed, "as asked for")
			}
			if p.next.leads() {
				most = max(most, len(p.rows))
			}
		}
		if most == 0 {
			return as(notSeen, tooFew)
		}
		for range 2 {
			p, err := t.page(ctx, t.query(most))
			if err != nil {
				return unanswered(err)
			}
			if len(p.rows) == most {
				return finding{differs, "reduced by the server", "to " + strconv.Itoa(most)}
			}
		}
		return as(notSeen, "pages are short")
	})(ctx)
}

// again asks for the second page once more, after other requests.
func (t *thousandEyes) again(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		if t.cursor == "" || t.broken {
			return as(notSeen, "no next link leads on")
		}
		_, err := t.along(ctx, t.cursor)
		if isRefusal(err) {
			return as(differs, "it is refused")
		}
		if err != nil {
			return unanswered(err)
		}
		return as(confirmed, "it is")
	})(ctx)
}

func (t *thousandEyes) ties() finding { return tiesAmong(t.same[:]) }

// resources compares those of the same event in several answers.
func (t *thousandEyes) resources() finding {
	order, compared := map[string]string{}, false
	for _, p := range t.same {
		for _, r := range p.rows {
			var list []json.RawMessage
			_ = json.Unmarshal(r.fields["resources"], &list)
			if len(list) < 2 {
				continue
			}
			before, ok := order[r.key]
			if ok && before != string(r.fields["resources"]) {
				return as(differs, "the order changes")
			}
			compared = compared || ok
			order[r.key] = string(r.fields["resources"])
		}
	}
	if !compared {
		return as(notSeen, "no event with several resources on several pages")
	}
	return as(confirmed, "the order stays")
}

// at is a question about a range that begins or ends at the time of an event. What is missing says nothing as long as a next
// link leads on.
func (t *thousandEyes) at(of func(context.Context, time.Time) (page, error)) func(context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		at := t.rows()[0].at
		p, err := of(ctx, at)
		switch {
		case err != nil:
			return unanswered(err)
		case reaches(p.rows, at):
			return as(learned, "inclusive")
		case p.next.leads():
			return as(notSeen, "the range has more than a page")
		default:
			return as(learned, "exclusive")
		}
	})
}

// between asks for a range, and goes on behind pages without events.
func (t *thousandEyes) between(ctx context.Context, from, to time.Time) (page, error) {
	p, err := t.page(ctx, t.sized(values("startDate", from.Format(seconds), "endDate", to.Format(seconds)), eventsAsked))
	for range 3 {
		cursor := queryOf(p.next)
		if err != nil || len(p.rows) > 0 || cursor == "" {
			return p, err
		}
		next, err := t.along(ctx, cursor)
		if isRefusal(err) {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		p = next
	}
	return p, err
}

func (t *thousandEyes) start(ctx context.Context, at time.Time) (page, error) {
	return t.between(ctx, at, at.Add(time.Second))
}

func (t *thousandEyes) end(ctx context.Context, at time.Time) (page, error) {
	return t.between(ctx, at.Add(-time.Second), at)
}

// endHonoured asks for what is before some of the events that were seen.
func (t *thousandEyes) endHonoured(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		early, late := time.Time{}, time.Time{}
		for _, p := range t.seen() {
			for _, r := range p.rows {
				if early.IsZero() || r.at.Before(early) {
					early = r.at
				}
				if r.at.After(late) {
					late = r.at
				}
			}
		}
		if late.Sub(early) < time.Minute {
			return as(notSeen, tooFew)
		}
		p, err := t.between(ctx, early, early.Add(time.Second))
		if err != nil {
			return unanswered(err)
		}
		if len(p.rows) == 0 {
			return as(notSeen, "the range showed no events")
		}
		t.endIgnored = slices.ContainsFunc(p.rows, func(r row) bool { return r.at.After(early.Add(2 * time.Second)) })
		return either(!t.endIgnored, "honoured", "ignored")
	})(ctx)
}

func (t *thousandEyes) endInclusive(ctx context.Context) finding {
	if t.endIgnored {
		return as(notSeen, "endDate is ignored")
	}
	return t.at(t.end)(ctx)
}

// defaultRange reads which range the answer says that it has.
func (t *thousandEyes) defaultRange(ctx context.Context) finding {
	p, err := t.page(ctx, nil)
	if err != nil {
		return unanswered(err)
	}
	start, _ := instant(text(p.members["startDate"]))
	end, _ := instant(text(p.members["endDate"]))
	if start.IsZero() || end.IsZero() {
		return as(learned, "the answer does not say")
	}
	return finding{learned, "one of its own", "of " + strconv.Itoa(int(end.Sub(start).Hours())) + " hours"}
}

func (t *thousandEyes) defaultSize(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		if _, least := t.full(); least < eventsAsked && !t.noMax {
			return as(notSeen, "pages are short")
		}
		p, err := t.page(ctx, values("startDate", t.oldest.Format(seconds)))
		if err != nil {
			return unanswered(err)
		}
		if !p.next.leads() || len(p.rows) == 0 {
			return as(notSeen, tooFew)
		}
		return finding{learned, "a size of its own", strconv.Itoa(len(p.rows))}
	})(ctx)
}

func (t *thousandEyes) ids() finding {
	for _, r := range t.rows() {
		for _, name := range []string{"aid", "uid"} {
			if kindOf(r.fields[name]) == "a number" {
				return as(differs, "numbers")
			}
		}
	}
	return as(confirmed, "texts")
}

// errors sends what the documents say is refused: a window together with a date. It changes nothing.
func (t *thousandEyes) errors(ctx context.Context) finding {
	r, err := t.get(ctx, "", values("window", "1h", "startDate", "2020-01-01T00:00:00Z"))
	if err != nil {
		return unanswered(err)
	}
	if r.status/100 == 2 {
		return as(notSeen, "a request that the documents say is refused was answered")
	}
	var body map[string]json.RawMessage
	if len(strings.TrimSpace(string(r.body))) == 0 {
		return as(differs, "no body")
	}
	if json.Unmarshal(r.body, &body) != nil {
		return as(differs, "no JSON object")
	}
	has := func(name string) bool { return len(body[name]) > 0 }
	switch {
	case has("title") && has("detail"):
		return as(confirmed, "that of the documents")
	case has("errorMessage"):
		return as(differs, "an errorMessage alone")
	case has("error") && has("path"):
		return as(differs, "that of the framework Spring")
	case has("title"):
		return as(differs, "a title alone")
	default:
		return as(differs, "another")
	}
}

// groupsAsked bounds the account groups that are asked for.
const groupsAsked = 3

func (t *thousandEyes) groups(ctx context.Context) finding {
	r, err := t.get(ctx, "/account-groups", nil)
	if err != nil {
		return unanswered(err)
	}
	var list struct {
		Groups []map[string]json.RawMessage `json:"accountGroups"`
	}
	if r.status/100 != 2 || json.Unmarshal(r.body, &list) != nil || len(list.Groups) == 0 {
		return as(notSeen, "the account groups are not listed")
	}
	for _, g := range list.Groups[:min(groupsAsked, len(list.Groups))] {
		aid := strings.Trim(string(g["aid"]), `"`)
		_, err := t.page(ctx, values("aid", aid, "window", "1s"))
		if isRefusal(err) {
			return as(differs, "some are refused")
		}
		if err != nil {
			return unanswered(err)
		}
	}
	return as(confirmed, "they may")
}

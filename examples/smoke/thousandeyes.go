package main

import (
	"context"
	"net/url"
	"slices"
	"strconv"
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

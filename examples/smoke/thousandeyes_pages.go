package main

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
)

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

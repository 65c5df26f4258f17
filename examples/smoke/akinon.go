package main

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// akinon asks Akinon's audit events.
type akinon struct {
	paged
	sort   string // "" once sort was refused
	behind bool   // lists miss records
}

func newAkinon(p *prober) *akinon {
	a := &akinon{paged: paged{prober: p, largest: 1000, sureCount: true}, sort: "-timestamp"}
	a.query = func(size, at int) url.Values {
		return a.sorted(values("limit", strconv.Itoa(size), "page", strconv.Itoa(at/size+1)))
	}
	a.single = func(at int) url.Values { return a.query(1, at) }
	a.after = func(size, _ int) url.Values { return a.query(size, size) }
	return a
}

func (a *akinon) sorted(v url.Values) url.Values {
	if a.sort == "" {
		return v
	}
	return plus(v, "sort", a.sort)
}

func (a *akinon) questions() []question {
	q := []question{
		{"sort", "Is sort=-timestamp honoured?", "it is; the client checks", inferred, a.sorts},
		{"order", "In which order are records without sort?", "unknown; the client always sends sort", unknown, a.order},
		{"signals", "Do answers have count and next?", "they have", documented, a.judge(a.signals)},
		{"count-steady", "Is the count the same if asked again?", "it is, if no record was added or removed", inferred, a.judge(steady)},
		{"lists-behind", "Do lists miss records that others have?", "they do not", inferred, a.judgeAsking(a.count)},
		{"zone", "Do times say their zone?", "they do; the client reads one without as UTC", documented, a.judge(a.zone)},
		{"bounds", "Does timestamp__gte include its bound, and timestamp__lt not?", "so it is", documented, a.judgeAsking(a.bounds)},
		{"bounds-exact", "Are bounds compared to the microsecond?", "they are, or to the millisecond", inferred, a.judgeAsking(a.boundsExact)},
	}
	q = append(q, a.pageQuestions(unknown)...)
	return append(q, a.defaultSize(func() url.Values { return a.sorted(values("page", "1")) }, 0, unknown))
}

// sorts asks for both orders, before the sample is taken, which depends on it.
func (a *akinon) sorts(ctx context.Context) finding {
	size := strconv.Itoa(tinyPage)
	down, err := a.page(ctx, values("limit", size, "sort", "-timestamp"))
	if isRefusal(err) {
		a.sort = ""
		return as(differs, "refused")
	}
	if err != nil {
		return unanswered(err)
	}
	up, err := a.page(ctx, values("limit", size, "sort", "timestamp"))
	if err != nil {
		return unanswered(err)
	}
	first, last := orderOf(down.rows), orderOf(up.rows)
	if first == "" || last == "" {
		return as(notSeen, tooFew)
	}
	return either(first == "newest first" && last == "oldest first", "honoured", "ignored")
}

func (a *akinon) order(ctx context.Context) finding {
	p, err := a.page(ctx, values("limit", strconv.Itoa(smallPage)))
	if isRefusal(err) {
		p, err = a.page(ctx, values("limit", strconv.Itoa(tinyPage)))
	}
	if err != nil {
		return unanswered(err)
	}
	order := orderOf(p.rows)
	if order == "" {
		return as(notSeen, tooFew)
	}
	return as(learned, order)
}

func (a *akinon) signals(s *sample) finding {
	p := s.same[0]
	return either(p.total >= 0 && p.next.form != linkNone, "they have", "they have not")
}

func (a *akinon) zone(s *sample) finding {
	for _, r := range s.longest().rows {
		if !r.zoned {
			return as(differs, "some do not")
		}
	}
	return as(confirmed, "they do")
}

const micros = "2006-01-02T15:04:05.000000Z"

// bounds asks for what begins and for what ends at the time of a record. It does not matter how exact bounds are.
func (a *akinon) bounds(ctx context.Context, s *sample) finding {
	if a.behind || s.endless || steady(s).status == differs {
		return as(notSeen, "lists miss records")
	}
	at := s.first().rows[0].at
	from, err := a.between(ctx, at, at.Add(time.Second))
	if err != nil {
		return unanswered(err)
	}
	to, err := a.between(ctx, at.Add(-time.Second), at)
	if err != nil {
		return unanswered(err)
	}
	return either(reaches(from.rows, at) && !reaches(to.rows, at), "so it is", "it is not so")
}

func (a *akinon) between(ctx context.Context, from, to time.Time) (page, error) {
	return a.page(ctx, a.sorted(values("limit", strconv.Itoa(tinyPage), "timestamp__gte", from.Format(micros), "timestamp__lt", to.Format(micros))))
}

// count asks for a range of which some records were seen.
func (a *akinon) count(ctx context.Context, s *sample) finding {
	if s.endless || steady(s).status == differs {
		return as(notSeen, "the count is not steady, or the list is endless")
	}
	rows := s.first().rows
	oldest := rows[0].at
	for _, r := range rows[:min(len(rows), tinyPage)] {
		if r.at.Before(oldest) {
			oldest = r.at
		}
	}
	p, err := a.between(ctx, oldest.Add(-time.Millisecond), oldest.Add(time.Millisecond))
	if err != nil {
		return unanswered(err)
	}
	a.behind = !reaches(p.rows, oldest)
	return either(!a.behind, "they do not", "some do")
}

// boundsExact asks for what is a microsecond after a record.
func (a *akinon) boundsExact(ctx context.Context, s *sample) finding {
	if a.behind || s.endless || steady(s).status == differs {
		return as(notSeen, "lists miss records")
	}
	for _, r := range s.longest().rows {
		next := r.at.Add(time.Microsecond)
		if !next.Truncate(time.Millisecond).Equal(r.at.Truncate(time.Millisecond)) {
			continue
		}
		p, err := a.between(ctx, next, next.Add(time.Second))
		switch {
		case err != nil:
			return unanswered(err)
		case reaches(p.rows, r.at):
			return as(confirmed, "to the millisecond")
		default:
			return as(confirmed, "to the microsecond")
		}
	}
	return as(notSeen, tooFew)
}

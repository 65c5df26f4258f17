package main

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// waldur asks Waldur's data access log.
type waldur struct {
	paged
	utc bool // days are those of UTC
}

func newWaldur(p *prober) *waldur {
	w := &waldur{paged: paged{prober: p, largest: 300, sureCount: true}}
	w.query = func(size, at int) url.Values {
		return values("o", "-timestamp", "page_size", strconv.Itoa(size), "page", strconv.Itoa(at/size+1))
	}
	w.single = func(at int) url.Values { return w.query(1, at) }
	w.after = func(size, _ int) url.Values { return w.query(size, size) }
	return w
}

func (w *waldur) questions() []question {
	q := []question{
		{"list", "Is a list an array, or an envelope around one?", "an array; the client reads both", documented, w.judge(w.list)},
		{"signals", "Do answers have a count and links?", "X-Result-Count and Link, or count and next", documented, w.judge(w.signals)},
		{"count-steady", "Is the count the same if asked again?", "it is, if no record was added or removed", inferred, w.judge(steady)},
		{"order", "Is -timestamp honoured?", "newest first", documented, w.judge(func(s *sample) finding { return newestFirst(s.longest().rows) })},
		{"days", "In which time zone do days begin?", "UTC, or another: the client asks for a day more", documented, w.judgeAsking(w.days)},
		{"lists-behind", "Do lists miss records that others have?", "they do not", inferred, w.judgeAsking(w.count)},
	}
	q = append(q, w.pageQuestions(documented)...)
	return append(q, w.defaultSize(func() url.Values { return values("o", "-timestamp") }, 10, documented))
}

func (w *waldur) list(s *sample) finding {
	return either(s.same[0].member == "", "an array", "an envelope")
}

func (w *waldur) signals(s *sample) finding {
	p := s.same[0]
	return either(p.total >= 0 && p.next.form != linkNone, "they have", "they have not")
}

// days asks for the day after a midnight, of which records just before and just after are known.
func (w *waldur) days(ctx context.Context, s *sample) finding {
	before, after, ok := aroundMidnight(s.longest().rows)
	if !ok {
		return as(notSeen, "no records close to a midnight of UTC")
	}
	day := after.UTC().Format(time.DateOnly)
	p, err := w.page(ctx, values("o", "timestamp", "start_date", day, "page_size", strconv.Itoa(w.largest)))
	switch {
	case err != nil:
		return unanswered(err)
	case len(p.rows) == 0:
		return as(differs, "not in UTC")
	}
	w.utc = reaches(p.rows, after) && !reaches(p.rows, before)
	return either(w.utc, "in UTC, within the hours that records show", "not in UTC")
}

// count asks for a day of which some records were seen.
func (w *waldur) count(ctx context.Context, s *sample) finding {
	if !w.utc {
		return as(notSeen, "it is not known when days begin")
	}
	if s.endless || s.varies || s.every {
		return as(notSeen, "pages are short, or the list is endless")
	}
	if steady(s).status == differs {
		return as(notSeen, "the count goes up and down")
	}
	known := map[string][]row{}
	for _, r := range s.longest().rows {
		day := r.at.Format(time.DateOnly)
		known[day] = append(known[day], r)
	}
	busy := ""
	for day, rows := range known {
		if len(rows) < smallPage && (len(rows) > len(known[busy]) || len(rows) == len(known[busy]) && day > busy) {
			busy = day
		}
	}
	if busy == "" {
		return as(notSeen, "no day with few records")
	}
	p, err := w.page(ctx, values("o", "-timestamp", "start_date", busy, "end_date", busy, "page_size", strconv.Itoa(w.largest)))
	if err != nil {
		return unanswered(err)
	}
	return either(common(known[busy], p.rows) == len(known[busy]), "they do not", "some do")
}

// close is how far from midnight a record may be to show where a day begins.
const closeToMidnight = 3 * time.Hour

// aroundMidnight returns the times of two neighbours of rows with a midnight of UTC between them and close to it.
func aroundMidnight(rows []row) (before, after time.Time, ok bool) {
	at := make([]time.Time, 0, len(rows))
	for _, r := range rows {
		at = append(at, r.at)
	}
	slices.SortFunc(at, time.Time.Compare)
	nearest := closeToMidnight
	for i := 1; i < len(at); i++ {
		midnight := at[i].Truncate(24 * time.Hour)
		if far := max(midnight.Sub(at[i-1]), at[i].Sub(midnight)); at[i-1].Before(midnight) && far < nearest {
			before, after, ok, nearest = at[i-1], at[i], true, far
		}
	}
	return before, after, ok
}

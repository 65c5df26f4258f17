package main

import (
	"cmp"
	"context"
	"net/url"
	"slices"
)

// Sizes of the pages that questions ask for: a small one several times, and the largest that the client asks for.
const (
	smallPage = 50
	tinyPage  = 10 // where the API refuses the small one
)

// paged is a listing whose pages are found by a number or an offset.
type paged struct {
	*prober
	largest   int
	sureCount bool                            // the count is documented to be right
	query     func(size, at int) url.Values   // for rows from a position on, which is 0 or size
	single    func(at int) url.Values         // for one row
	after     func(size, rows int) url.Values // for what follows a first page, of which rows came

	taken *sample
	err   error
}

// sample is what the questions about pages are decided by.
type sample struct {
	size   int     // of the small page
	same   [3]page // the small page, three times
	second page    // the one after it
	large  []page  // the largest page, twice; none if that is refused
	totals []int   // counts, in the order of the requests
	more   bool    // records follow the small page
	beyond bool    // records follow the largest page

	refused bool // the largest page is refused
	endless bool // the second page is the first one again
	every   bool // every page is short
	varies  bool // some pages are shorter than others
	hidden  bool // places of the list show no record
	cap     int  // to which the server reduces a page; 0 if it was not seen to
}

// first returns the first page of the small ones that has most rows.
func (s *sample) first() page {
	return slices.MaxFunc(s.same[:], func(a, b page) int { return cmp.Compare(len(a.rows), len(b.rows)) })
}

// all returns the pages with the newest rows.
func (s *sample) all() []page { return append(s.same[:], s.large...) }

// longest returns the page that has most rows.
func (s *sample) longest() page {
	return slices.MaxFunc(s.all(), func(a, b page) int { return cmp.Compare(len(a.rows), len(b.rows)) })
}

// sample takes the sample once.
func (l *paged) sample(ctx context.Context) (*sample, error) {
	if l.taken == nil && l.err == nil {
		s := &sample{size: smallPage}
		if l.err = l.take(ctx, s); l.err == nil {
			l.taken = s
		}
	}
	return l.taken, l.err
}

func (l *paged) take(ctx context.Context, s *sample) (err error) {
	for i := range s.same {
		s.same[i], err = l.page(ctx, l.query(s.size, 0))
		if i == 0 && isRefusal(err) {
			s.size = tinyPage
			s.same[i], err = l.page(ctx, l.query(s.size, 0))
		}
		if err != nil {
			return err
		}
	}
	if err := l.count(ctx, s); err != nil {
		return err
	}
	if s.second, s.more, err = l.follows(ctx, l.after(s.size, len(s.first().rows))); err != nil {
		return err
	}
	if err := l.takeLarge(ctx, s); err != nil {
		return err
	}
	return l.decide(ctx, s)
}

// count notes the counts of the small page. If they are not the same, some more show whether they go both ways.
func (l *paged) count(ctx context.Context, s *sample) error {
	for _, p := range s.same {
		s.totals = append(s.totals, p.total)
	}
	if slices.Max(s.totals) == slices.Min(s.totals) {
		return nil
	}
	for range 3 {
		p, err := l.page(ctx, l.single(0))
		if err != nil {
			return err
		}
		s.totals = append(s.totals, p.total)
	}
	return nil
}

// follows asks for a page that may be behind the end, which some APIs refuse.
func (l *paged) follows(ctx context.Context, query url.Values) (page, bool, error) {
	p, err := l.page(ctx, query)
	if isRefusal(err) {
		return page{}, false, nil
	}
	return p, len(p.rows) > 0, err
}

func isRefusal(err error) bool {
	refused, ok := err.(refusal) //nolint:errorlint // it is never wrapped
	return ok && refused/100 == 4 && refused != 429
}

func (l *paged) takeLarge(ctx context.Context, s *sample) error {
	if !s.more { // it shows no more than the small page
		return nil
	}
	for range 2 {
		p, err := l.page(ctx, l.query(l.largest, 0))
		if isRefusal(err) {
			s.refused = true
			return nil
		}
		if err != nil {
			return err
		}
		s.large = append(s.large, p)
	}
	n := len(s.large[0].rows)
	if n >= l.largest {
		s.beyond = true
		return nil
	}
	var err error
	_, s.beyond, err = l.follows(ctx, l.after(l.largest, n))
	return err
}

// decide finds out why pages have fewer rows than asked for, if they have.
func (l *paged) decide(ctx context.Context, s *sample) error {
	rows := func(p page) int { return len(p.rows) }
	s.varies = rows(s.same[0]) != rows(s.same[1]) || rows(s.same[1]) != rows(s.same[2]) ||
		len(s.large) == 2 && rows(s.large[0]) != rows(s.large[1])
	if s.endless = s.more && 2*common(s.first().rows, s.second.rows) > len(s.second.rows); s.endless {
		return nil // whether records follow is not known
	}
	s.hidden = l.sureCount && !s.more && rows(s.first()) < min(s.size, s.first().total) && steady(s).status == confirmed
	if n := rows(s.first()); s.more && n < s.size {
		return l.decideShort(ctx, s, n)
	}
	if n := rows(s.longest()); s.beyond && n < l.largest {
		same, err := l.gives(ctx, n)
		s.cap, s.hidden = n, !same && !s.varies
		if s.hidden {
			s.cap = 0
		}
		return err
	}
	return nil
}

// decideShort finds out why the small page has only n rows though more follow.
func (l *paged) decideShort(ctx context.Context, s *sample, n int) error {
	if n > 0 {
		if same, err := l.gives(ctx, n); err != nil || same {
			s.cap = n
			return err
		}
		two, err := l.page(ctx, l.query(2, 0))
		if err != nil {
			return err
		}
		first, err := l.page(ctx, l.single(0))
		if err != nil {
			return err
		}
		second, err := l.page(ctx, l.single(1))
		if err != nil {
			return err
		}
		if s.every = len(two.rows) == 1 && len(first.rows) == 1 && len(second.rows) == 1; s.every {
			return l.decideHalf(ctx, s)
		}
	}
	s.hidden = true
	return nil
}

// decideHalf finds out whether pages of which only half comes are reduced besides: then one of that size is no shorter.
func (l *paged) decideHalf(ctx context.Context, s *sample) error {
	most := len(s.longest().rows)
	if !s.beyond || 2*most >= l.largest {
		return nil
	}
	p, err := l.page(ctx, l.query(2*most, 0))
	if len(p.rows) == most {
		s.cap = 2 * most
	}
	return err
}

// gives reports whether a page of n rows can be had. Some answers are short, so a second one is asked for.
func (l *paged) gives(ctx context.Context, n int) (bool, error) {
	for range 2 {
		p, err := l.page(ctx, l.query(n, 0))
		if err != nil || len(p.rows) >= n {
			return err == nil, err
		}
	}
	return false, nil
}

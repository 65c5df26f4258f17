package main

import (
	"context"
	"strconv"
)

// judge makes a question of what a sample says.
func (l *paged) judge(of func(*sample) finding) func(context.Context) finding {
	return func(ctx context.Context) finding {
		s, err := l.sample(ctx)
		switch {
		case err != nil:
			return unanswered(err)
		case len(s.longest().rows) == 0:
			return as(notSeen, noRecords)
		default:
			return of(s)
		}
	}
}

// pageQuestions are those that all listings of this kind share.
func (l *paged) pageQuestions(sizes certain) []question {
	return []question{
		{"page-size", "Does a page have as many records as the client asks for?", strconv.Itoa(l.largest) + " at most", sizes, l.judge(l.pageSize)},
		{"short-pages", "Is a page full if more records follow?", "full, or not: the client copes", inferred, l.judge(shortPages)},
		{"hidden", "Does every place of the list show a record?", "each does", inferred, l.judge(hiddenRows)},
		{"endless", "Does the second page follow the first?", "it does", documented, l.judge(endless)},
		{"ties", "Do records of one time keep their order?", "they need not", inferred, l.judge(stableTies)},
	}
}

func (l *paged) pageSize(s *sample) finding {
	switch {
	case s.refused:
		return as(differs, "refused")
	case s.cap > 0 && s.cap < l.largest:
		f := as(differs, "reduced by the server")
		if !s.varies && !s.every {
			f.detail = "to " + strconv.Itoa(s.cap)
		}
		return f
	case len(s.longest().rows) >= l.largest, s.every && 2*len(s.longest().rows) >= l.largest:
		return as(confirmed, "as asked for")
	case s.endless:
		return as(notSeen, endlessList)
	case s.hidden:
		return as(notSeen, "some places show no record")
	default:
		return as(notSeen, tooFew)
	}
}

func shortPages(s *sample) finding {
	switch {
	case s.varies:
		return as(differs, "some are shorter than others")
	case s.every:
		return as(differs, "all are shorter")
	case s.endless:
		return as(notSeen, endlessList)
	case s.hidden:
		return as(notSeen, "some places show no record")
	case !s.more:
		return as(notSeen, tooFew)
	default:
		return as(confirmed, "full")
	}
}

func hiddenRows(s *sample) finding {
	switch {
	case s.hidden:
		return as(differs, "some places show none")
	case s.endless:
		return as(notSeen, endlessList)
	case s.every, s.varies:
		return as(notSeen, "pages are short")
	case s.cap > 0:
		return as(notSeen, "pages are reduced")
	case s.more:
		return as(confirmed, "each of the first does")
	default:
		return as(notSeen, tooFew)
	}
}

func endless(s *sample) finding {
	if !s.more {
		return as(notSeen, tooFew)
	}
	return either(!s.endless, "it does", "it is the first page again")
}

func stableTies(s *sample) finding { return tiesAmong(s.same[:], s.large) }

// tiesAmong compares answers to equal requests with each other.
func tiesAmong(lists ...[]page) finding {
	compared := false
	for _, pages := range lists {
		for i := range pages {
			for j := range i {
				a, b := pages[j].rows, pages[i].rows
				if shuffled(a, b) {
					return as(differs, "the order changes")
				}
				compared = compared || haveTies(a[:min(len(a), len(b))])
			}
		}
	}
	if !compared {
		return as(notSeen, noTies)
	}
	return as(confirmed, "the order stays")
}

func haveTies(rows []row) bool {
	for i := 1; i < len(rows); i++ {
		if rows[i].at.Equal(rows[i-1].at) && rows[i].key != rows[i-1].key {
			return true
		}
	}
	return false
}

// shuffled reports whether two answers, as far as both go, have the same times and other records.
func shuffled(a, b []row) bool {
	other := false
	for i := range min(len(a), len(b)) {
		if !a[i].at.Equal(b[i].at) {
			return false
		}
		other = other || a[i].key != b[i].key
	}
	return other
}

// orderOf is the order of rows by time.
func orderOf(rows []row) string {
	up, down, times := false, false, 0
	for i := range rows {
		if i == 0 || !rows[i].at.Equal(rows[i-1].at) {
			times++
		}
		if i > 0 {
			up = up || rows[i].at.After(rows[i-1].at)
			down = down || rows[i].at.Before(rows[i-1].at)
		}
	}
	switch {
	case times < 3:
		return ""
	case up && down:
		return "not by time"
	case up:
		return "oldest first"
	default:
		return "newest first"
	}
}

// newestFirst judges an order.
func newestFirst(rows []row) finding {
	order := orderOf(rows)
	if order == "" {
		return as(notSeen, tooFew)
	}
	return either(order == "newest first", order, order)
}

// steady judges the counts of equal requests. Records that are added or removed let a count go one way.
func steady(s *sample) finding {
	up, down := false, false
	for i, n := range s.totals {
		switch {
		case n < 0:
			return as(notSeen, "the answer has no count")
		case n == 0 && len(s.first().rows) > 0:
			return as(notSeen, "the count is zero")
		case i > 0:
			up, down = up || n > s.totals[i-1], down || n < s.totals[i-1]
		}
	}
	switch {
	case up && down:
		return as(differs, "it goes up and down")
	case up || down:
		return as(notSeen, "records were added or removed meanwhile")
	default:
		return as(confirmed, "it is the same")
	}
}

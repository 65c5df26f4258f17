package exact

import "fmt"

// Listing reads by windows: pages, offsets, and bounds that follow the frontier if the API has a time filter.
type Listing struct {
	core
	aim
	group group

	pageSize  int
	want      int // new rows to take from the next answer
	noNewRows int // answers in a row that brought no new row
	echo      echo

	evidence
}

// evidence is what the current answer shows about the position of its rows.
type evidence struct {
	midGroup  bool // it continues within a group that an earlier answer began
	atEnd     bool // nothing follows it
	growth    int  // rows that the list grew by since the last answer
	endKnown  int  // index after the last row known before it
	lastKnown int  // index of that row in the answer; -1 if the answer does not show it
	rebound   bool // it is the first answer of a listing that reading ahead had bounded by the frontier
}

// NewListing begins a walk by windows.
func NewListing(o Options) *Listing {
	l := &Listing{core: newCore(o), pageSize: o.PageSize}
	l.End, l.LastTotal = o.Offset, -1
	return l
}

// maxIdle bounds the number of consecutive answers without progress, beyond those that a large group of equal times
// needs.
const maxIdle = 50

// Next returns the next window to ask for.
func (l *Listing) Next() (Window, bool) {
	switch {
	case l.noNewRows > maxIdle+len(l.keys):
		l.giveUp("the API's answers lead nowhere", CauseLoop)
	case l.group.answeredTooOften():
		l.giveUp("the log changes faster than it can be read", CauseNone)
	}
	w, take := l.plan()
	if most := l.traits.MaxSkip; most > 0 && l.End >= most+w.Limit {
		l.giveUp(fmt.Sprintf("the API gives no record past offset %d", most), CauseOffsetLimit)
	}
	l.want = take
	return w, !l.Done
}

// Accept reads an answer: it drops the rows that were read before, delivers the new ones, and moves the frontier after
// them, unless a row may have been missed in between.
func (l *Listing) Accept(w Window, a Answer) Taken {
	if !w.Low.Equal(l.Low) || !w.High.Equal(l.High) {
		l.adopt(w, a.Skip)
	}
	l.evidence = evidence{endKnown: l.End, lastKnown: -1, rebound: l.traits.Granule > 0 && l.LastTotal < 0}
	l.begin(w, a)
	l.learn()
	v := l.read()
	if l.noNewRows++; l.fresh > 0 {
		l.noNewRows = 0
	}
	if l.echo.repeats(&l.answer) {
		l.markIncomplete("the API repeats itself instead of going on", CauseLoop)
		v = Finish
	}
	return l.end(v)
}

// learn evaluates what the answer says besides its rows.
func (l *Listing) learn() {
	l.learnPage()
	l.learnGrowth()
	if l.learnOrder() { // from now on, all rows are one group
		l.GroupStart, l.End = 0, 0
		l.group.enter(l.Matching)
		l.group.Steady = false
	}
	if l.fixUntil() && l.High.IsZero() && l.traits.Granule > 0 {
		l.High, l.origin.High = l.Until, l.Until // rows added from now on do not matter
	}
}

// read checks the answer and goes through its rows.
func (l *Listing) read() Verdict {
	if !l.continuous() {
		return Retry
	}
	l.group.passAnswers++
	if l.first {
		l.Examined, l.FirstTotal = l.got.Skip, l.got.Total
		l.Omit = max(0, l.ask.Skip-l.got.Skip) // with page numbers only, the answer may begin before the caller's Offset
	}
	return l.rows()
}

// maxEchoes is how many consecutive repetitions of an answer are not taken for chance any more: added rows can push
// exactly the same rows back into view.
const maxEchoes = 3

// echo remembers an answer, to notice when the API returns the same rows again although it was asked to continue.
type echo struct {
	head, tail  string // first and last key
	skip, total int
	times       int // consecutive answers that repeat the previous one
}

// repeats reports whether the answer repeats the previous ones once too often.
func (e *echo) repeats(a *answer) bool {
	n := a.got.Rows.Len()
	if n < 2 {
		return false
	}
	next := echo{head: a.got.Rows.Key(0), tail: a.got.Rows.Key(n - 1), skip: a.got.Skip, total: a.got.Total}
	if a.fresh == 0 && next.head == e.head && next.tail == e.tail && next.skip > e.skip && next.total == e.total {
		next.times = e.times + 1
	}
	*e = next
	return e.times == maxEchoes
}

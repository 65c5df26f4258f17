package exact

import "fmt"

// Listing reads by windows: pages, offsets, and bounds that follow the frontier where the API has a time filter.
type Listing struct {
	core
	aim
	group group

	pageSize  int
	want      int // new rows to take of the next answer
	noNewRows int // answers in a row that brought no new row
	echo      echo

	evidence
}

// evidence is what the answer that is being read shows about the place of its rows.
type evidence struct {
	midGroup  bool // it goes on within a group that an earlier answer began
	atEnd     bool // nothing follows it
	growth    int  // rows that the list grew by since the last answer
	endKnown  int  // index after the last row known before it
	lastKnown int  // index in it of that row; -1 where it does not show it
	rebound   bool // it is the first of a listing that reading ahead had bounded by the frontier
}

// NewListing begins a walk by windows.
func NewListing(o Options) *Listing {
	l := &Listing{core: newCore(o), pageSize: o.PageSize}
	l.End, l.LastTotal = o.Offset, -1
	return l
}

// maxIdle bounds the answers in a row that lead nowhere, beside those that a large group of equal times needs.
const maxIdle = 50

// Next is the next window to ask for.
func (l *Listing) Next() (Window, bool) {
	switch {
	case l.noNewRows > maxIdle+len(l.keys):
		l.giveUp("the API's answers lead nowhere", CauseLoop)
	case l.group.answeredTooOften():
		l.giveUp("the log changes faster than it can be read", CauseNone)
	}
	if l.Done {
		return Window{}, false
	}
	w, take := l.plan()
	if most := l.traits.MaxSkip; most > 0 && l.End >= most+w.Limit {
		l.giveUp(fmt.Sprintf("the API gives no record past offset %d", most), CauseOffsetLimit)
	}
	l.want = take
	return w, !l.Done
}

// Accept reads an answer: it drops the rows that were read before, hands over those that are new, and moves the frontier
// behind them, unless the answer leaves open whether a row slipped through between.
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

// learn takes up what the answer tells beside its rows.
func (l *Listing) learn() {
	l.learnPage()
	l.learnGrowth()
	if l.learnOrder() { // from now on all rows are one group
		l.GroupStart, l.End = 0, 0
		l.group.enter(l.Matching)
		l.group.Steady = false
	}
	if l.fixUntil() && l.High.IsZero() && l.traits.Granule > 0 {
		l.High, l.origin.High = l.Until, l.Until // what is added from now on is no matter
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
		l.Omit = max(0, l.ask.Skip-l.got.Skip) // where only pages can be addressed, the answer begins before the caller's Offset
	}
	return l.rows()
}

// maxEchoes is how often an answer repeats itself before that is no chance: rows that are added can push just the same ones
// back into view.
const maxEchoes = 3

// echo remembers an answer, to notice when the API gives the same rows again although it was asked to go on.
type echo struct {
	head, tail  string // first and last key
	skip, total int
	times       int // answers in a row that repeat the one before
}

// repeats reports whether the answer repeats the ones before it once too often.
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

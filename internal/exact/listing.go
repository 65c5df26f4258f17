package exact

import "fmt"

// Listing reads by windows: pages, offsets, and bounds that follow the frontier if the API has a time filter.
type Listing struct {
	core
	aim
	group group

	pageSize     int
	keeps        bool // an answer that has more than a page is given again
	want         int  // new rows to take from the next answer
	noNewRows    int  // answers in a row that brought no new row
	echo         echo
	forecastFrom int // total of the answer from which windows were forecast; -1 if it did not say
	tail         tail
	passed       []int   // rows of the answer that the tail is still to hold
	equal        equal   // of the answer
	early        digests // rows that were read before the order was known, if it showed itself too late; else nil

	shown
}

// shown is what the current answer shows about the position of its rows.
type shown struct {
	midGroup   bool // it continues within a group that an earlier answer began
	atEnd      bool // nothing follows it
	totalKnown bool // the answer before said a total
	growth     int  // rows that the list grew by since the last answer
	endKnown   int  // index after the last row known before it
	anchor     int  // without an order by time: index in the answer of the last row that was read; -1 if it does not show it
	lastKnown  int  // index of that row in the answer; -1 if the answer does not show it
	met        int  // rows of the group that the pass had not met before
	advanced   bool // it shows rows after the last one that was read
	useful     bool // and new ones that the listing may deliver
	left       int  // index after its rows, if some of them are left for the next page; else 0
	sawRead    bool // it showed a row that was read, and AfterOffset is set
	astray     bool // the order is not known, and it shows no row that was read
}

// NewListing begins a walk by windows.
func NewListing(o Options) *Listing {
	l := &Listing{core: newCore(o), pageSize: o.PageSize}
	l.LastTotal = -1
	if o.Since.IsZero() && o.Until.IsZero() {
		l.End = o.Offset // the server can skip them
	} else {
		l.Omit = o.Offset // the server counts rows of a wider range
	}
	return l
}

// maxIdle bounds the number of consecutive answers without progress, beyond those that a large group of equal times
// needs.
const maxIdle = 50

// Next returns the next window to ask for.
func (l *Listing) Next() (Window, bool) {
	switch {
	case l.noNewRows > maxIdle+l.members():
		l.giveUp("the API's answers lead nowhere", CauseLoop)
	case l.group.answeredTooOften():
		l.giveUp("the log changes faster than it can be read", CauseNone)
	}
	if l.Closing {
		return l.closing(), !l.Done
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
	w.After = min(w.After, l.End) // a forecast counts on rows that may not have come
	l.shown = shown{endKnown: l.End, lastKnown: -1, anchor: -1}
	l.begin(w, a)
	l.want = l.share()
	l.equal.seen.reset()
	var v Verdict
	if w.Reverse {
		v = l.close()
	} else {
		l.learn()
		v = l.read()
	}
	l.learnCuts()
	if v == Proceed {
		l.leave()
	}
	if l.noNewRows++; l.useful {
		l.noNewRows = 0
	}
	if l.echo.repeats(&l.answer, l.Hiding) && !(l.midGroup && l.met > 0) {
		l.markIncomplete("the API repeats itself instead of going on", CauseLoop)
		v = Finish
	}
	return l.end(v)
}

// learn evaluates what the answer says besides its rows.
func (l *Listing) learn() {
	l.learnPage()
	l.learnGrowth()
	l.countRange()
	l.inPlace = !l.Moved && len(l.tail) > 0
	unknown := l.Order == OrderUnknown && l.Started
	lost := l.learnOrder()
	if !lost && l.Started && l.passedOver() {
		held := l.Order
		l.Order = Unordered
		lost = l.loseOrder(held)
	}
	if lost { // from now on, all rows are one group
		if l.GroupStart = 0; !l.inPlace {
			l.End, l.tail, l.LastRow = 0, nil, 0
		}
		l.group.enter(l.Matching)
		l.group.Steady = false
	}
	if unknown {
		l.place()
	}
	if l.fixUntil() && l.High.IsZero() && l.traits.Granule > 0 {
		l.High, l.origin.High = l.Until, l.Until // rows added from now on do not matter
	}
}

// read checks the answer and goes through its rows.
func (l *Listing) read() Verdict {
	if l.rechecked() {
		return Finish
	}
	if !l.continuous() {
		return Retry
	}
	l.group.passAnswers++
	if l.first {
		l.Examined, l.FirstTotal = l.got.Skip, l.got.Total
		l.Omit += max(0, l.ask.Skip-l.got.Skip) // with page numbers only, the answer may begin before the caller's Offset
	}
	return l.rows()
}

// maxEchoes is how many consecutive repetitions of an answer are not taken for chance any more: added rows can push exactly
// the same rows back into view, and the same is asked for again where an answer may be cut.
const maxEchoes = 6

// echo remembers an answer, to notice when the API returns the same rows again although it was asked to continue.
type echo struct {
	head, tail string // first and last key
	n, skip    int
	times      int // consecutive answers that repeat the previous one; those from further on count twice
}

// repeats reports whether the answer repeats the previous ones once too often.
func (e *echo) repeats(a *answer, hiding bool) bool {
	n := a.got.Rows.Len()
	if n < 2 {
		return false
	}
	next := echo{head: a.got.Rows.Key(0), tail: a.got.Rows.Key(n - 1), n: n, skip: a.got.Skip}
	if a.fresh == 0 && next.head == e.head && next.tail == e.tail && next.n == e.n {
		if next.times = e.times + 1; next.skip > e.skip {
			next.times++
		}
	}
	*e = next
	if hiding {
		return e.times >= 2*maxEchoes // the places after a hole are met again and again, too
	}
	return e.times >= maxEchoes
}

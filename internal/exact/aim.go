package exact

// aim says where to look next: positions in the server's list, the server's counts, and its page length. All are
// learned from the answers. Where to look is only a hint, because the next answer is checked against the frontier: a
// wrong hint costs a request. The totals and the position of the group are beliefs that proofs use; each answer
// corrects them.
type aim struct {
	GroupStart  int  `json:"g,omitempty"`  // index of the first row of the frontier's group
	End         int  `json:"k,omitempty"`  // index after the last row read
	LastTotal   int  `json:"w"`            // rows of the server's list according to its last answer; -1 if it did not say
	FirstTotal  int  `json:"v,omitempty"`  // the same according to the first answer
	ServerPage  int  `json:"c,omitempty"`  // the largest page that the server gives; 0 while not known
	ShortPage   int  `json:"sh,omitempty"` // rows of the last answer that was shorter than asked for
	Most        int  `json:"lo,omitempty"` // new rows of the answer that had most
	LastRow     int  `json:"lr,omitempty"` // index after the last row that was read, in the list of the last answer
	Unreliable  bool `json:"ur,omitempty"` // the total contradicts the rows, or itself
	Expected    int  `json:"ex,omitempty"` // rows that must be left under a bound that was moved
	AfterOffset bool `json:"ao,omitempty"` // the frontier's group may begin among the rows of the caller's Offset
	Recounted   bool `json:"rc,omitempty"` // the server's count of this list changed
	RangeTotal  int  `json:"rt,omitempty"` // rows of the whole range according to the first answer for it; 0 while not known
	Short       bool `json:"st,omitempty"` // a page had fewer rows than it was asked for, although more were counted
	Deleted     int  `json:"de,omitempty"` // rows by which the total fell, in one answer or another
	Rechecking  bool `json:"re,omitempty"` // the whole range is read again, without the bound that was moved
	Closing     bool `json:"cl,omitempty"` // the end is to be read from the other side
	Blind       bool `json:"bl,omitempty"` // the next answer adjoins a hole: it is read without an overlap
	Hiding      bool `json:"hi,omitempty"` // the API counted rows that it did not show
	CutAt       int  `json:"ca,omitempty"` // rows of an answer that was shorter than it was asked for, and that others followed
	Ragged      bool `json:"ra,omitempty"` // such answers have different lengths: the server cuts them anywhere
	Ties        int  `json:"ti,omitempty"` // the most rows of one time in the first answer, up to maxTies; 0 while not known

	search
}

// search holds what concerns the requests of a single step.
type search struct {
	endBefore    int    // End, before the bound moved
	behindBound  int    // known rows, beside those of the group, that a bound that was moved lets through
	boundCounted bool   // they are counted
	frontierLost bool   // rows moved, and the last answer did not show the frontier
	backBy       int    // rows of the last step back
	retries      int    // answers since the last one that made progress
	closings     int    // how often the end was read from the other side
	tights       int    // how often an end was asked for again
	leftOver     bool   // the other side showed rows that are not read yet
	oneSided     bool   // the server does not list the rows from the other side
	emptyBeyond  bool   // nothing was found after the last known row, but rows may have moved meanwhile
	longest      int    // rows of the longest answer
	edge         bool   // the next request asks for the rows from 1 on, and for as many as are known
	probing      bool   // the next request asks for what follows the last known row, without overlap
	unanchored   int    // answers since the last one that made progress that did not show the last row that was read
	lastShort    string // the last row of the last answer, if that was shorter than it was asked for
	shortBy      int    // the rows of that answer; 0 if it was as long
}

// maxTies is how many rows of one time a page with a number expects at most, beside a witness.
const maxTies = 5

// pagedOverlap returns how many rows a page with a number repeats at least. It does not depend on the group at the frontier, so
// that a forecast repeats as many, and pages are the same with and without reading ahead.
func (l *Listing) pagedOverlap() int { return 1 + max(2, l.Ties) }

// learnTies learns from the first answer how many rows of the log share one time.
func (l *Listing) learnTies() {
	rows := l.got.Rows
	if !l.first || l.Ties > 0 || !l.traits.Paged {
		return
	}
	ties := 0
	for i := range rows.Len() {
		if ties++; i > 0 && !rows.Time(i).Equal(rows.Time(i-1)) {
			ties = 1
		}
		l.Ties = min(maxTies, max(l.Ties, ties))
	}
}

// margin returns how many rows a window repeats: enough for a small group and a witness before it, and few enough to
// cost little.
func margin(size int) int { return max(2, size*3/200) }

// plan returns the window to ask for next, and how many new rows to take from its answer.
func (l *Listing) plan() (w Window, take int) {
	t := &l.traits
	w = Window{Low: l.Low, High: l.High, Moved: l.Moved, Limit: l.pageLimit()}
	take = l.wanted()
	if !l.Started {
		w.Skip, w.After, w.Size = l.End, l.End, take
		l.adjoin(&w)
		return w, take
	}
	w.Skip, w.After = l.overlapping(w.Limit, take), l.End
	if w.Skip == 0 || !t.Paged {
		w.Limit = t.MaxSize // even if the server changes the size, the answer begins at the right row
	}
	if l.Order == OrderUnknown {
		w.Size = max(w.Size, w.After-w.Skip+minShown) // rows of several times show the order
	}
	take = min(take, max(1, w.Limit-margin(w.Limit)))
	w.Size = min(w.Limit, max(w.Size, take+w.After-w.Skip))
	if l.Moved && w.Skip == 0 {
		w.Size = min(w.Limit, w.Size+l.letThrough(take))
	}
	w.Room = l.room(w)
	if l.edge {
		w.Size = l.End
	}
	if l.frontierLost {
		w.Size = w.Limit
	}
	l.adjoin(&w)
	return w, take
}

// adjoin makes a window adjoin the places that were asked for before, if there is a hole. Pages that the server cuts would begin
// elsewhere than their numbers say, so no page is longer than one that it gave.
func (l *Listing) adjoin(w *Window) {
	if !l.Blind {
		return
	}
	if l.traits.Paged && l.longest > 0 {
		w.Limit = min(w.Limit, l.longest)
	}
	w.Size = w.Limit
}

// pageLimit returns the largest page size that is worth asking for.
func (l *Listing) pageLimit() int {
	if l.ServerPage > 0 {
		return min(l.traits.MaxSize, l.ServerPage)
	}
	return l.traits.MaxSize
}

// wanted returns how many new rows make a page.
func (l *Listing) wanted() int {
	if l.pageSize > 0 && l.Order != Unordered { // without an order, a shorter pass leaves less time for changes
		return min(l.pageSize, l.traits.MaxSize)
	}
	return l.traits.MaxSize
}

// overlapping returns the first row to ask for, chosen so that the answer overlaps the rows already read.
func (l *Listing) overlapping(limit, take int) int {
	t := &l.traits
	overlap := margin(min(take, limit))
	if t.Paged && t.Granule == 0 {
		overlap = min(l.pagedOverlap(), max(2, min(take, limit)/5))
	}
	skip := l.witness(limit, overlap)
	if t.MaxSkip > 0 {
		skip = min(skip, t.MaxSkip)
	}
	switch {
	case l.edge:
		return 1
	case l.probing, l.Blind:
		return l.End
	case t.Granule > 0 && !l.ordered() && l.retries == 0 && l.End < min(limit, minShownUndocumented) && l.Order != Unordered:
		return 0 // the bound will soon follow the frontier; until then, no deep offset is needed
	default:
		return skip
	}
}

// witness returns the first row to ask for, so that the answer has a row from before the frontier's group and the
// group. If the group fills a page, it has the last rows of the group.
func (l *Listing) witness(limit, overlap int) int {
	from := max(0, min(l.GroupStart-1, l.End-overlap))
	if l.End-from < limit {
		return from
	}
	return max(0, l.End-min(overlap, limit-1))
}

// settle prepares the aim for the next request.
func (l *Listing) settle() {
	l.backBy, l.retries, l.unanchored, l.frontierLost = 0, 0, 0, false
	l.emptyBeyond, l.leftOver = false, false
	l.endBefore = l.End
	if !l.canFollow() {
		return
	}
	known, edge := len(l.keys), l.Frontier
	if l.traits.Undocumented { // a single row that is out of order must not take the bound with it
		n := min(l.outliers(), l.pageLimit()/4)
		known, edge = max(known, min(n, len(l.tail))), l.tail.margin(n, l.Order, l.Frontier)
	}
	if l.follow(edge, l.traits.Granule) {
		l.expect()
		l.behindBound, l.boundCounted = max(0, l.withinBound()-known), true
		l.reset(0, known)
	}
}

// reset switches to another of the server's listings of the same rows. In that listing, the frontier's group begins at
// row start, and the rows before end have been read.
func (l *Listing) reset(start, end int) {
	l.Recounted = l.Recounted && !l.Moved
	l.GroupStart, l.End, l.LastTotal, l.Blind = start, end, -1, false
	l.group.enter(-1) // the next answer shows the group from its beginning
}

// adopt continues in the listing of an answer that was requested ahead of time and has other bounds.
func (l *Listing) adopt(w Window, skip int) {
	l.Low, l.High, l.Moved = w.Low, w.High, w.Moved
	l.GroupStart, l.End, l.LastTotal, l.Expected = skip, w.After, l.forecastFrom, 0
}

// widenBound asks again with a bound further back from the frontier.
func (l *Listing) widenBound() {
	if l.widen() {
		l.reset(0, 0)
	}
	l.GroupStart, l.End = 0, 0
}

// learnPage learns the server's page size, because some servers cut pages silently. If the answer does not tell the
// size, a short answer with more rows to follow is such a cut, or chance. The same length twice in a row decides that
// it is a cut.
func (l *Listing) learnPage() {
	a, n := &l.got, l.got.Rows.Len()
	switch {
	case a.Size > 0:
		if a.Size < a.Asked {
			l.ServerPage = a.Size
		}
	case n > l.ShortPage && n >= a.Asked:
		l.ShortPage = 0
	case n > 0 && n < a.Asked && l.saysMore(a.Skip+n):
		if n == l.ShortPage && n >= leastPage {
			l.ServerPage = n
		}
		l.ShortPage = n
	}
}

// leastPage is the smallest page length that is taken for the server's maximum: shorter pages could not overlap.
const leastPage = 4

// learnGrowth records by how many rows the list grew since the last answer. This is how far the frontier moved if the
// new rows came before it.
func (l *Listing) learnGrowth() {
	a := &l.got
	if a.Total < 0 {
		return
	}
	if l.totalKnown = l.LastTotal >= 0; l.totalKnown {
		l.growth = l.got.Total - l.LastTotal
		l.Recounted = l.Recounted || l.growth != 0
		l.Deleted += max(0, -l.growth)
	}
	if !l.traits.SureTotal { // such a total may be anything
		jumped := max(l.growth, -l.growth) > 2*l.traits.MaxSize
		l.Unreliable = l.Unreliable || jumped || a.Rows.Len() > 0 && a.Total < a.Skip+a.Rows.Len()
	}
	if l.Unreliable {
		l.growth, l.totalKnown = 0, false
	}
	l.LastTotal = a.Total
}

// learnCuts remembers what a later answer needs to tell a page that is cut from one that ends the list.
func (l *Listing) learnCuts() {
	n := l.got.Rows.Len()
	if n == 0 {
		return
	}
	l.Short = l.Short || n < l.got.Asked && l.saysMore(l.got.Skip+n)
	l.learnTies()
	l.longest, l.Most = max(l.longest, n), max(l.Most, l.fresh)
	l.learnRagged()
	if l.lastShort = ""; n < l.got.Asked {
		l.lastShort = l.got.Rows.Key(n - 1)
	}
}

// learnRagged finds out whether a server that does not say what follows cuts its answers anywhere. One with a largest page cuts
// them all to that.
func (l *Listing) learnRagged() {
	says := l.got.More != MoreUnknown || l.got.Total > 0 && !l.Unreliable
	if cut := l.shortBy; cut > 0 && l.fresh > 0 && !says {
		l.Ragged = l.Ragged || l.CutAt > 0 && l.CutAt != cut
		l.CutAt = cut
	}
	if l.shortBy = l.got.Rows.Len(); l.shortBy == l.got.Asked {
		l.shortBy = 0
	}
}

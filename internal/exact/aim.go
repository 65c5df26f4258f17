package exact

// aim is where to look next: places in the server's list, what it counted, and the length of its pages. They are learned from
// the answers. Where to look is a hint, since the next answer is checked against the frontier: a wrong one costs a request.
// The totals and the place of the group are beliefs that take part in proofs; each answer corrects them.
type aim struct {
	GroupStart int `json:"g,omitempty"`  // index of the first row of the frontier's group
	End        int `json:"k,omitempty"`  // index after the last row read
	LastTotal  int `json:"w"`            // rows of the server's list, as its last answer said; -1 where it did not
	FirstTotal int `json:"v,omitempty"`  // the same of the first answer
	ServerPage int `json:"c,omitempty"`  // the largest page that the server gives; 0 while not known
	ShortPage  int `json:"sh,omitempty"` // rows of the last answer that was shorter than asked for

	search
}

// search is about the requests of one step only.
type search struct {
	endBefore    int  // End, before the bound moved
	frontierLost bool // rows moved, and the last answer did not show the frontier
	backBy       int  // rows of the last step back
	retries      int  // answers since the last one that led on
	longest      int  // rows of the longest answer
	probing      bool // the next request asks for what follows the last known row, without overlap
}

// margin is how many rows a window repeats: enough to hold a small group and a witness from before it, and few enough to
// cost little.
func margin(size int) int { return max(2, size*3/200) }

// plan says which rows to ask for next, and how many new ones to take of them.
func (l *Listing) plan() (w Window, take int) {
	t := &l.traits
	w = Window{Low: l.Low, High: l.High, Moved: l.Moved, Limit: l.pageLimit()}
	take = l.wanted()
	if !l.Started {
		w.Skip, w.After, w.Size = l.End, l.End, take
		return w, take
	}
	w.Skip, w.After = l.overlapping(w.Limit, take), l.End
	if w.Skip == 0 || !t.Paged {
		w.Limit = t.MaxSize // whatever the server makes of the size, the answer begins where it should
	}
	take = min(take, max(1, w.Limit-margin(w.Limit)))
	w.Size = min(w.Limit, take+w.After-w.Skip)
	if l.Moved && w.Skip == 0 {
		w.Size = min(w.Limit, w.Size+margin(take)) // for rows before the frontier that the bound lets through
	}
	if l.frontierLost {
		w.Size = w.Limit
	}
	return w, take
}

// pageLimit is the largest page worth asking for.
func (l *Listing) pageLimit() int {
	if l.ServerPage > 0 {
		return min(l.traits.MaxSize, l.ServerPage)
	}
	return l.traits.MaxSize
}

// wanted is how many new rows make a page.
func (l *Listing) wanted() int {
	if l.pageSize > 0 && l.Order != Unordered { // without an order, the sooner a pass ends the less changes meanwhile
		return min(l.pageSize, l.traits.MaxSize)
	}
	return l.traits.MaxSize
}

// overlapping is the first row to ask for, so that the answer overlaps what was read.
func (l *Listing) overlapping(limit, take int) int {
	t := &l.traits
	overlap := margin(min(take, limit))
	if t.Paged && t.Granule == 0 {
		overlap = min(margin(limit), max(2, take/10)) // page numbers reach further than wanted anyway
	}
	skip := l.witness(limit, overlap)
	if t.MaxSkip > 0 {
		skip = min(skip, t.MaxSkip)
	}
	switch {
	case l.probing:
		return l.End
	case t.Granule > 0 && !l.ordered() && l.retries == 0 && l.End < min(limit, 8*minShown) && l.Order != Unordered:
		return 0 // soon the bound will follow the frontier; until then no deep row need be addressed
	default:
		return skip
	}
}

// witness is the first row to ask for: one from before the frontier's group, and the group; where the group fills a page,
// its last rows.
func (l *Listing) witness(limit, overlap int) int {
	from := max(0, min(l.GroupStart-1, l.End-overlap))
	if l.End-from < limit {
		return from
	}
	return max(0, l.End-min(overlap, limit-1))
}

// settle readies the aim for the next request.
func (l *Listing) settle() {
	l.backBy, l.retries, l.frontierLost = 0, 0, false
	l.endBefore = l.End
	if l.canFollow() && l.follow(l.Frontier, l.traits.Granule) {
		l.reset(0, len(l.keys))
	}
}

// reset takes up another of the server's listings of the same rows, in which the frontier's group begins at row start and
// the rows before end are read.
func (l *Listing) reset(start, end int) {
	l.GroupStart, l.End, l.LastTotal = start, end, -1
	l.group.enter(-1) // the next answer shows the group from its beginning
}

// adopt goes on in the listing of an answer that was asked for ahead of time and has other bounds.
func (l *Listing) adopt(w Window, skip int) {
	l.Low, l.High, l.Moved = w.Low, w.High, w.Moved
	l.GroupStart, l.End, l.LastTotal = skip, skip, -1
}

// widenBound asks again with a bound further back from the frontier.
func (l *Listing) widenBound() {
	if l.widen() {
		l.reset(0, 0)
	}
	l.GroupStart, l.End = 0, 0
}

// learnPage finds out how large a page the server gives: some cut it silently. Where the answer does not tell, one that is
// short although more follows is such a cut, or chance; the same length twice in a row settles it.
func (l *Listing) learnPage() {
	a, n := &l.got, l.got.Rows.Len()
	switch {
	case a.Size > 0:
		if a.Size < a.Asked {
			l.ServerPage = a.Size
		}
	case n > l.ShortPage && n >= a.Asked:
		l.ShortPage = 0
	case n > 0 && n < a.Asked && a.More == MoreYes:
		if n == l.ShortPage && n >= leastPage {
			l.ServerPage = n
		}
		l.ShortPage = n
	}
}

// leastPage is the shortest page that is taken for the longest that a server gives: shorter ones could not overlap.
const leastPage = 4

// learnGrowth notes by how many rows the list grew since the last answer: so far the frontier moved, if the new rows came
// before it.
func (l *Listing) learnGrowth() {
	if l.got.Total < 0 {
		return
	}
	if l.LastTotal >= 0 {
		l.growth = l.got.Total - l.LastTotal
	}
	l.LastTotal = l.got.Total
}

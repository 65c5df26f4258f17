package exact

// A page with a number begins at a multiple of its size, so few sizes overlap what was read by little. One answer may have the
// rows of two pages of the caller's: then more sizes are possible. The caller keeps such an answer, and gives it again for the
// second page.

// room returns how many rows a page with a number may bring beyond those that make a page of the caller's. It begins at a
// multiple of its size. The sizes that bring no more than is wanted overlap by a tenth on average; among all up to twice as
// long, some need little.
func (l *Listing) room(w Window) int {
	if !l.keeps || !l.traits.Paged || l.traits.Granule > 0 || w.Skip == 0 || l.traits.UserOrder || l.Order == Unordered || !l.ordered() {
		return 0
	}
	return max(0, min(l.wanted(), w.Limit-w.Size))
}

// KeepAnswers says that the caller keeps an answer whose rows are more than a page, and gives it once more; see Rest.
func (l *Listing) KeepAnswers() { l.keeps = true }

// Rest reports whether rows of the answer that was accepted last are left for the next page, and from which row on the answer
// must be given once more: it then begins with a witness from before the frontier.
func (l *Listing) Rest() (from int, ok bool) { return l.GroupStart - 1 - l.got.Skip, l.left > 0 }

// leave notes which rows of the answer are left. The last answer of a listing is not given again, because an end is believed
// only if answers agree.
func (l *Listing) leave() {
	a := &l.got
	if end := a.Skip + a.Rows.Len(); l.ask.Room > 0 && !l.Blind && a.More == MoreYes && l.GroupStart > a.Skip && l.End < end {
		l.left = end
	}
}

// share returns how many new rows to take from an answer: if it has more than make a page, equal parts of them.
func (l *Listing) share() int {
	fresh := l.got.Skip + l.got.Rows.Len() - l.ask.After
	if l.ask.Room == 0 || fresh <= l.want {
		return l.want
	}
	pages := (fresh + l.want - 1) / l.want
	return (fresh + pages - 1) / pages
}

package exact

// Page returns the page for a window on a server that knows only page numbers: a number, which starts at 0, and a size.
// The page extends past the known rows with little waste, and contains row Skip. If no size does both, it contains the
// last known row, or only new rows.
func (w Window) Page() (number, size int) {
	if w.Skip == 0 && w.Size > w.After {
		return 0, w.Size
	}
	if w.Whole {
		least := w.Size + 1 + w.After - w.Skip
		for s := w.Size; s <= w.Limit; s++ {
			if f := w.fit(s, w.Skip); f.gain == w.Skip+w.Size-w.After && f.waste < least {
				least, number, size = f.waste, f.number, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	for _, row := range []int{w.Skip, w.After - 1, w.After} {
		var best fit
		for s := 1; s <= w.Limit; s++ {
			if f := w.fit(s, row); f.better(best) {
				best, number, size = f, f.number, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	return w.After, 1
}

// fit describes the page of one size that contains a certain row.
type fit struct {
	number int
	gain   int // new rows that are wanted
	extra  int // further new rows, for which there is room
	waste  int // the other rows
}

// fit describes the page of size s that contains a row.
func (w Window) fit(s, row int) fit {
	number := row / s
	end, wanted := (number+1)*s, w.Skip+w.Size
	gain := max(0, min(end, wanted)-w.After)
	extra := max(0, min(end-wanted, w.Room))
	return fit{number, gain, extra, s - gain - extra}
}

// extraPerRow is how many further rows are worth as much as one that is not read in vain: pages that bring so many more
// cost the less requests, and so fewer overlaps.
const extraPerRow = 50

// better reports whether a page is better than another one.
func (f fit) better(than fit) bool {
	worth := func(f fit) int { return extraPerRow*(f.gain-f.waste) + f.extra }
	return f.gain > 0 && (than.gain == 0 || worth(f) > worth(than))
}

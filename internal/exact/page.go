package exact

import "math"

// Page addresses a window on a server that knows only page numbers: a number, from 0, and a size. The page reaches past the
// known rows, at little waste, and holds row skip; where no size does both, it holds the last known row, or only new ones.
func (w Window) Page() (number, size int) {
	if w.Skip == 0 && w.Size > w.After {
		return 0, w.Size
	}
	if w.Whole {
		least := w.Size + 1
		for s := w.Size; s <= w.Limit; s++ {
			if n, gain, waste := w.fit(s, w.Skip); gain == w.Skip+w.Size-w.After && waste < least {
				least, number, size = waste, n, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	for _, row := range []int{w.Skip, w.After - 1, w.After} {
		best := math.MinInt
		for s := 1; s <= w.Limit; s++ {
			n, gain, waste := w.fit(s, row)
			if gain > 0 && gain-waste > best {
				best, number, size = gain-waste, n, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	return w.After, 1
}

// fit describes the page of size s that holds a row: its number, and how many rows it brings that are wanted and that are
// not.
func (w Window) fit(s, row int) (number, gain, waste int) {
	number = row / s
	end, wanted := (number+1)*s, w.Skip+w.Size
	gain = max(0, min(end, wanted)-w.After)
	return number, gain, max(0, w.Skip-number*s) + max(0, end-wanted)
}

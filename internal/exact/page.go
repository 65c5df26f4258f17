package exact

import "math"

// Page returns the page for a window on a server that knows only page numbers: a number, which starts at 0, and a size.
// The page extends past the known rows with little waste, and contains row Skip. If no size does both, it contains the
// last known row, or only new rows.
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

// fit describes the page of size s that contains a row: its number, how many wanted new rows it brings, and how many
// unwanted rows.
func (w Window) fit(s, row int) (number, gain, waste int) {
	number = row / s
	end, wanted := (number+1)*s, w.Skip+w.Size
	gain = max(0, min(end, wanted)-w.After)
	return number, gain, max(0, w.Skip-number*s) + max(0, end-wanted)
}

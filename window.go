package auditlogs

import (
	"context"
	"math"
	"time"
)

// window is one request for rows: of those between low and high, at most size from row skip on.
type window struct {
	low, high time.Time // low inclusive, high exclusive, zero is none; an API may be asked for a wider range
	moved     bool      // one of them follows the frontier
	skip      int
	after     int    // the rows before this one are known
	size      int    // rows wanted; 0 where the server chooses
	limit     int    // rows of the largest page that may be asked for
	whole     bool   // all that is wanted, even at the price of some waste
	token     string // the API's own way on, instead of skip
	memo      int    // what the feed learned from earlier answers; its own affair
}

// more is what an API says about rows after its answer.
type more int8

const (
	moreUnknown more = iota
	moreYes
	moreNo
)

// answer is what an API gave for a window.
type answer[T record] struct {
	rows  []T
	skip  int       // index of the first row; may be lower than asked for where only pages can be addressed
	asked int       // the page size that was asked for
	size  int       // the largest page that the server really gives, where its answer tells; else 0
	total int       // rows that match, -1 where the API does not say
	more  more      // whether rows follow
	token string    // the API's own way on
	memo  int       // for the next window
	low   time.Time // where the range really begins, when the API was asked for "the last hour" or the like
	*reply
}

// traits is what the reader must know of an API to read it exactly once.
type traits struct {
	maxSize   int           // rows of the largest page; 0 where the server chooses
	maxSkip   int           // the largest row that can be skipped to; 0 is no limit
	granule   time.Duration // how finely a bound can be moved to the frontier; 0 where it cannot
	sureTotal bool          // the total can be relied on to show that the log changed
	paged     bool          // only pages can be addressed, not rows
	byToken   bool          // only the API's own token leads on
	userOrder bool          // the caller chose an order that is not by time: read once, promise less
}

// bounds is the range of a listing.
type bounds struct {
	since, until time.Time // what is delivered: since inclusive, until exclusive, zero is none
	low, high    time.Time // what the server is asked for, before the frontier moves it
}

// feed is what a service tells the reader about one listing of its API. It knows nothing of how a listing is read.
type feed[T record] struct {
	traits
	bounds
	ListOptions
	learns    bool   // the feed's memo must be found out before several windows are asked for at once
	unbounded bool   // the API has no time filter
	window    bool   // the range is one that moves with the server's now
	op        string // "UserEvents"
	filter    string // the filter but for range and paging, in a form that stays the same: what a cursor belongs to
	fetch     func(ctx context.Context, op string, w window) (*answer[T], error)
	time      func(*T) time.Time
	number    func(*T, int) // sets the ordinal of the nth equal row, for records without an id; else nil
}

// page addresses a window on a server that knows only page numbers: a number, from 0, and a size. The page reaches past the
// known rows, at little waste, and holds row skip; where no size does both, it holds the last known row, or only new ones.
func (w window) page() (number, size int) {
	if w.skip == 0 && w.size > w.after {
		return 0, w.size
	}
	if w.whole {
		least := w.size + 1
		for s := w.size; s <= w.limit; s++ {
			if n, gain, waste := w.fit(s, w.skip); gain == w.skip+w.size-w.after && waste < least {
				least, number, size = waste, n, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	for _, row := range []int{w.skip, w.after - 1, w.after} {
		best := math.MinInt
		for s := 1; s <= w.limit; s++ {
			n, gain, waste := w.fit(s, row)
			if gain > 0 && gain-waste > best {
				best, number, size = gain-waste, n, s
			}
		}
		if size > 0 {
			return number, size
		}
	}
	return w.after, 1
}

// fit tells of the page of size s that holds row: its number, how many rows that are wanted it brings, and how many that
// are not.
func (w window) fit(s, row int) (number, gain, waste int) {
	number = row / s
	end, wanted := (number+1)*s, w.skip+w.size
	gain = max(0, min(end, wanted)-w.after)
	return number, gain, max(0, w.skip-number*s) + max(0, end-wanted)
}

func moreIf(yes bool) more {
	if yes {
		return moreYes
	}
	return moreNo
}

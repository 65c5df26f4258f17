package exact

import "time"

// Window is one request for rows: at most Size rows from row Skip on, of those between Low and High.
type Window struct {
	Low, High time.Time // Low inclusive, High exclusive, zero means no bound; the request to the API may have a wider range
	Moved     bool      // one of the bounds follows the frontier
	Skip      int
	After     int    // the rows before this one are known
	Size      int    // rows wanted; 0 if the server chooses
	Room      int    // new rows that may come in addition, if that wastes fewer: only with page numbers
	New       int    // new rows that a forecast expects
	Limit     int    // rows of the largest page that may be asked for
	Whole     bool   // all wanted rows, even with some waste
	Reverse   bool   // from the other side: row 0 is the last one of the listing
	Again     bool   // it begins another listing in place of one that gave no token
	Token     string // the server's own token for the next rows, instead of everything else
}

// AtMost returns the window for a server whose pages have at most limit rows. It begins early enough to overlap the known
// rows.
func (w Window) AtMost(limit int) Window {
	w.Limit = min(w.Limit, limit)
	w.Size = min(w.Size, w.Limit)
	w.Skip = max(w.Skip, w.After-w.Limit+1)
	return w
}

// Answer is what an API returned for a window.
type Answer struct {
	Rows  Rows
	Skip  int       // index of the first row; may be lower than requested if the API has only page numbers
	Asked int       // the page size that was asked for
	Size  int       // the largest page that the server really returns, if its answer shows it; else 0
	Total int       // rows that match; -1 if the API does not say
	More  More      // whether rows follow
	Token string    // the server's own token for the next rows
	Lost  string    // why there is none although rows follow; may be ""
	Low   time.Time // where the range really begins, when the API was asked for "the last hour" or the like
	Date  time.Time // the server's clock; zero if it is not known
	Named bool      // every row has an identity of its own, although Traits.Numbered is set
}

// Rows are the rows of an answer, as far as this package needs them.
type Rows interface {
	Len() int
	Time(i int) time.Time // zero if the row has none
	Key(i int) string     // the row's identity
	Hash(i int) Hash      // a hash of the identity
	Number(i, n int)      // makes the identity that of the nth of several equal rows; only if Traits.Numbered is set
}

// More is what an API says about rows after its answer.
type More int8

// The possible values. An API may say nothing.
const (
	MoreUnknown More = iota
	MoreYes
	MoreNo
)

// MoreIf returns MoreYes or MoreNo.
func MoreIf(yes bool) More {
	if yes {
		return MoreYes
	}
	return MoreNo
}

// Traits describe what must be known of an API to read it exactly once.
type Traits struct {
	MaxSize      int           // rows of the largest page; 0 if the server chooses
	MaxSkip      int           // the largest row that can be skipped to; 0 means no limit
	Granule      time.Duration // how precisely a bound can be moved to the frontier; 0 if it cannot
	SureTotal    bool          // the total can be relied on to show that the log changed
	Paged        bool          // only pages can be addressed, not rows
	Reversible   bool          // the listing can be asked for in the opposite order
	UserOrder    bool          // the caller chose an order that is not by time: read once, promise less
	Undocumented bool          // no document promises an order by time
	Numbered     bool          // rows may have no identity of their own: equal ones are told apart by counting them
}

// Range is what a listing delivers, from Since inclusive to Until exclusive, and what the server is asked for before
// the frontier moves it: Low and High. Zero means no bound. The first answer fixes a zero Until.
type Range struct {
	Since, Until time.Time
	Low, High    time.Time
}

// Span is a range of rows of an answer: From inclusive, To exclusive.
type Span struct{ From, To int }

// Verdict is what follows from an answer.
type Verdict int8

const (
	// Proceed takes the new rows and continues after them.
	Proceed Verdict = iota
	// Retry asks again, with the window that Next now returns: the answer, or a part of it, proved nothing.
	Retry
	// Finish takes the new rows; nothing follows.
	Finish
)

// Taken is the result of reading an answer.
type Taken struct {
	Spans   []Span // the rows to deliver: new, and in the range. Valid until the next answer
	Fresh   int    // rows that no earlier answer showed, in the range or not
	Verdict Verdict
}

// Options are the options of a new walk.
type Options struct {
	Traits
	Range
	PageSize int // rows of a page; 0 means the largest that the API allows
	Offset   int // rows to leave out
}

// Walk reads one listing. Call Next for the window to ask for and Accept for its answer, in turn, until Accept returns
// Finish or Next has nothing to ask for. A Walk must not be used by several goroutines at a time.
type Walk interface {
	// Next returns the next window to ask for. It reports false if nothing is left except to report why the listing is
	// incomplete.
	Next() (Window, bool)
	// Accept reads the answer for a window: that of Next, or one that Forecast gave.
	Accept(Window, Answer) Taken
	// CanForecast reports whether it makes sense to ask ahead: more rows follow the answer that was accepted last.
	CanForecast() bool
	// Incomplete returns why the listing cannot be complete. The reason is "" if it can.
	Incomplete() (reason string, cause Cause)
	// Total returns how many rows match according to the API, or -1 if it does not say.
	Total() int

	base() *core
	save(scope string) (saved any, keys []byte)
	restore(saved []byte, keys []byte) error
}

package exact

import "time"

// Window is one request for rows: of those between Low and High, at most Size from row Skip on.
type Window struct {
	Low, High time.Time // Low inclusive, High exclusive, zero is none; an API may be asked for a wider range
	Moved     bool      // one of them follows the frontier
	Skip      int
	After     int    // the rows before this one are known
	Size      int    // rows wanted; 0 where the server chooses
	Limit     int    // rows of the largest page that may be asked for
	Whole     bool   // all that is wanted, even at the price of some waste
	Token     string // the server's own way on, in place of all else
}

// Answer is what an API gave for a window.
type Answer struct {
	Rows  Rows
	Skip  int       // index of the first row; may be lower than asked for where only pages can be addressed
	Asked int       // the page size that was asked for
	Size  int       // the largest page that the server really gives, where its answer shows it; else 0
	Total int       // rows that match, -1 where the API does not say
	More  More      // whether rows follow
	Token string    // the server's own way on
	Low   time.Time // where the range really begins, when the API was asked for "the last hour" or the like
	Date  time.Time // the server's clock; zero where it is not known
}

// Rows are the rows of an answer, as far as they matter here.
type Rows interface {
	Len() int
	Time(i int) time.Time // zero where the row has none
	Key(i int) string     // the row's identity
	Number(i, n int)      // makes the identity that of the nth of several equal rows; only where Traits say so
}

// More is what an API says about rows after its answer.
type More int8

// An API may say nothing.
const (
	MoreUnknown More = iota
	MoreYes
	MoreNo
)

// MoreIf is MoreYes or MoreNo.
func MoreIf(yes bool) More {
	if yes {
		return MoreYes
	}
	return MoreNo
}

// Traits are what must be known of an API to read it exactly once.
type Traits struct {
	MaxSize   int           // rows of the largest page; 0 where the server chooses
	MaxSkip   int           // the largest row that can be skipped to; 0 is no limit
	Granule   time.Duration // how finely a bound can be moved to the frontier; 0 where it cannot
	SureTotal bool          // the total can be relied on to show that the log changed
	Paged     bool          // only pages can be addressed, not rows
	UserOrder bool          // the caller chose an order that is not by time: read once, promise less
	Numbered  bool          // rows have no identity of their own: equal ones are told apart by counting them
}

// Range is what a listing delivers, Since inclusive and Until exclusive, and what the server is asked for, before the
// frontier moves it. Zero is no bound. A zero Until is fixed by the first answer.
type Range struct {
	Since, Until time.Time
	Low, High    time.Time
}

// Span is a run of rows of an answer: from the first inclusive to the last exclusive.
type Span struct{ From, To int }

// Verdict is what follows from an answer.
type Verdict int8

const (
	// Proceed takes the new rows and goes on after them.
	Proceed Verdict = iota
	// Retry asks again, as Next now says: the answer, or a part of it, proved nothing.
	Retry
	// Finish takes the new rows; nothing follows.
	Finish
)

// Taken is what an answer brought.
type Taken struct {
	Spans   []Span // the rows to deliver: new, and in the range. Valid until the next answer
	Fresh   int    // rows that no answer showed before, whether in the range or not
	Verdict Verdict
}

// Options begin a walk.
type Options struct {
	Traits
	Range
	PageSize int // rows of a page; 0 is the largest that the API allows
	Offset   int // rows to leave out
}

// Walk reads one listing. Next says what to ask for and Accept reads the answer, in turn, until Accept finishes or Next has
// nothing to ask for. It is for one goroutine at a time.
type Walk interface {
	// Next is the next window to ask for. It reports false where nothing is left but to say why the listing is incomplete.
	Next() (Window, bool)
	// Accept reads the answer for a window: that of Next, or one that Forecast gave.
	Accept(Window, Answer) Taken
	// CanForecast reports whether it makes sense to ask ahead: more rows follow the answer that was accepted last.
	CanForecast() bool
	// Incomplete says why the listing cannot be complete; the reason is "" where it can.
	Incomplete() (reason string, cause Cause)
	// Total is how many rows the API says match; -1 where it does not say.
	Total() int

	base() *core
	save(scope string) (saved any, keys []byte)
	restore(saved []byte, keys []byte) error
}

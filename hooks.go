package auditlogs

import (
	"context"
	"time"
)

// Hooks are called while a client works, for metrics and traces. Any may be nil, and costs nothing then. They are called
// from the goroutine of the request, several at a time, and hold it up; the context is the request's. None is given a URL,
// a header or a token. JoinHooks makes one value of several.
type Hooks struct {
	// OnCall is told when an operation begins: the request of a page, of a record or of a count, with all its attempts and
	// waits, or a login. The context that it returns is that of the requests, of the other hooks about them, and of a login
	// that becomes necessary; it must be the given one or derive from it. The function that it returns is called once, when
	// the operation ended. Either may be nil.
	OnCall     func(context.Context, CallInfo) (context.Context, func(CallDone))
	OnRequest  func(context.Context, RequestInfo)  // an attempt begins
	OnResponse func(context.Context, ResponseInfo) // an attempt ended, its body read
	OnRetry    func(context.Context, RetryInfo)    // an attempt failed and another will follow
	OnPage     func(context.Context, PageInfo)     // a page was read and checked
}

// CallInfo describes an operation that begins.
type CallInfo struct {
	API string // "waldur"
	Op  string // "DataAccessLogs.List", also when Pages, All or Follow asked; "Waldur.Login" for a login
}

// CallDone describes how an operation ended.
type CallDone struct {
	Duration time.Duration // waits and attempts together
	Err      error         // as its caller gets it; an answer that cannot be read is one, too
}

// RequestInfo describes an attempt. Logins are attempts too, with operations such as "Waldur.Login"; so is following a
// redirect, as part of the same attempt.
type RequestInfo struct {
	API     string        // "waldur"
	Op      string        // "DataAccessLogs.List"
	Attempt int           // from 1
	Waited  time.Duration // before this attempt, to keep a rate limit: WithRateLimit's or the API's own
}

// ResponseInfo describes how an attempt ended.
type ResponseInfo struct {
	API      string
	Op       string
	Attempt  int
	Status   int           // 0 without an answer
	Bytes    int64         // of the body, decompressed
	Duration time.Duration // until the body was read; waits before the attempt do not count
	Err      error         // without an answer, or with one that broke off
}

// RetryInfo describes why an attempt is repeated, and when.
type RetryInfo struct {
	API     string
	Op      string
	Attempt int           // the one that failed
	Wait    time.Duration // before the next one
	Status  int           // 0 without an answer
	Cause   error         // nil with an answer
}

// PageInfo describes a page of a listing.
type PageInfo struct {
	API       string
	Op        string
	Rows      int // that the API sent
	New       int // that the listing, or the poll of a Follow, had not met before
	Total     int // rows that the API says match; -1 where it does not say
	Discarded int // rows that were read ahead in vain
	RateLimit RateLimit

	Follow    bool      // the page was read by Follow, whose polls read some rows again
	Delivered int       // records that the caller gets: new, within the range, and in no earlier poll
	Newest    time.Time // of the times of those; zero where there are none
	Date      time.Time // the server's clock at the answer; zero where it is not known
}

// observe runs an operation between the two calls of OnCall.
func observe[T any](ctx context.Context, h Hooks, info CallInfo, run func(context.Context) (T, error)) (T, error) {
	if h.OnCall == nil {
		return run(ctx)
	}
	start := time.Now()
	own, done := h.OnCall(ctx, info)
	if own == nil {
		own = ctx
	}
	v, err := run(own)
	if done != nil {
		done(CallDone{Duration: time.Since(start), Err: err})
	}
	return v, err
}

func (h Hooks) request(ctx context.Context, info RequestInfo) {
	if h.OnRequest != nil {
		h.OnRequest(ctx, info)
	}
}

func (h Hooks) response(ctx context.Context, info ResponseInfo) {
	if h.OnResponse != nil {
		h.OnResponse(ctx, info)
	}
}

func (h Hooks) retry(ctx context.Context, info RetryInfo) {
	if h.OnRetry != nil {
		h.OnRetry(ctx, info)
	}
}

package auditlogs

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
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

// span runs an operation between the two calls of OnCall.
func span[T any](ctx context.Context, h Hooks, info CallInfo, run func(context.Context) (T, error)) (T, error) {
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

// JoinHooks makes one of several Hooks, such as those of a package for traces and one's own. Each function calls those
// that are set, in the order of the arguments; one that none of them sets stays nil. The contexts of OnCall build on one
// another, and its ends are told in the opposite order.
func JoinHooks(hooks ...Hooks) Hooks {
	return Hooks{
		OnCall:     joinCalls(hooks),
		OnRequest:  join(hooks, func(h Hooks) func(context.Context, RequestInfo) { return h.OnRequest }),
		OnResponse: join(hooks, func(h Hooks) func(context.Context, ResponseInfo) { return h.OnResponse }),
		OnRetry:    join(hooks, func(h Hooks) func(context.Context, RetryInfo) { return h.OnRetry }),
		OnPage:     join(hooks, func(h Hooks) func(context.Context, PageInfo) { return h.OnPage }),
	}
}

func join[I any](hooks []Hooks, of func(Hooks) func(context.Context, I)) func(context.Context, I) {
	var set []func(context.Context, I)
	for _, h := range hooks {
		if f := of(h); f != nil {
			set = append(set, f)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return func(ctx context.Context, info I) {
		for _, f := range set {
			f(ctx, info)
		}
	}
}

func joinCalls(hooks []Hooks) func(context.Context, CallInfo) (context.Context, func(CallDone)) {
	set := slices.Clone(hooks)
	set = slices.DeleteFunc(set, func(h Hooks) bool { return h.OnCall == nil })
	if len(set) == 0 {
		return nil
	}
	return func(ctx context.Context, info CallInfo) (context.Context, func(CallDone)) {
		var ends []func(CallDone)
		for _, h := range set {
			own, end := h.OnCall(ctx, info)
			if own != nil {
				ctx = own
			}
			if end != nil {
				ends = append(ends, end)
			}
		}
		return ctx, func(done CallDone) {
			for _, end := range slices.Backward(ends) {
				end(done)
			}
		}
	}
}

// report tells the hooks and the log of one API about attempts.
type report struct {
	api    string
	logger *slog.Logger
	hooks  Hooks
}

// Request tells that an attempt begins.
func (r *report) Request(ctx context.Context, a transport.Attempt) {
	if r.hooks.OnRequest != nil {
		r.hooks.OnRequest(ctx, RequestInfo{API: r.api, Op: a.Op, Attempt: a.Number, Waited: a.Waited})
	}
}

// Response tells how an attempt ended.
func (r *report) Response(ctx context.Context, a transport.Attempt, o transport.Outcome) {
	debug := r.logger.Enabled(ctx, slog.LevelDebug)
	if !debug && r.hooks.OnResponse == nil {
		return
	}
	info := ResponseInfo{API: r.api, Op: a.Op, Attempt: a.Number, Status: o.Status, Bytes: o.Bytes, Duration: o.Duration}
	if o.Err != nil {
		info.Err = newTransportError(a.Op, 1, o.Err)
	}
	if debug {
		r.logResponse(ctx, info)
	}
	if r.hooks.OnResponse != nil {
		r.hooks.OnResponse(ctx, info)
	}
}

func (r *report) logResponse(ctx context.Context, info ResponseInfo) {
	attrs := append(make([]slog.Attr, 0, 6), slog.String("api", info.API), slog.String("op", info.Op),
		slog.Int("attempt", info.Attempt), slog.Duration("duration", info.Duration))
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", info.Status), slog.Int64("bytes", info.Bytes))
	}
	r.logger.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// Retry tells that an attempt failed and another will follow.
func (r *report) Retry(ctx context.Context, a transport.Attempt, again transport.RetryInfo) {
	info := RetryInfo{API: r.api, Op: a.Op, Attempt: a.Number, Wait: again.Wait, Status: again.Status}
	if again.Err != nil {
		info.Cause = newTransportError(a.Op, a.Number, again.Err)
	}
	r.retry(ctx, "request repeated", info)
}

// retry tells the log and the hook about a failure that is not the end.
func (r *report) retry(ctx context.Context, message string, info RetryInfo) {
	attrs := append(make([]slog.Attr, 0, 6), slog.String("api", info.API), slog.String("op", info.Op),
		slog.Int("attempt", info.Attempt), slog.Duration("wait", info.Wait))
	if info.Status != 0 {
		attrs = append(attrs, slog.Int("status", info.Status))
	}
	if info.Cause != nil {
		attrs = append(attrs, slog.String("error", info.Cause.Error()))
	}
	r.logger.LogAttrs(ctx, slog.LevelWarn, message, attrs...)
	if r.hooks.OnRetry != nil {
		r.hooks.OnRetry(ctx, info)
	}
}

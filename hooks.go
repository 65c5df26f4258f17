package auditlogs

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// Hooks are functions that the client calls while it works, for metrics and traces. Any of them may be nil, and then
// costs nothing. They are called from the goroutine of the request, several at a time, and the request waits for them.
// The context is that of the request; OnPage, and OnRetry for a failed poll, get the context of the listing. No hook
// gets a URL, a header or a token. JoinHooks combines several Hooks into one.
type Hooks struct {
	// OnCall is called when an operation begins: the request of a page, of a record or of a count, with all its
	// attempts and waits, or a login. The context that it returns is used for the requests, for the other hooks about
	// them, and for a login that becomes necessary. It must be the given context or derive from it. The function that
	// it returns is called once, when the operation ends. Both results may be nil.
	OnCall     func(context.Context, CallInfo) (context.Context, func(CallDone))
	OnRequest  func(context.Context, RequestInfo)  // an attempt begins
	OnResponse func(context.Context, ResponseInfo) // an attempt ended, and its body was read
	OnRetry    func(context.Context, RetryInfo)    // an attempt, or a poll of Follow, failed and another will follow
	OnPage     func(context.Context, PageInfo)     // a page was read and checked
}

// CallInfo describes an operation that begins.
type CallInfo struct {
	API API
	// Op is "DataAccessLogs.List", also for pages of Pages, All and Follow; "DataAccessLogs.Follow" when Follow asks only for
	// the server's time; "Waldur.Login" for a login.
	Op string
}

// CallDone describes how an operation ended.
type CallDone struct {
	Duration time.Duration // of all attempts and waits
	Err      error         // as the caller gets it; also set if the answer cannot be read
}

// RequestInfo describes an attempt. A login is an attempt too, with an operation such as "Waldur.Login". Following a
// redirect is also reported, as part of the same attempt.
type RequestInfo struct {
	API     API
	Op      string        // "DataAccessLogs.List"
	Attempt int           // from 1
	Waited  time.Duration // wait before this attempt for a rate limit: that of WithRateLimit, of WithLimiter, or the API's own
}

// ResponseInfo describes how an attempt ended.
type ResponseInfo struct {
	API      API
	Op       string
	Attempt  int
	Status   int           // 0 without an answer
	Bytes    int64         // size of the body, decompressed
	Duration time.Duration // until the body was read, without waits before the attempt
	Err      error         // set if there was no answer, or if it broke off
}

// RetryInfo describes why an attempt is repeated, and when. A listing repeats an attempt also if its answer is a *DecodeError.
// For Follow, it also describes a failed poll.
type RetryInfo struct {
	API     API
	Op      string
	Attempt int           // the one that failed; for a poll, the number of failed polls in a row
	Wait    time.Duration // wait before the next one; an API that asks for a longer one is in Err
	Status  int           // 0 without an answer
	Err     error         // nil if there was an answer that could be read; always set for a poll
	Since   time.Time     // when the first of the polls that failed in a row failed, by the local clock; zero for an attempt

	// Cause is Err.
	//
	// Deprecated: Use Err, as in ResponseInfo and CallDone.
	Cause error
}

// PageInfo describes a page of a listing, as the API sent it.
type PageInfo struct {
	API       API
	Op        string
	Rows      int // rows that the API sent
	New       int // rows that the listing, or the current poll of Follow, had not seen before
	Total     int // number of matching rows according to the API; -1 if it does not say
	Discarded int // rows that were read ahead and thrown away
	RateLimit RateLimit

	Follow    bool      // the page was read by Follow, whose polls read some rows again
	Delivered int       // records that the caller gets: new, in the range, and in no earlier poll
	Newest    time.Time // latest time of the delivered records; zero if there are none
	Date      time.Time // the server's time at the answer; zero if it is not known
	Claimed   time.Time // the answer's own Date, if Follow does not believe it; then Date is what it believes
}

// span runs an operation between OnCall and the function that OnCall returned.
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

// JoinHooks combines several Hooks, such as those of a tracing package and your own. Each function of the result calls
// the functions that are set, in the order of the arguments; if none is set, it is nil. Each OnCall gets the context
// that the previous one returned, and the functions that they return are called in reverse order.
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

// report passes the attempts of one API to the hooks and the log.
type report struct {
	api    API
	logger *slog.Logger
	hooks  Hooks
}

// Request reports that an attempt begins.
func (r *report) Request(ctx context.Context, a transport.Attempt) {
	if r.hooks.OnRequest != nil {
		r.hooks.OnRequest(ctx, RequestInfo{API: r.api, Op: a.Op, Attempt: a.Number, Waited: a.Waited})
	}
}

// Response reports how an attempt ended.
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
	attrs := append(make([]slog.Attr, 0, 6), slog.String("api", string(info.API)), slog.String("op", info.Op),
		slog.Int("attempt", info.Attempt), slog.Duration("duration", info.Duration))
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", info.Status), slog.Int64("bytes", info.Bytes))
	}
	r.logger.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// Retry reports that an attempt failed and another will follow.
func (r *report) Retry(ctx context.Context, a transport.Attempt, again transport.RetryInfo) {
	info := RetryInfo{API: r.api, Op: a.Op, Attempt: a.Number, Wait: again.Wait, Status: again.Status}
	if again.Err != nil {
		info.Err = newTransportError(a.Op, a.Number, again.Err)
	}
	r.retry(ctx, "request repeated", info)
}

// retry reports a failure that will be retried to the log and the hook.
func (r *report) retry(ctx context.Context, message string, info RetryInfo) {
	attrs := append(make([]slog.Attr, 0, 7), slog.String("api", string(info.API)), slog.String("op", info.Op),
		slog.Int("attempt", info.Attempt), slog.Duration("wait", info.Wait))
	if info.Status != 0 {
		attrs = append(attrs, slog.Int("status", info.Status))
	}
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	}
	if !info.Since.IsZero() {
		attrs = append(attrs, slog.Time("since", info.Since))
	}
	r.logger.LogAttrs(ctx, slog.LevelWarn, message, attrs...)
	if r.hooks.OnRetry != nil {
		info.Cause = info.Err // what was written for the old name goes on
		r.hooks.OnRetry(ctx, info)
	}
}

// disbelief reports that an answer's date is not believed, and the time that is.
func (r *report) disbelief(ctx context.Context, op string, claimed, believed time.Time) {
	r.logger.LogAttrs(ctx, slog.LevelWarn, "date not believed", slog.String("api", string(r.api)), slog.String("op", op),
		slog.Time("date", claimed), slog.Time("believed", believed))
}

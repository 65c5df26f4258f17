package auditlogs

import (
	"context"
	"time"
)

// Hooks are called while a client works, for metrics and traces. Any may be nil. They are called from the goroutine of
// the request, several at a time, and hold it up; the context is the request's. None is given a URL, a header or a token.
type Hooks struct {
	OnRequest  func(context.Context, RequestInfo)  // an attempt begins
	OnResponse func(context.Context, ResponseInfo) // an attempt ended, its body read
	OnRetry    func(context.Context, RetryInfo)    // an attempt failed and another will follow
	OnPage     func(context.Context, PageInfo)     // a page was read and checked
}

// RequestInfo describes an attempt. Logins are attempts too, with operations such as "Waldur.Login"; so is following a
// redirect, as part of the same attempt.
type RequestInfo struct {
	API     string // "waldur"
	Op      string // "DataAccessLogs.List"
	Attempt int    // from 1
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
	New       int // that the page delivers
	Total     int // rows that the API says match; -1 where it does not say
	Discarded int // rows that were read ahead in vain
	RateLimit RateLimit
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

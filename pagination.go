package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// ListOptions are the paging options that every filter embeds.
type ListOptions struct {
	// PageSize is how many rows the first request asks for; later ones may differ so as to overlap. 0 asks for the
	// largest page that the API allows. ErrInvalidFilter for UserEvents, whose server chooses.
	PageSize int
	// Offset is how many rows to skip. ErrInvalidFilter for UserEvents, and together with Cursor.
	Offset int
	// Cursor goes on where an earlier listing stopped: the Next of a page that was read before.
	Cursor Cursor
	// Prefetch is how many pages to read ahead while the caller works; 0 reads nothing that was not asked for. So many pages
	// may be held in memory, and requests sent whose answers are thrown away. Negative is ErrInvalidFilter.
	Prefetch int
}

// Page is one page of a listing.
type Page[T any] struct {
	Items     []T
	Next      Cursor    // where to go on; "" on the last page
	Total     int       // rows that the API says match; -1 where it does not say
	RateLimit RateLimit // zero where the API does not say
	RequestID string    // of the page's last request; "" where the API gives none
}

// Cursor is a place in a listing: opaque, versioned text that is safe to store. It holds neither a URL nor a secret.
// Usually it has 300 to 650 bytes. That of a log that is not read in order of time needs 8 bytes for each record read so far: up
// to 80 KiB for Elastic Path, and 1.6 MB elsewhere. It is neither encrypted nor signed, and does not expire by itself.
type Cursor string

// RateLimit is what an API said about its rate limit in its last answer.
type RateLimit struct {
	Limit     int       // requests per window
	Remaining int       // requests left in this window
	Reset     time.Time // when the next window begins, by the server's clock
}

// Items ranges over the records of pages. It ends with the first error, which it yields last; for [Merge] that is the first
// source that fails.
func Items[T any](pages iter.Seq2[*Page[T], error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for page, err := range pages {
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// Collect gathers at most max records. It stops before asking for one more, so that no request is sent in vain, and
// returns what it has together with the error, if there is one. A max of 0 or less gathers nothing.
func Collect[T any](items iter.Seq2[T, error], max int) ([]T, error) {
	var all []T
	if max <= 0 {
		return nil, nil
	}
	for item, err := range items {
		if err != nil {
			return all, err
		}
		if all = append(all, item); len(all) == max {
			break
		}
	}
	return all, nil
}

// lister reads the listings of one service: the three tiers over one loop.
type lister[T record, F any] struct {
	op   string // "UserEvents"
	conn *conn
	// open checks a filter and says how its listing is read.
	open func(c *conn, f F) (*spec[T], error)
}

// list reads the page that the filter's cursor leads to, or the first.
func (l lister[T, F]) list(ctx context.Context, f F) (*Page[T], error) {
	r, err := l.reader(f)
	if err != nil {
		return nil, err
	}
	return r.page(ctx)
}

// pages reads page after page.
func (l lister[T, F]) pages(ctx context.Context, f F) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		r, err := l.reader(f)
		if err != nil {
			yield(nil, err)
			return
		}
		defer r.readAhead()()
		for {
			page, err := r.page(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
		}
	}
}

// reader begins a listing, or goes on with one.
func (l lister[T, F]) reader(f F) (*reader[T], error) {
	op := l.op + ".List"
	spec, err := l.begin(op, f)
	if err != nil {
		return nil, err
	}
	spec.fetch = watched(l.conn, spec.fetch)
	scope := spec.scope(l.conn, stamp(spec.Since), stamp(spec.Until))
	r := &reader[T]{spec: spec, conn: l.conn, walk: spec.walk(spec.Range, spec.Offset)}
	r.seal = func(w exact.Walk) (Cursor, error) { return cursorOf(exact.SealWalk(scope, w)) }
	if spec.Cursor != "" {
		if err := exact.OpenWalk(string(spec.Cursor), scope, r.walk); err != nil {
			return nil, cursorError(op, err)
		}
	}
	return r, nil
}

// begin checks a filter, and says how its listing is read.
func (l lister[T, F]) begin(op string, f F) (*spec[T], error) {
	if l.conn == nil {
		return nil, fmt.Errorf("auditlogs: %s: %w", op, ErrNotConfigured)
	}
	spec, err := l.open(l.conn, f)
	if err != nil {
		return nil, err
	}
	spec.op = l.op
	return spec, nil
}

// watched lets the hook see each request for a window as an operation.
func watched[T record](c *conn, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		return operation(ctx, c, op, func(ctx context.Context) (*answer[T], error) { return fetch(ctx, op, w) })
	}
}

// cursorOf is a cursor that the engine wrote.
func cursorOf(text string, err error) (Cursor, error) { return Cursor(text), err }

// cursorError is the public form of what the engine says of a cursor.
func cursorError(op string, err error) error {
	switch {
	case errors.Is(err, exact.ErrInvalid):
		err = ErrInvalidCursor
	case errors.Is(err, exact.ErrMismatch):
		err = ErrCursorMismatch
	}
	return fmt.Errorf("auditlogs: %s: %w", op, err)
}

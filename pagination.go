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
	// PageSize is the number of rows that the first request asks for; later requests may ask for another number so that
	// they overlap. 0 asks for the largest page that the API allows, except for UserEvents: there the server chooses unless a
	// size is set, which is sent in a parameter that is not documented. See UserEventFilter.
	PageSize int
	// Offset is the number of rows to skip. An offset is ErrInvalidFilter for UserEvents, and together with Cursor.
	Offset int
	// Cursor continues an earlier listing: set it to the Next of a page that was read before.
	Cursor Cursor
	// Prefetch is the number of pages to read ahead while the caller works; 0 reads nothing ahead. Up to that many
	// pages may be held in memory, and up to two more where an answer of the API has rows for two pages. The answers of
	// some requests may be discarded. A negative value is ErrInvalidFilter.
	Prefetch int
}

// Page is one page of a listing.
type Page[T any] struct {
	Items     []T
	Next      Cursor    // cursor for the pages after this one; "" on the last page
	Total     int       // number of matching rows according to the API; -1 if it does not say
	RateLimit RateLimit // zero if the API does not report it
	RequestID string    // ID of the page's last request; "" if the API gives none
	// CaughtUp is set by Follow, and by nothing else, on the last page of each poll, which is empty if nothing is new: all
	// that was visible in the log up to the poll's end has been given. The page with which a Follow without Since begins at
	// the server's now has it too. A poll that the API refuses because its clock was set back shows nothing: its page does
	// not have it. A program that wants what is new, and then stops, stops at such a page. It is not part of Next. For what
	// it means for several logs, see [FollowAll].
	CaughtUp bool
}

// Cursor is a position in a listing: opaque, versioned text that is safe to store. It contains neither a URL nor a
// secret. Usually it is 300 to 650 bytes long. If a log is not read in order of time, the cursor needs 8 bytes for each
// record read so far: up to 80 KiB for Elastic Path, and 1.6 MB elsewhere. A cursor is neither encrypted nor signed,
// and does not expire by itself.
type Cursor string

// RateLimit is the rate limit that an API reported in its last answer.
type RateLimit struct {
	Limit     int       // requests per window
	Remaining int       // requests left in this window
	Reset     time.Time // when the next window begins, by the server's clock
}

// Items ranges over the records of pages. It stops at the first error and yields it last. For [Merge], that is the
// error of the first source that fails.
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

// Collect returns at most max records. It stops as soon as it has them, so that no request is sent in vain. If an error
// occurs, it returns the records read so far together with the error. If max is 0 or less, it reads nothing.
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

// lister reads the listings of one service. List, Pages and All use the same loop.
type lister[T record, F any] struct {
	op   string // "UserEvents"
	conn *conn
	// open checks a filter and says how its listing is read.
	open func(c *conn, f F) (*spec[T], error)
}

// list reads the page at the filter's cursor, or the first page.
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

// all reads the records of all pages, one by one. Nobody sees these pages: they need no cursors, and the memory of their rows
// serves again.
func (l lister[T, F]) all(ctx context.Context, f F) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		r, err := l.reader(f)
		if err != nil {
			yield(none, err)
			return
		}
		r.seal = nil
		defer r.readAhead()()
		for !r.ended {
			page, err := r.page(ctx)
			if err != nil {
				yield(none, err)
				return
			}
			for i := range page.Items {
				if !yield(page.Items[i], nil) {
					return
				}
			}
			r.reuse()
		}
	}
}

// reader begins a listing, or continues one from a cursor.
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

// begin checks a filter, and returns how its listing is read.
func (l lister[T, F]) begin(op string, f F) (*spec[T], error) {
	if l.conn == nil {
		return nil, notConfigured(op)
	}
	spec, err := l.open(l.conn, f)
	if err != nil {
		return nil, err
	}
	spec.op = l.op
	spec.fetch = repeated(l.conn, spec.fetch)
	return spec, nil
}

// watched reports each request for a window to the hook as an operation.
func watched[T record](c *conn, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		return operation(ctx, c, op, func(ctx context.Context) (*answer[T], error) { return fetch(ctx, op, w) })
	}
}

// cursorOf converts a cursor that the engine wrote.
func cursorOf(text string, err error) (Cursor, error) { return Cursor(text), err }

// cursorError converts the engine's error about a cursor to the public one.
func cursorError(op string, err error) error {
	switch {
	case errors.Is(err, exact.ErrInvalid):
		err = ErrInvalidCursor
	case errors.Is(err, exact.ErrMismatch):
		err = ErrCursorMismatch
	}
	return fmt.Errorf("auditlogs: %s: %w", op, err)
}

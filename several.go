package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// several is a source that consists of several logs. As a whole it is in no order of time, so Merge reads it part by part.
type several interface {
	Source
	// parts finds the logs, each once. If it could not find all of them, it also returns an *IncompleteError.
	parts(ctx context.Context) ([]Source, error)
}

// severalSource is one source that consists of several logs of one service, its parts: those of all connectors of an
// instance, or those of some resources.
type severalSource struct {
	name  string
	op    string // "DataAssetLogs"
	maker string // the method that made it, "AllConnectors"
	conn  *conn

	selects      string // what it selects, in a stable form; cursors belong to it
	since, until time.Time
	none         bool         // it was made of no part at all
	check        func(*check) // refuses what no part could be asked for
	find         func(ctx context.Context) (found, error)
	now          func(ctx context.Context) (time.Time, error) // asks for the server's time, if a search does not tell; zero if no part tells
}

// found is what a search for parts gave.
type found struct {
	parts []part
	grows bool      // others may be found later
	date  time.Time // the server's time of the search, if it is known
}

// part makes the source of a part that begins at a time or, if that is zero, where the filter says.
type part func(since time.Time) Source

func (s *severalSource) Name() string { return s.name }

func (s *severalSource) parts(ctx context.Context) ([]Source, error) {
	if err := s.checked(s.maker, func(*check) {}); err != nil {
		return nil, err
	}
	f, err := s.find(ctx)
	all := make([]Source, len(f.parts))
	for i, p := range f.parts {
		all[i] = p(time.Time{})
	}
	return all, err
}

// checked refuses what cannot be read, before anything is sent.
func (s *severalSource) checked(method string, more func(*check)) error {
	op := s.op + "." + method
	if s.conn == nil {
		return notConfigured(op)
	}
	c := check{op: op}
	s.check(&c)
	more(&c)
	if err := c.err(); err != nil || !s.none {
		return err
	}
	return fmt.Errorf("auditlogs: %s: %w", op, ErrNoSource)
}

// scope names what a cursor belongs to. kind tells apart those of Pages and of Follow.
func (s *severalSource) scope(kind string) string {
	return exact.ContentKey(string(s.conn.api), s.conn.base.String(), s.conn.projectID, s.op, s.maker, s.selects, stamp(s.since), stamp(s.until), kind)[:16]
}

// Pages lists one part after the other.
func (s *severalSource) Pages(ctx context.Context, from Cursor) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		r := &severalReading{severalSource: s, yield: yield}
		if err := r.run(ctx, from); err != nil && !r.left {
			yield(nil, err)
		}
	}
}

// severalReading is one listing of a source made of several.
type severalReading struct {
	*severalSource
	places *partPlaces
	gaps   []error // why something of it is missing
	ended  bool    // the last page was yielded
	left   bool    // the caller has enough
	yield  func(*Page[Event], error) bool
}

func (r *severalReading) run(ctx context.Context, from Cursor) error {
	if err := r.checked(r.maker, func(*check) {}); err != nil {
		return err
	}
	var err error
	if r.places, err = openPartPlaces(from, r.scope("pages")); err != nil {
		return cursorError(r.op+"."+r.maker, err)
	}
	all, err := r.find(ctx)
	var incomplete *IncompleteError
	if err != nil && !errors.As(err, &incomplete) {
		return err
	}
	r.gap(err)
	for _, p := range all.parts {
		r.places.of(p(time.Time{})).found = true
	}
	for _, p := range all.parts {
		if err := r.part(ctx, p(time.Time{})); err != nil || r.left {
			return errors.Join(append(r.gaps, err)...)
		}
	}
	if n := len(r.places.missing()); n > 0 {
		r.gap(&SourceError{r.name, notListed(r.op+"."+r.maker, n)})
	}
	if len(r.gaps) == 0 && !r.ended {
		return r.give(&Page[Event]{})
	}
	return errors.Join(r.gaps...)
}

// gap records why something is missing.
func (r *severalReading) gap(err error) {
	if err != nil {
		r.gaps = append(r.gaps, err)
	}
}

// part reads the rest of one part. An error about this part alone is a gap.
func (r *severalReading) part(ctx context.Context, s Source) error {
	place := r.places.of(s)
	if place.Ended {
		return nil
	}
	for page, err := range s.Pages(ctx, place.Next) {
		switch {
		case err != nil && (ctx.Err() != nil || !r.concernsOne(err)):
			return err
		case err != nil:
			r.gap(&SourceError{s.Name(), err})
			return nil
		}
		place.Next, place.Ended = page.Next, page.Next == ""
		if err := r.give(page); err != nil || r.left {
			return err
		}
	}
	return nil
}

// give yields a page with the cursor of the whole. Only the last page has none.
func (r *severalReading) give(page *Page[Event]) error {
	whole := *page
	whole.Total, whole.Next = -1, ""
	if r.ended = len(r.gaps) == 0 && r.places.ended(); !r.ended {
		var err error
		if whole.Next, err = r.places.seal(); err != nil {
			return err
		}
	}
	r.left = !r.yield(&whole, nil)
	return nil
}

// notListed returns the error for n parts that a cursor knows, and that are not found any more.
func notListed(op string, n int) error {
	return &IncompleteError{Op: op, Reason: "logs that were listed before are not listed any more: " + strconv.Itoa(n)}
}

// concernsOne reports whether an error is about one log, so that the others may still be read. Credentials, limits and
// connections are those of all.
func (s *severalSource) concernsOne(err error) bool {
	var refusal *APIError
	var fault *DecodeError
	var incomplete *IncompleteError
	switch {
	case errors.As(err, &refusal): // a login is not of this operation
		return strings.HasPrefix(refusal.Op, s.op+".") && !errors.Is(err, ErrUnauthorized) && !errors.Is(err, ErrRateLimited)
	case errors.As(err, &fault):
		return strings.HasPrefix(fault.Op, s.op+".")
	default:
		return errors.As(err, &incomplete) || errors.Is(err, ErrInvalidFilter) || errors.Is(err, ErrBodyTooLarge)
	}
}

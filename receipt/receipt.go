package receipt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Receipt says that one window of one log was read completely, when, and which records it had. Two receipts of the same
// records have the same Root, however the records were read. Receipts are plain values: set Scope, or a field that [Take]
// or [From] could not know, before you store or sign one. encoding/json writes a receipt as a string that holds its text
// form.
type Receipt struct {
	API    string // the API that all events name, such as "waldur"; "" if there are no events, or events of several APIs
	Source string // the name of the source, which may contain the ID of a resource; "" if From saw events of several sources, or of none
	Scope  string // what else selects the records, such as a tenant or a filter, in your words; not compared

	Since  time.Time // inclusive, in UTC; zero if the window is open
	Until  time.Time // exclusive, in UTC; zero if the window is open
	ReadAt time.Time // when the reading ended, in UTC and by the local clock

	Count uint64   // number of records
	Root  [32]byte // Merkle tree hash of all records
	Days  []Day    // the days that have records, in ascending order
}

// Day is the part of a receipt that is about the records of one day.
type Day struct {
	Date  time.Time // when the day begins, midnight in UTC; records without a time belong to the first day of the year 1
	Count uint64    // number of records, at least 1
	Root  [32]byte  // Merkle tree hash of the day's records
}

// ErrInvalidEvent means that an event cannot be part of a receipt: its record is not JSON, or its time has no year from 0
// to 9999. Such an event cannot be written as JSON either.
var ErrInvalidEvent = errors.New("invalid event")

// Take reads a source completely and returns the receipt for the records from since, inclusive, until until, exclusive. A
// zero time leaves that side open. The source must cover the window; what it lists outside is left out. Records without a
// time belong to every window.
//
// There is no receipt unless the listing shows its end: an error of the source is returned as it is, wrapped, and a
// source that ends without its last page is an [*auditlogs.IncompleteError]. A nil source is [auditlogs.ErrNoSource], and
// a since that is not before until is [auditlogs.ErrInvalidFilter]; nothing was sent then.
//
// It sends the requests of Pages of the source. It holds one page and about 5 MB, however large the window is. If there
// are more than 65,536 records, it sorts 76 bytes per record in a temporary file in [os.TempDir], which is removed. Safe
// for concurrent use.
func Take(ctx context.Context, s auditlogs.Source, since, until time.Time) (Receipt, error) {
	if s == nil {
		return Receipt{}, fmt.Errorf("receipt: %w", auditlogs.ErrNoSource)
	}
	r, err := read(whole(s.Pages(ctx, "")), since, until, runLength)
	if err != nil {
		return Receipt{}, err
	}
	r.Source = s.Name()
	return r, nil
}

// From returns the receipt for events that were stored: the window is that of [Take], and events outside it are left out,
// because a store may hold more than one window. API and Source are what all events agree on. The order of the events does
// not matter.
//
// That the sequence is complete is for the caller to know; an error in it is returned, wrapped, and there is no receipt. A
// nil sequence is [auditlogs.ErrNoSource]. The other errors, and the cost, are those of Take. Safe for concurrent use with
// sequences of their own.
func From(events iter.Seq2[auditlogs.Event, error], since, until time.Time) (Receipt, error) {
	if events == nil {
		return Receipt{}, fmt.Errorf("receipt: %w", auditlogs.ErrNoSource)
	}
	return read(events, since, until, runLength)
}

// read makes the receipt for those events that are in the window, and sorts them in runs of the given length.
func read(events iter.Seq2[auditlogs.Event, error], since, until time.Time, run int) (Receipt, error) {
	r := Receipt{Since: since.UTC(), Until: until.UTC()} // UTC leaves no monotonic clock either
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return Receipt{}, fmt.Errorf("receipt: since is not before until: %w", auditlogs.ErrInvalidFilter)
	}
	var leaves encoder
	api, source := agreement{}, agreement{}
	sorted := sorter{run: run}
	defer sorted.close()
	for e, err := range events {
		if err != nil {
			return Receipt{}, fmt.Errorf("receipt: the events cannot be read: %w", err)
		}
		if !r.covers(e.Time) {
			continue
		}
		leaf, err := leaves.leaf(&e)
		if err == nil {
			err = sorted.add(&leaf)
		}
		if err != nil {
			return Receipt{}, fmt.Errorf("receipt: %w", err)
		}
		api.hear(string(e.API))
		source.hear(e.Source)
	}
	r.API, r.Source, r.ReadAt = api.text, source.text, time.Now().UTC()
	if err := r.hash(sorted.all()); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	return r, nil
}

// covers reports whether a record belongs to the window. One without a time does: every listing has it, too.
func (r *Receipt) covers(t time.Time) bool {
	return t.IsZero() || (r.Since.IsZero() || !t.Before(r.Since)) && (r.Until.IsZero() || t.Before(r.Until))
}

// hash computes the root and the days of leaves in ascending order.
func (r *Receipt) hash(leaves iter.Seq2[*leaf, error]) error {
	var all, day tree
	endDay := func() {
		if day.size > 0 {
			last := &r.Days[len(r.Days)-1]
			last.Count, last.Root = day.size, day.root()
		}
	}
	for l, err := range leaves {
		if err != nil {
			return err
		}
		if date := l.day(); len(r.Days) == 0 || !r.Days[len(r.Days)-1].Date.Equal(date) {
			endDay()
			r.Days, day = append(r.Days, Day{Date: date}), tree{}
		}
		hash := l.hash()
		all.add(hash)
		day.add(hash)
	}
	endDay()
	r.Count, r.Root = all.size, all.root()
	return nil
}

// whole ranges over the events of pages, and fails unless they end with a last page.
func whole(pages iter.Seq2[*auditlogs.Page[auditlogs.Event], error]) iter.Seq2[auditlogs.Event, error] {
	incomplete := func(reason string) error {
		return &auditlogs.IncompleteError{Op: "receipt.Take", Reason: reason}
	}
	return func(yield func(auditlogs.Event, error) bool) {
		ended := false
		for page, err := range pages {
			switch {
			case err != nil:
			case page == nil:
				err = incomplete("the source gave no page and no error")
			case ended:
				err = incomplete("the source continued after its last page")
			}
			if err != nil {
				yield(auditlogs.Event{}, err)
				return
			}
			for _, e := range page.Items {
				if !yield(e, nil) {
					return
				}
			}
			ended = page.Next == ""
		}
		if !ended {
			yield(auditlogs.Event{}, incomplete("the source ended without its last page"))
		}
	}
}

// agreement is the one text that was heard, or "" if there were several.
type agreement struct {
	text  string
	heard bool
}

func (a *agreement) hear(text string) {
	if a.heard && text != a.text {
		text = ""
	}
	a.text, a.heard = text, true
}

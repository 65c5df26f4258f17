package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// pages are those of a merged trail.
type pages = iter.Seq2[*auditlogs.Page[auditlogs.Event], error]

// trail holds what was read so far, newest first. What was read is only added to.
type trail struct {
	most   int // no more is read once there are so many events
	madeUp bool
	ranged bool // only a range of time was asked for
	apis   []auditlogs.API
	names  typeNames

	mu       sync.Mutex // held while a page is read
	next     func() (*auditlogs.Page[auditlogs.Event], error, bool)
	events   []auditlogs.Event
	failures []error
	done     bool // nothing more will be read
	cut      bool // because there are enough
}

// readPage reads one page, or notes why there is none. The lock is held.
func (t *trail) readPage() {
	page, err, more := t.next()
	switch {
	case err != nil:
		t.failures = append(t.failures, err)
	case more:
		t.events = append(t.events, page.Items...)
	}
	t.cut = more && len(t.events) >= t.most
	t.done = !more || t.cut
}

// readSome reads until there are n events, but no longer than a moment, so that a slow log shows what it has. The lock is held.
func (t *trail) readSome(n int) {
	for begin := time.Now(); len(t.events) < n && !t.done && time.Since(begin) < time.Second/4; {
		t.readPage()
	}
}

// readAll reads everything, and returns it together with what it lacks. Others can read between two pages.
func (t *trail) readAll(ctx context.Context) ([]auditlogs.Event, []string, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if events, lacks, done := t.readOn(); done {
			return events, lacks, nil
		}
	}
}

func (t *trail) readOn() (events []auditlogs.Event, lacks []string, done bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.done {
		t.readPage()
	}
	return t.events, t.lacks(), t.done
}

// lacks says why what was read is not everything. Where reading goes on, there may be more reasons later. The lock is held.
func (t *trail) lacks() []string {
	reasons := []string{}
	for _, err := range t.failures {
		reasons = append(reasons, failedSource(err)+" could not be read to its end.")
	}
	if t.cut {
		reasons = append(reasons, fmt.Sprintf("Stopped at -max %d: there may be older events.", t.most))
	}
	return reasons
}

// failedSource names the log that an error is about.
func failedSource(err error) string {
	if failed := new(auditlogs.SourceError); errors.As(err, &failed) {
		return failed.Source
	}
	return "The trail"
}

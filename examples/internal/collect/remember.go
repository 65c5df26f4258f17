package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Names under which a store remembers what every later run must know. Each text is stored once and never changes.
const (
	rememberKind     = "collect records"  // "real" or "made up"
	rememberRange    = "collect range"    // its since and until
	rememberSince    = "collect since"    // where following begins, and where backfilling ends
	rememberBackfill = "collect backfill" // where the first one began, and the step of all
)

// memory is what a store remembers for this program.
type memory struct {
	deliver.Sink
	*settings
}

// recall returns a text that was remembered, or "".
func (m memory) recall(ctx context.Context, name string) (string, error) {
	place, err := m.Place(ctx, name)
	return string(place.Cursor), err
}

// kind returns an error if the store has records of the other kind.
func (m memory) kind(ctx context.Context) error {
	mine, advice := "real", "the store has made-up records, and now an API is configured"
	if m.madeUp {
		mine, advice = "made up", "the store has records of configured APIs, and "+m.demo.Reason()
	}
	kept, err := deliver.Remember(ctx, m.Sink, rememberKind, mine)
	if err == nil && kept != mine {
		err = errors.New(advice + ": made-up and real records do not mix")
	}
	return err
}

// span returns the one range of the store, which the first run sets.
func (m memory) span(ctx context.Context) (span, error) {
	kept, known, err := m.knownSpan(ctx)
	if err != nil {
		return span{}, err
	}
	if !known {
		since, err := m.recall(ctx, rememberSince)
		if err != nil {
			return span{}, err
		}
		if since != "" {
			return span{}, fmt.Errorf("the store is followed from %s: -catch-up or -follow go on with it, and -backfill delivers what is older", since)
		}
		text, err := deliver.Remember(ctx, m.Sink, rememberRange, timeText(m.since.Time)+" "+timeText(m.until.Time))
		if err != nil {
			return span{}, err
		}
		if kept, err = parseSpan(text); err != nil {
			return span{}, err
		}
	}
	if contradicts(m.since, kept.since) || contradicts(m.until, kept.until) {
		return span{}, fmt.Errorf("the store has the range %s: another one needs a store of its own", kept)
	}
	return kept, nil
}

// knownSpan returns the range of the store, if it has one.
func (m memory) knownSpan(ctx context.Context) (kept span, known bool, err error) {
	text, err := m.recall(ctx, rememberRange)
	if err == nil && text != "" {
		kept, err = parseSpan(text)
	}
	return kept, text != "", err
}

func parseSpan(text string) (s span, err error) {
	since, until, _ := strings.Cut(text, " ")
	if s.since, err = parseTimeText(since); err == nil {
		s.until, err = parseTimeText(until)
	}
	return s, unreadable(err)
}

// begin returns where following begins, which the first run that follows or backfills sets. Behind a range, that is its end.
func (m memory) begin(ctx context.Context) (time.Time, error) {
	since := m.since.Time
	switch {
	case !since.IsZero():
	case !m.backfill.IsZero():
		since = m.settled().Truncate(m.stepOr(day))
	default:
		since = m.now.UTC().Truncate(time.Second)
	}
	kept, ranged, err := m.knownSpan(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if ranged {
		since = kept.until
	}
	text, err := deliver.Remember(ctx, m.Sink, rememberSince, timeText(since))
	if err != nil {
		return time.Time{}, err
	}
	if since, err = parseTimeText(text); err != nil {
		return time.Time{}, unreadable(err)
	}
	if contradicts(m.since, since) && !(ranged && m.since.Equal(kept.since)) {
		return time.Time{}, fmt.Errorf("the store is followed from %s, other than -since: another time needs a store of its own", text)
	}
	return since, nil
}

// windows returns what to backfill. Later runs go back as far as the first one at least, so that it is finished.
func (m memory) windows(ctx context.Context, until time.Time) (deliver.Windows, error) {
	w := deliver.Windows{Until: until, Step: m.stepOr(day)}
	first := timeText(m.backfill.Truncate(w.Step)) + " " + w.Step.String()
	text, err := deliver.Remember(ctx, m.Sink, rememberBackfill, first)
	if err != nil {
		return w, err
	}
	since, step, _ := strings.Cut(text, " ")
	if w.Since, err = parseTimeText(since); err != nil {
		return w, unreadable(err)
	}
	if w.Step, err = time.ParseDuration(step); err != nil {
		return w, unreadable(err)
	}
	if m.stepOr(w.Step) != w.Step {
		return w, fmt.Errorf("the store was backfilled in windows of %s, other than -step: others would deliver records again", w.Step)
	}
	if own := m.backfill.Truncate(w.Step); own.Before(w.Since) {
		w.Since = own
	}
	return w, nil
}

func (s *settings) stepOr(other time.Duration) time.Duration {
	if s.step == 0 {
		return other
	}
	return s.step
}

func unreadable(err error) error {
	if err != nil {
		err = fmt.Errorf("what the store remembers cannot be read: %w", err)
	}
	return err
}

package deliver

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Errors of a [Sink], which a sink wraps with what it knows.
var (
	// ErrMoved means that the source is no longer at the place behind which a batch belongs: another process has moved it
	// on, or this one did and did not hear the answer. Nothing of the batch was stored.
	ErrMoved = errors.New("another process has moved the source on")
	// ErrRefused means that trying the same again is of no use, such as without the right to write.
	ErrRefused = errors.New("the sink refuses this for good")
	// ErrInvalidBatch means that a batch, or the name of its source, contradicts itself. Nothing of it was stored.
	ErrInvalidBatch = errors.New("invalid batch")
)

// Place is how far the events of a source were delivered. It is kept by the sink, and changes only together with the
// events before it.
type Place struct {
	Seq     uint64           // batches committed; the zero Place is before the first
	Cursor  auditlogs.Cursor // where the source goes on
	Done    bool             // a listing came to its end
	Count   uint64           // events committed since Seq 0
	Updated time.Time        // of the last commit, in UTC; set by the sink
}

// Same reports whether two places are one: all but Updated, which the sink sets, is equal.
func (p Place) Same(other Place) bool {
	return p.Seq == other.Seq && p.Cursor == other.Cursor && p.Done == other.Done && p.Count == other.Count
}

// Batch is what is committed in one step: the events of one page, which may be none, and the place behind them.
type Batch struct {
	Source   string
	Events   []auditlogs.Event
	From, To Place // To.Seq == From.Seq+1
}

// Check returns an error unless the batch may be committed to a source that is at a place: ErrInvalidBatch if it
// contradicts itself, ErrMoved if it does not belong behind that place. Every Commit asks this, or the same in its own
// words, in the step that stores.
func (b Batch) Check(at Place) error {
	if err := CheckName(b.Source); err != nil {
		return err
	}
	if b.To.Seq != b.From.Seq+1 || b.To.Count != b.From.Count+uint64(len(b.Events)) {
		return fmt.Errorf("%w: it does not lead from its one place to the other", ErrInvalidBatch)
	}
	if !b.From.Same(at) {
		return fmt.Errorf("%w: it is at batch %d, and this one comes behind %d", ErrMoved, at.Seq, b.From.Seq)
	}
	return nil
}

// MaxName is the number of bytes that the name of a source may have.
const MaxName = 1024

// CheckName returns ErrInvalidBatch if no sink needs to store a source of this name. Names are valid UTF-8 without NUL, of
// at most MaxName bytes; they are told apart byte by byte.
func CheckName(source string) error {
	if len(source) > MaxName || !utf8.ValidString(source) || strings.ContainsRune(source, 0) {
		return fmt.Errorf("%w: the name of a source is longer than %d bytes, or has bytes that are no text", ErrInvalidBatch, MaxName)
	}
	return nil
}

// Sink is where events go. It stores a batch and the place behind it in one step, and only if the source is still at the
// place before it. That alone makes a crash, a lost answer, a second process, or a paused one that wakes up harmless.
// Package delivertest has the tests that every sink must pass. A Sink is safe for concurrent use.
type Sink interface {
	// Place returns how far a source was delivered, which is the zero Place for a source that was never seen. It is read from
	// where it is kept, never from memory that another process could have overtaken.
	Place(ctx context.Context, source string) (Place, error)
	// Commit stores all of a batch or nothing, durably: what it stored is there after a crash of the process, the machine
	// or the store. errors.Is(err, ErrMoved) where the source is not at b.From. With any other error it is open whether
	// the batch was stored; the caller finds out by asking for the place. It keeps nothing of b.
	Commit(ctx context.Context, b Batch) error
}

// Reader is a sink that can be read back, as all of this project can.
type Reader interface {
	// Events reads what was committed of a source, in the order of the commits and without what is committed while it
	// reads. Every event is as it was committed, but for bytes that are not UTF-8, which are replaced, and its Time in UTC.
	// An error is the last. A source that was never seen has no events.
	Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error]
}

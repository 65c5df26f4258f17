package s3

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// Sink keeps events in a bucket. It implements [deliver.Sink] and [deliver.Reader], and is safe for concurrent use by any
// number of goroutines and processes. Make one by New.
//
// Errors are deliver.ErrMoved, deliver.ErrRefused or deliver.ErrInvalidBatch where these apply, an *Error with what the
// server answered, or the reason why there is no answer. What a server answers with a status of 5xx, or because it is too
// busy, is passing.
type Sink struct {
	client         *awss3.Client
	bucket, prefix string // the prefix is "" or ends with a slash
	format         format
	change         func(*awss3.PutObjectInput)

	checked   atomic.Bool // the marker is of this format
	beginning sync.Mutex
	begun     bool // and the server enforces the condition

	mu    sync.Mutex
	known map[string]known // by source; those that are done are left out
}

var (
	_ deliver.Sink   = (*Sink)(nil)
	_ deliver.Reader = (*Sink)(nil)
)

// known is a place that was read or written by this process. That its batch was there is all that is relied upon: whether
// another is behind it is for the server to say.
type known struct {
	place deliver.Place
	at    time.Time // by the wall clock, which goes on while a machine sleeps
}

// fresh is how long a place is taken for one that was there. Batches are not deleted, and were they, it was not within an hour
// of being the newest.
const fresh = time.Hour

// Place returns how far a source was delivered. It costs a listing and the metadata of one object, and one more request where
// the place is beside it; the first time for a source with more than 1000 batches, about 2·log2(n/1000) listings more. Once, it
// reads _auditlogs.json.
func (s *Sink) Place(ctx context.Context, source string) (deliver.Place, error) {
	if err := deliver.CheckName(source); err != nil {
		return deliver.Place{}, fmt.Errorf("s3: Place: %w", err)
	}
	at, err := s.place(ctx, source)
	if err != nil {
		return deliver.Place{}, fmt.Errorf("s3: Place: %w", err)
	}
	return at, nil
}

func (s *Sink) place(ctx context.Context, source string) (deliver.Place, error) {
	if _, err := s.check(ctx); err != nil {
		return deliver.Place{}, err
	}
	seq, err := s.last(ctx, source, s.recall(source).place.Seq)
	if err != nil {
		return deliver.Place{}, err
	}
	if seq == 0 {
		s.remember(source, deliver.Place{})
		return deliver.Place{}, nil
	}
	meta, err := s.head(ctx, s.key(source, seq))
	if err != nil {
		return deliver.Place{}, failure("HeadObject", err)
	}
	at, err := s.placeOf(ctx, source, seq, meta)
	if err != nil {
		return deliver.Place{}, err
	}
	s.remember(source, at)
	return at, nil
}

// Commit stores a batch as one object, unless there is one of its number. It costs one request where this process read or
// wrote the place before within the hour, and one more where the place has no room in metadata, which is for cursors of
// more than about 1000 bytes. It holds the batch in memory, compressed.
//
// If ctx ends when the batch is on its way already, Commit awaits the answer for 5 seconds more: a request that is given up may
// still be carried out, and after Place was asked. If there is no answer then, it is open whether the batch was stored, or
// will be; the condition makes that harmless.
func (s *Sink) Commit(ctx context.Context, b deliver.Batch) error {
	if err := s.commit(ctx, b); err != nil {
		return fmt.Errorf("s3: Commit: %w", err)
	}
	return nil
}

func (s *Sink) commit(ctx context.Context, b deliver.Batch) error {
	if err := b.Check(b.From); err != nil { // it must not contradict itself
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := s.format.encode(b.Events)
	if err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := s.at(ctx, b); err != nil {
		return err
	}
	to, commit := b.To, rand.Text()
	to.Updated = time.Now().Round(0).UTC()
	meta, err := s.describe(ctx, b.Source, to, commit)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := outlast(ctx)
	defer cancel()
	err = s.create(ctx, s.key(b.Source, to.Seq), s.format.contentType, data, meta)
	if errors.Is(err, errExists) {
		err = s.whose(ctx, b, commit)
	}
	if err != nil {
		return err
	}
	s.remember(b.Source, to)
	return nil
}

// grace is how long an answer is awaited after the context has ended.
const grace = 5 * time.Second

// outlast returns a context that ends later than ctx does, by grace.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() {
		stop()
		cancel()
	}
}

// at returns an error unless the source was at the place behind which a batch belongs. Without that, the condition alone would
// store a batch behind nothing, such as where objects were deleted.
func (s *Sink) at(ctx context.Context, b deliver.Batch) error {
	if k := s.recall(b.Source); !k.at.IsZero() && b.Check(k.place) == nil {
		return nil
	}
	at, err := s.place(ctx, b.Source)
	if err != nil {
		return err
	}
	return b.Check(at)
}

// whose finds out whether the object that was in the way is of this very commit, stored by an attempt of the client whose
// answer was lost.
func (s *Sink) whose(ctx context.Context, b deliver.Batch, commit string) error {
	meta, err := s.head(ctx, s.key(b.Source, b.To.Seq))
	if err != nil {
		return failure("HeadObject", err)
	}
	if meta[metaCommit] == commit {
		return nil
	}
	s.forget(b.Source)
	return fmt.Errorf("%w: batch %d is there", deliver.ErrMoved, b.To.Seq)
}

// recall returns what is known of a source, which is nothing after an hour.
func (s *Sink) recall(source string) known {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.known[source]
	if ok && time.Now().Round(0).Sub(k.at) > fresh {
		return known{}
	}
	return k
}

func (s *Sink) remember(source string, at deliver.Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.Done { // there may be a great many windows of the past
		delete(s.known, source)
		return
	}
	s.known[source] = known{place: at, at: time.Now().Round(0)}
}

func (s *Sink) forget(source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, source)
}

package fleet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

const (
	// snapshotBatch is how many messages are asked for at once.
	snapshotBatch = 500
	// snapshotTries and snapshotPause limit the wait for a replica that lags behind.
	snapshotTries = 40
	snapshotPause = 50 * time.Millisecond
)

// snapshot returns the message of each subject that was there at its beginning, below a filter, of a stream that keeps one a subject
// and whose replicas may answer. Only the leader knows what there is: a replica that has just started has less, one that lags behind
// has what was removed, and one that falls silent ends its answer as if that were all. So what the leader has and no replica gave is
// asked for again; what still lacks is an error.
func (s *streams) snapshot(ctx context.Context, of jetstream.Stream, filter string) (map[string]*jetstream.RawStreamMsg, error) {
	for tries := 1; ; tries++ {
		wanted, err := subjects(ctx, of, filter)
		if err != nil {
			return nil, err
		}
		got, err := s.replicated(ctx, of.CachedInfo().Config.Name, filter)
		if err != nil {
			return nil, err
		}
		lacking, err := lacks(ctx, of, filter, wanted, got)
		if err != nil {
			return nil, err
		}
		if !lacking {
			maps.DeleteFunc(got, func(subject string, _ *jetstream.RawStreamMsg) bool { return wanted[subject] == 0 })
			return got, nil
		}
		if tries == snapshotTries {
			return nil, fmt.Errorf("stream %s: its replicas give less than its leader has", of.CachedInfo().Config.Name)
		}
		if err := pause(ctx, snapshotPause); err != nil {
			return nil, err
		}
	}
}

// subjects asks the leader of a stream for its subjects below a filter.
func subjects(ctx context.Context, of jetstream.Stream, filter string) (map[string]uint64, error) {
	info, err := of.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return nil, err
	}
	return info.State.Subjects, nil
}

// lacks reports whether a wanted subject was not given, although it still is there.
func lacks(ctx context.Context, of jetstream.Stream, filter string, wanted map[string]uint64, got map[string]*jetstream.RawStreamMsg) (bool, error) {
	var now map[string]uint64
	for subject := range wanted {
		if got[subject] != nil {
			continue
		}
		if now == nil {
			var err error
			if now, err = subjects(ctx, of, filter); err != nil {
				return false, err
			}
		}
		if now[subject] > 0 {
			return true, nil
		}
	}
	return false, nil
}

// replicated returns what replicas have, or less: where nothing answers in time, the batch ends without an error.
func (s *streams) replicated(ctx context.Context, stream, filter string) (map[string]*jetstream.RawStreamMsg, error) {
	all := map[string]*jetstream.RawStreamMsg{}
	for from := uint64(1); ; {
		messages, err := jetstreamext.GetBatch(ctx, s.js, stream, snapshotBatch, jetstreamext.GetBatchSubject(filter), jetstreamext.GetBatchSeq(from))
		if err != nil {
			return nil, err
		}
		got := 0
		for m, err := range messages {
			if errors.Is(err, jetstreamext.ErrNoMessages) {
				return all, nil
			}
			if err != nil {
				return nil, err
			}
			got, from = got+1, m.Sequence+1
			all[m.Subject] = m
		}
		if got == 0 {
			return all, ctx.Err()
		}
	}
}

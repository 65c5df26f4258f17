package s3

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// layoutVersion is that of what is stored. A prefix of a later version is refused.
const layoutVersion = 1

// marker says how what is below a prefix is to be read. It is created before anything else, on the same condition as batches,
// so that all who write there agree on the format, which is part of the keys.
type marker struct {
	Version int    `json:"version"`
	Format  string `json:"format"` // the suffix of batches, without its dot
}

func (s *Sink) markerKey() string { return s.prefix + "_auditlogs.json" }

// check reads the marker, once. found is false where there is none: then there are no batches either, or none of another format,
// since any other object in the folder of a source is refused.
func (s *Sink) check(ctx context.Context) (found bool, err error) {
	if s.checked.Load() {
		return true, nil
	}
	data, _, err := s.get(ctx, s.markerKey())
	if err != nil {
		if missing(err) {
			return false, nil
		}
		return false, failure("GetObject", err)
	}
	var m marker
	switch err := json.Unmarshal(data, &m); {
	case err != nil || m.Version < 1:
		return false, fmt.Errorf("%w: what _auditlogs.json says below the prefix is not of this package", deliver.ErrRefused)
	case m.Version > layoutVersion:
		return false, fmt.Errorf("%w: the prefix has layout %d, and this release knows %d", deliver.ErrRefused, m.Version, layoutVersion)
	case m != s.marker():
		return false, fmt.Errorf("%w: the prefix was begun with another format than %s", deliver.ErrRefused, s.marker().Format)
	}
	s.checked.Store(true)
	return true, nil
}

func (s *Sink) marker() marker {
	return marker{Version: layoutVersion, Format: s.format.suffix[1:]}
}

// begin makes sure, once, that the marker is there and that the server refuses to create an object that exists.
func (s *Sink) begin(ctx context.Context) error {
	s.beginning.Lock()
	defer s.beginning.Unlock()
	if s.begun {
		return nil
	}
	found, err := s.check(ctx)
	if err != nil {
		return err
	}
	if !found {
		if err := s.createMarker(ctx); err != nil && !errors.Is(err, errExists) {
			return err
		}
		if found, err = s.check(ctx); err != nil { // a rival's may be there
			return err
		}
		if !found {
			return errors.New("an object that was created cannot be read")
		}
	}
	switch err := s.createMarker(ctx); {
	case err == nil:
		return fmt.Errorf("%w: the server does not enforce If-None-Match", deliver.ErrRefused)
	case !errors.Is(err, errExists):
		return err
	}
	s.begun = true
	return nil
}

func (s *Sink) createMarker(ctx context.Context) error {
	text, err := json.Marshal(s.marker())
	if err != nil {
		return err
	}
	return s.create(ctx, s.markerKey(), "application/json", append(text, '\n'), nil)
}

package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// turnState is how the last turn of a source went, or that one is going on. It helps and nothing depends on it: if it is lost, a
// source is tried a little too soon.
type turnState struct {
	Source   string    `json:"source"`
	Owner    string    `json:"owner"`             // the worker
	Reading  bool      `json:"reading,omitempty"` // a turn is going on
	Turn     time.Time `json:"turn"`              // when this was written
	CaughtUp time.Time `json:"caught_up,omitzero"`
	Error    string    `json:"error,omitempty"`
	Failures int       `json:"failures,omitempty"` // turns that failed in a row
}

// state returns how the last turn of a source went; the zero value if there was none.
func (s *streams) state(ctx context.Context, source string) (turnState, error) {
	m, err := s.states.GetLastMsgForSubject(ctx, subject(stateSubject, source))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return turnState{}, nil
	}
	if err != nil {
		return turnState{}, err
	}
	return readState(m.Data), nil
}

// readState reads a state; one that cannot be read is none.
func readState(text []byte) (t turnState) {
	if json.Unmarshal(text, &t) != nil {
		return turnState{}
	}
	return t
}

func (s *streams) writeState(ctx context.Context, t turnState) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = s.js.Publish(ctx, subject(stateSubject, t.Source), text, jetstream.WithExpectStream(stateStream))
	return err
}

package main

import (
	"errors"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/stretchr/testify/require"
)

func TestOutcome(t *testing.T) {
	t.Parallel()
	for want, turn := range map[string]fleet.Turn{
		"over":      {Commits: 3},
		"caught_up": {CaughtUp: true},
		"done":      {Done: true},
		"moved":     {Moved: true},
		"failed":    {CaughtUp: true, Err: errors.New("one of several logs failed")},
	} {
		require.Equal(t, want, outcome(turn))
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	require.Equal(t, &fleetState{logs: 4, failing: 1, lag: time.Hour.Seconds()}, summary(someStates()))
	require.Equal(t, &fleetState{}, summary(nil))
}

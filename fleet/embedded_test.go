package fleet_test

import (
	"os"
	"path/filepath"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// A folder has one node at a time, and its content is there when it is opened again.
func TestEmbeddedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	var at deliver.Place
	for range 3 {
		nc, stop, err := fleet.Embedded(dir)
		require.NoError(t, err)
		_, _, err = fleet.Embedded(dir)
		require.ErrorIs(t, err, deliver.ErrInUse)
		s := newSink(t, nc)
		before, err := s.Place(t.Context(), "a")
		require.NoError(t, err)
		require.True(t, before.Same(at))
		at = commit(t, s, "a", at, "1")
		second, err := nats.Connect("", nats.InProcessServer(nc.Opts.InProcessServer))
		require.NoError(t, err)
		at = commit(t, newSink(t, second), "a", at, "2")
		second.Close()
		stop()
		require.True(t, nc.IsClosed())
	}
}

func TestEmbeddedAt(t *testing.T) {
	t.Parallel()
	nc, stop, err := fleet.EmbeddedAt(t.TempDir(), "127.0.0.1:0")
	require.NoError(t, err)
	defer stop()
	other, err := nats.Connect(nc.ConnectedUrl())
	require.NoError(t, err)
	defer other.Close()
	commit(t, newSink(t, other), "a", deliver.Place{}, "1")
	require.Equal(t, []string{"1"}, ids(t, nc))
}

func TestEmbeddedRefuses(t *testing.T) {
	t.Parallel()
	_, _, err := fleet.Embedded("")
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, _, err = fleet.Embedded(file)
	require.Error(t, err)
	_, _, err = fleet.EmbeddedAt(t.TempDir(), "nonsense")
	require.Error(t, err)
}

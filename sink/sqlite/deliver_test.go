package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestSink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.db")
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		s, err := Open(t.Context(), path)
		require.NoError(t, err)
		return s
	})
}

func TestKill(t *testing.T) {
	t.Parallel()
	delivertest.Kill(t, delivertest.Store{Address: filepath.Join(t.TempDir(), "audit.db"), Open: openAddress})
}

package deliver_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestFileIsASink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		t.Helper()
		f, err := deliver.OpenFile(path)
		require.NoError(t, err)
		return f
	})
}

func TestFileAndKill(t *testing.T) {
	t.Parallel()
	delivertest.Kill(t, delivertest.Store{Address: filepath.Join(t.TempDir(), "audit.jsonl"), Open: openFile, Exclusive: true})
}

package fleet

import (
	"os"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	os.Exit(m.Run())
}

// embedded starts a node with a folder of its own.
func embedded(t *testing.T) *nats.Conn {
	t.Helper()
	nc, stop, err := Embedded(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	return nc
}

func TestSink(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		s, err := NewSink(t.Context(), nc)
		require.NoError(t, err)
		return s
	})
}

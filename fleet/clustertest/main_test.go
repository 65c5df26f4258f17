package clustertest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	delivertest.Child(openSink)
	child()
	os.Exit(m.Run())
}

// keep is where the files of nodes and workers are kept, for whoever looks for the cause of a failure.
var keep = flag.String("keep", "", "folder in which the files of nodes and workers stay")

// folder returns a folder for the files of a test.
func folder(t *testing.T) string {
	t.Helper()
	if *keep == "" {
		return t.TempDir()
	}
	dir := filepath.Join(*keep, t.Name())
	require.NoError(t, os.MkdirAll(dir, 0o700))
	return dir
}

// connectedSink is a sink that has its connection to itself.
type connectedSink struct {
	*fleet.Sink
	nc *nats.Conn
}

func (s connectedSink) Close() error {
	s.nc.Close()
	return nil
}

// openSink opens the sink of a fleet at an address.
func openSink(address string) (deliver.Sink, error) {
	nc, err := connect("sink", address)
	if err != nil {
		return nil, err
	}
	s, err := fleet.NewSink(context.Background(), nc)
	if err != nil {
		nc.Close()
		return nil, err
	}
	return connectedSink{s, nc}, nil
}

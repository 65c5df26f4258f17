package s3_test

import (
	"os"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
)

func TestMain(m *testing.M) {
	delivertest.Child(open)
	os.Exit(m.Run())
}

// open opens a sink at an address, whose prefix is the name of a format.
func open(address string) (deliver.Sink, error) {
	client, bucket, prefix, err := s3server.Open(address)
	if err != nil {
		return nil, err
	}
	return s3.New(client, bucket, prefix, formats[prefix]...)
}

// Processes that deliver to a bucket are killed, stopped, and lose the server, which is killed itself.
func TestKill(t *testing.T) { //nolint:paralleltest // it needs the machine for itself
	for name := range formats { //nolint:paralleltest // see above
		t.Run(name, func(t *testing.T) {
			server := s3server.Start(t)
			server.Bucket("audit")
			outage := func(t *testing.T) func() {
				server.Kill()
				return server.Restart
			}
			delivertest.Kill(t, delivertest.Store{Address: server.Address("audit", name), Open: open, Outage: outage})
		})
	}
}

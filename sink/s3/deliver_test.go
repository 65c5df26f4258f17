package s3_test

import (
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	"github.com/stretchr/testify/require"
)

// What every sink must pass.
func TestSink(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t)
	server.Bucket("audit")
	for name, options := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			delivertest.Run(t, func(t *testing.T) deliver.Sink {
				sink, err := s3.New(s3server.Client(server.URL), "audit", name, options...)
				require.NoError(t, err)
				return sink
			})
		})
	}
}

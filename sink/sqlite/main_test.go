package sqlite

import (
	"context"
	"os"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestMain(m *testing.M) {
	delivertest.Child(openAddress)
	visit()
	os.Exit(m.Run())
}

func openAddress(path string) (deliver.Sink, error) {
	s, err := Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	// A process that is stopped within a commit keeps all others from committing. They are not to wait long.
	_, err = s.writer.ExecContext(context.Background(), `PRAGMA busy_timeout = 200`)
	return s, err
}

package deliver_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestMain(m *testing.M) {
	delivertest.Child(openFile)
	goleak.VerifyTestMain(m)
}

func openFile(path string) (deliver.Sink, error) { return deliver.OpenFile(path) }

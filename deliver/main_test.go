package deliver_test

import (
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestMain(m *testing.M) {
	delivertest.Child(openFile)
	m.Run()
}

func openFile(path string) (deliver.Sink, error) { return deliver.OpenFile(path) }

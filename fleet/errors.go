package fleet

import (
	"fmt"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/nats-io/nats.go"
)

// fail adds the name of an operation to an error.
func fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("fleet: %s: %w", op, err)
}

// refuse returns the error of bad input, before anything is sent.
func refuse(op, field, reason string) error {
	return &auditlogs.FilterError{Op: "fleet." + op, Field: field, Reason: reason}
}

func checkConn(op string, nc *nats.Conn) error {
	if nc == nil {
		return refuse(op, "nc", "is nil")
	}
	return nil
}

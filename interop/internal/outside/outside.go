// Package outside checks for the programs that tests need besides Go.
package outside

import (
	"os"
	"testing"
)

// Required is the value of the environment variable AUDITLOGS_INTEROP that requires all programs to be present.
const Required = "required"

// Missing skips a test because something is missing, or fails the test if AUDITLOGS_INTEROP is Required. what says what
// is missing.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("AUDITLOGS_INTEROP") == Required {
		t.Fatalf("%s, and AUDITLOGS_INTEROP=%s", what, Required)
	}
	t.Skipf("%s; AUDITLOGS_INTEROP=%s makes this a failure", what, Required)
}

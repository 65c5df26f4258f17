// Package outside finds the programs that tests need beside Go.
package outside

import (
	"os"
	"testing"
)

// Required is the value of the environment variable AUDITLOGS_INTEROP with which nothing may be missing.
const Required = "required"

// Missing skips a test because of what is not there, or fails it where that is required.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("AUDITLOGS_INTEROP") == Required {
		t.Fatalf("%s, and AUDITLOGS_INTEROP=%s", what, Required)
	}
	t.Skipf("%s; AUDITLOGS_INTEROP=%s makes this a failure", what, Required)
}

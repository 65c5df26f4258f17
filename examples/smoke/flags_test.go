package main

import (
	"io"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli/clitest"
)

func TestSharedFlags(t *testing.T) {
	t.Parallel()
	clitest.Shared(t, clitest.Program{
		Name: "smoke", Times: []string{"since"}, Without: []string{"since=1h"},
		Parse: func(args ...string) (*cli.Logs, error) {
			s, _, err := parse(args, time.Now(), io.Discard)
			return s.Logs, err
		},
		Run: func(args ...string) (int, string) {
			var said strings.Builder
			status := program{now: time.Now, out: io.Discard, stderr: &said}.run(t.Context(), args, auditlogs.WithWaldur("nonsense", nil))
			return status, said.String()
		},
	})
}

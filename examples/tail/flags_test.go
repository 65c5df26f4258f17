package main

import (
	"io"
	"strings"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli/clitest"
)

func TestSharedFlags(t *testing.T) {
	t.Parallel()
	clitest.Shared(t, clitest.Program{
		Name: "tail", Times: []string{"since"}, Endless: true, Without: []string{"since=1h", "interval=1h"},
		Parse: func(args ...string) (*cli.Logs, error) {
			trail, _, err := parse(args, &printer{}, io.Discard)
			return trail.Logs, err
		},
		Run: func(args ...string) (int, string) {
			var said strings.Builder
			status := run(t.Context(), args, nil, &printer{to: io.Discard}, &said, auditlogs.WithWaldur("nonsense", nil))
			return status, said.String()
		},
	})
}

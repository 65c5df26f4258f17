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
		Name: "timeline", Times: []string{"since", "until"},
		Parse: func(args ...string) (*cli.Logs, error) {
			set, _, err := parse(args, io.Discard)
			return set.Logs, err
		},
		Run: func(args ...string) (int, string) {
			var said strings.Builder
			status := run(t.Context(), args, nil, &said, auditlogs.WithWaldur("nonsense", nil))
			return status, said.String()
		},
	})
}

package collect

import (
	"io"
	"testing"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli/clitest"
)

func TestSharedFlags(t *testing.T) {
	t.Parallel()
	p := at(noon, nil)
	p.Stderr = io.Discard
	clitest.Shared(t, clitest.Program{
		Name: "collect", Times: []string{"since", "until"},
		Parse: func(args ...string) (*cli.Logs, error) {
			set, _, err := p.parse(args)
			if err != nil {
				return nil, err
			}
			set.chosen.Since, set.chosen.Until = set.since, set.until
			return set.chosen, nil
		},
		Run: func(args ...string) (int, string) {
			got := p.runs(t.Context(), args...)
			return got.code, got.err
		},
	})
}

package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli/clitest"
)

func TestSharedFlags(t *testing.T) {
	t.Parallel()
	clitest.Shared(t, clitest.Program{
		Name: "person", Times: []string{"since", "until"},
		Without: []string{"name=x", "email=x", "waldur-user=x", "eds-user=x", "akinon-user=1", "thousandeyes-user=1", "resource=customer:1"},
		Parse: func(args ...string) (*cli.Logs, error) {
			p, _, err := parse(args, io.Discard)
			return p.Logs, err
		},
		Run: func(args ...string) (int, string) {
			var said strings.Builder
			status := run(t.Context(), args, nil, io.Discard, &said, auditlogs.WithWaldur("nonsense", nil))
			return status, said.String()
		},
	})
}

// The flag of before asks for resources, too.
func TestResourceFlag(t *testing.T) {
	t.Parallel()
	p, _, err := parse([]string{"-resource", "customer:1", "-elasticpath-resource", "account:2,customer:1"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []auditlogs.RelatedDataEntry{{ResourceType: "customer", ResourceID: "1"}, {ResourceType: "account", ResourceID: "2"}}, p.Resources)
	_, _, err = parse([]string{"-resource", "customer"}, io.Discard)
	require.ErrorContains(t, err, "want type:id")
}

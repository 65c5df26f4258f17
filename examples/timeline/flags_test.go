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
		Name: "timeline", Times: []string{"since", "until"}, Endless: true,
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

// The page is told what is read, and whether that is all there is.
func TestAskedFor(t *testing.T) {
	t.Parallel()
	options := []auditlogs.Option{
		auditlogs.WithWaldur("https://waldur.example.org", auditlogs.StaticToken("secret")),
		auditlogs.WithAkinon("https://akinon.example.org", auditlogs.StaticToken("secret")),
	}
	client, err := auditlogs.NewClient(options...)
	require.NoError(t, err)
	for args, want := range map[string]struct {
		apis   []auditlogs.API
		ranged bool
	}{
		"":                            {[]auditlogs.API{auditlogs.APIWaldur, auditlogs.APIAkinon}, false},
		"-api akinon -since 7d":       {[]auditlogs.API{auditlogs.APIAkinon}, true},
		"-api waldur -until 1h":       {[]auditlogs.API{auditlogs.APIWaldur}, true},
		"-max 5 -akinon-type 19=name": {[]auditlogs.API{auditlogs.APIWaldur, auditlogs.APIAkinon}, false},
	} {
		set, _, err := parse(strings.Fields(args), io.Discard)
		require.NoError(t, err, args)
		require.Equal(t, want.apis, set.chosen(client), args)
		require.Equal(t, want.ranged, set.ranged(), args)
	}
}

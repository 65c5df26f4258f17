package receipt_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The program of the README is made of lines of the examples, which run.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	examples, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	_, program, _ := strings.Cut(string(readme), "```go\n")
	program, _, ended := strings.Cut(program, "```")
	require.True(t, ended)
	for line := range strings.Lines(program) {
		require.Contains(t, string(examples), strings.TrimSpace(line))
	}
}

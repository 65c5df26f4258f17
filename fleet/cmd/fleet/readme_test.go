package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/fleet/cmd/fleet/open"
	"github.com/stretchr/testify/require"
)

// The README has a file of specs that can be added, all parameters, and all commands.
func TestREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(text)
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(readme)
	require.NotNil(t, example)
	specs, err := readSpecs([]byte(example[1]))
	require.NoError(t, err)
	require.Equal(t, "2 logs and 304 windows of the past", counted(specs))
	for _, c := range commands {
		require.Equal(t, !c.hidden, strings.Contains(readme, "| `fleet "+c.name), c.name)
	}

	_, table, _ := strings.Cut(readme, "| Key | For |")
	table, _, _ = strings.Cut(table, "## Secrets")
	var want, has []string
	for f := range reflect.TypeFor[open.Params]().Fields() {
		want = append(want, f.Tag.Get("yaml"))
	}
	for row := range strings.Lines(table) {
		if keys, _, ok := strings.Cut(strings.TrimPrefix(row, "| "), " | "); ok && strings.HasPrefix(keys, "`") {
			for _, m := range codeForm.FindAllStringSubmatch(keys, -1) {
				has = append(has, m[1])
			}
		}
	}
	slices.Sort(want)
	slices.Sort(has)
	require.Equal(t, want, has)
}

package destinations

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The configurations are whole: each component that is named is there, and each that is there is named. Whether their settings exist, only a
// Collector with these exporters knows.
func TestCollectorConfigurations(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("collector/*.yaml")
	require.NoError(t, err)
	require.Len(t, paths, 3)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var c struct {
			Extensions, Receivers, Processors, Exporters map[string]any
			Service                                      struct {
				Extensions []string
				Pipelines  map[string]struct{ Receivers, Processors, Exporters []string }
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &c), path)
		logs := c.Service.Pipelines["logs"]
		require.Len(t, c.Service.Pipelines, 1, path)
		requireNames(t, path, c.Extensions, c.Service.Extensions)
		requireNames(t, path, c.Receivers, logs.Receivers)
		requireNames(t, path, c.Processors, logs.Processors)
		requireNames(t, path, c.Exporters, logs.Exporters)
		require.NotContains(t, c.Processors, "batch", "it drops what an exporter refuses")
		for name, exporter := range c.Exporters {
			queue := exporter.(map[string]any)["sending_queue"].(map[string]any)
			require.True(t, queue["enabled"] == false || queue["wait_for_result"] == true, "%s: %s: a crash would lose the queue", path, name)
		}
	}
}

func requireNames(t *testing.T, path string, there map[string]any, named []string) {
	t.Helper()
	names := []string{}
	for name := range there {
		names = append(names, name)
	}
	require.ElementsMatch(t, names, named, path)
}

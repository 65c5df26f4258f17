package collectortest

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// The configuration that the receiver's documents show is one that the Collector accepts.
func TestExampleIsValid(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), collector(t), "validate", "--config", "../example/collector.yaml")
	command.Env = append(os.Environ(), "AUDITLOGS_STATE="+t.TempDir(), "OTLP_ENDPOINT=127.0.0.1:4317",
		"WALDUR_PROD_TOKEN="+token, "WALDUR_LAB_TOKEN="+token, "THOUSANDEYES_TOKEN="+token)
	bindTo(command)
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
}

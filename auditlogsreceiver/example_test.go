package auditlogsreceiver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.yaml.in/yaml/v3"
)

// The example of a configuration loads, and says what the README says about a pipeline that loses nothing.
func TestExampleConfiguration(t *testing.T) { //nolint:paralleltest // it sets variables of the environment
	for _, name := range []string{"AUDITLOGS_STATE", "OTLP_ENDPOINT", "WALDUR_PROD_TOKEN", "WALDUR_LAB_TOKEN", "THOUSANDEYES_TOKEN"} {
		t.Setenv(name, "the-value-of-"+name)
	}
	conf, config := configuration(t, "example/collector.yaml")
	require.Len(t, config.Waldur, 2)
	require.EqualValues(t, "the-value-of-WALDUR_LAB_TOKEN", config.Waldur["lab"].Token)
	require.EqualValues(t, "the-value-of-THOUSANDEYES_TOKEN", config.ThousandEyes["main"].Token)

	require.Contains(t, conf.Get("service::extensions"), config.Storage.String())
	require.Equal(t, "the-value-of-AUDITLOGS_STATE", conf.Get("extensions::"+config.Storage.String()+"::directory"))
	require.Equal(t, false, conf.Get("exporters::otlp_grpc::sending_queue::enabled"))
	require.Equal(t, []any{"audit_logs"}, conf.Get("service::pipelines::logs::receivers"))
	require.False(t, conf.IsSet("service::pipelines::logs::processors"))
}

// The receivers of the configurations in docs/destinations.md load, and keep their places.
func TestConfigurationsOfDestinations(t *testing.T) {
	t.Setenv("WALDUR_TOKEN", "w_example")
	t.Setenv("THOUSANDEYES_TOKEN", "example")
	files, err := filepath.Glob("../docs/snippets/destinations/collector/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		conf, config := configuration(t, file)
		require.Contains(t, conf.Get("service::extensions"), config.Storage.String(), file)
		require.Equal(t, "https://waldur.example.com", config.Waldur["prod"].Endpoint, file)
	}
}

// configuration loads the configuration of a Collector, and that of the receiver in it.
func configuration(t *testing.T, file string) (*confmap.Conf, *Config) {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"file:" + file},
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
	})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, err, file)
	require.NoError(t, resolver.Shutdown(t.Context()))
	section, err := conf.Sub("receivers::audit_logs")
	require.NoError(t, err)
	config, err := load(t, section)
	require.NoError(t, err, file)
	return conf, config
}

// The manifest for the builder names the versions with which this module is built.
func TestExampleManifest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("example/builder.yaml")
	require.NoError(t, err)
	type module struct{ GoMod, Path string }
	var manifest struct {
		Receivers, Extensions, Exporters, Providers []module
		Replaces                                    []string
	}
	require.NoError(t, yaml.Unmarshal(text, &manifest))
	require.Equal(t, "..", manifest.Receivers[0].Path) // from where the builder runs
	_, root, _ := strings.Cut(manifest.Replaces[0], " => ")
	library, err := os.ReadFile(filepath.Join("example/build", root, "go.mod")) // from where it writes
	require.NoError(t, err)
	require.Contains(t, string(library), "module github.com/auditlogs/auditlogs-go\n")

	listed, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all").Output()
	require.NoError(t, err)
	version := map[string]string{}
	for line := range strings.Lines(string(listed)) {
		path, of, _ := strings.Cut(strings.TrimSpace(line), " ")
		version[path] = of
	}
	stable, other := version["go.opentelemetry.io/collector/receiver"], version["go.opentelemetry.io/collector/receiver/receiverhelper"]
	for _, m := range append(manifest.Exporters, manifest.Providers...) {
		path, of, _ := strings.Cut(m.GoMod, " ")
		require.Contains(t, []string{stable, other}, of, path)
	}
	require.Contains(t, string(text), "cmd/builder@"+other)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "cmd/builder@"+other)
}

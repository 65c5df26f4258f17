package collectortest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// builder is the program that makes a Collector, in the version that fits the versions of the manifest.
const builder = "go.opentelemetry.io/collector/cmd/builder@v0.165.0"

// required is the value of the environment variable AUDITLOGS_INTEROP that requires all programs to be present.
const required = "required"

// errUnreachable means that modules are missing, and cannot be had.
var errUnreachable = errors.New("the Go module proxy cannot be reached")

// collector returns the Collector, which is built once for all tests.
func collector(t *testing.T) string {
	t.Helper()
	begin := time.Now()
	program, err := build()
	switch {
	case err == nil:
		t.Logf("the Collector was ready after %.1f s", time.Since(begin).Seconds())
		return program
	case !errors.Is(err, errUnreachable):
		t.Fatal(err)
	case os.Getenv("AUDITLOGS_INTEROP") == required:
		t.Fatalf("no Collector: %v, and AUDITLOGS_INTEROP=%s", err, required)
	}
	t.Skipf("no Collector: %v; AUDITLOGS_INTEROP=%s makes this a failure", err, required)
	return ""
}

// build builds the Collector in the folder .cache of the checkout, where the next run finds what has not changed. The first
// time that takes minutes.
var build = sync.OnceValues(func() (string, error) {
	example, err := filepath.Abs("../example")
	if err != nil {
		return "", err
	}
	folder := filepath.Join(example, "../../.cache/collector")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", err
	}
	name, manifest, err := manifestFor(example, folder)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "builder.yaml")
	if err := os.WriteFile(path, manifest, 0o600); err != nil {
		return "", err
	}
	command := exec.Command("go", "run", builder, "--config", path)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	bindTo(command)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		if unreachable.Match(said.Bytes()) {
			err = errUnreachable
		}
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return filepath.Join(folder, "bin", name), nil
})

// unreachable is what the go command says where it cannot reach the proxy.
var unreachable = regexp.MustCompile(`dial tcp|no such host|i/o timeout|handshake timeout|connection refused|GOPROXY=off|proxyconnect`)

// manifest is what the builder reads.
type manifest struct {
	Dist     map[string]any `yaml:"dist"`
	Replaces []string       `yaml:"replaces"`
	Parts    parts          `yaml:",inline"`
}

// parts are the modules of a Collector by kind, such as receivers.
type parts map[string][]map[string]string

// more is what the tests need beside the example: another exporter, and the extension that tells the status of components.
var more = parts{
	"exporters":  {{"gomod": "go.opentelemetry.io/collector/exporter/otlphttpexporter v0.165.0"}},
	"extensions": {{"gomod": "github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckv2extension v0.165.1"}},
}

// manifestFor returns the manifest of the receiver's example, with its paths from another folder, and with more.
func manifestFor(example, folder string) (name string, text []byte, err error) {
	text, err = os.ReadFile(filepath.Join(example, "builder.yaml"))
	if err != nil {
		return "", nil, err
	}
	var m manifest
	if err := yaml.Unmarshal(text, &m); err != nil {
		return "", nil, err
	}
	name, _ = m.Dist["name"].(string)
	m.Dist["output_path"] = filepath.Join(folder, "bin")
	for kind, modules := range more {
		m.Parts[kind] = append(m.Parts[kind], modules...)
	}
	for _, modules := range m.Parts {
		for _, module := range modules {
			if path := module["path"]; path != "" {
				module["path"] = filepath.Join(example, path)
			}
		}
	}
	for i, replace := range m.Replaces { // what is there is relative to the folder of the program
		module, path, _ := strings.Cut(replace, " => ")
		m.Replaces[i] = module + " => " + filepath.Join(example, "build", path)
	}
	text, err = yaml.Marshal(m)
	return name, text, err
}

package collectortest

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Names that the receiver documents.
const (
	receiverType    = "audit_logs"
	sourceAttribute = "auditlogs.source" // of the resource: the name of a source
)

// exporting is how the Collector under test sends.
type exporting struct {
	protocol string // of OTLP: grpc or http
	body     string // the receiver's setting; ocsf unless set
	queue    bool   // a persistent queue stands before the exporter
	settings map[string]any
}

// exporter returns the name and the settings of the exporter.
func (e exporting) exporter(address string) (name string, settings map[string]any) {
	queue := map[string]any{"enabled": false}
	if e.queue {
		queue = map[string]any{"storage": "file_storage", "num_consumers": 1, "block_on_overflow": true}
	}
	settings = map[string]any{
		"endpoint":         address,
		"tls":              map[string]any{"insecure": true},
		"compression":      "none",
		"timeout":          "1m",
		"headers":          map[string]any{lifeHeader: "${env:COLLECTORTEST_LIFE}"},
		"sending_queue":    queue,
		"retry_on_failure": map[string]any{"initial_interval": "50ms", "max_interval": "100ms", "max_elapsed_time": "0s"},
	}
	maps.Copy(settings, e.settings)
	if e.protocol == "grpc" {
		return "otlp_grpc", settings
	}
	settings["endpoint"] = "http://" + address
	return "otlp_http", settings
}

// rig is a Collector between logs and an OTLP server.
type rig struct {
	t       *testing.T
	program string
	config  string
	health  string // the address of the extension that tells the status of components
	exporting
	*logs
	*otlpServer
	bell    *bell
	random  *rand.Rand
	lives   []*process
	initial map[string]any // settings of the receiver
}

// newRig returns a Collector that does not run yet, and an OTLP server that does not listen.
func newRig(t *testing.T, e exporting, seed uint64, records int) *rig {
	t.Helper()
	t.Logf("seed %d", seed)
	r := &rig{t: t, program: collector(t), exporting: e, health: freeAddress(t), bell: newBell(), random: rand.New(rand.NewPCG(seed, 1))}
	r.logs = newLogs(t, seed, records)
	r.otlpServer = newOTLPServer(t, r.bell)
	r.config = filepath.Join(t.TempDir(), "collector.yaml")
	r.initial = map[string]any{
		"storage": "file_storage", "poll_interval": "100ms", "initial_lookback": "24h", "lag": "1s", "lookback": "10s",
	}
	if e.body != "" {
		r.initial["body"] = e.body
	}
	return r
}

// run starts the Collector.
func (r *rig) run() *process {
	r.t.Helper()
	r.configure()
	r.lives = append(r.lives, launch(r.t, r.bell, len(r.lives)+1, r.program, r.config))
	return r.life()
}

// life returns the process that runs, or the last one.
func (r *rig) life() *process { return r.lives[len(r.lives)-1] }

// configure writes the configuration of the Collector.
func (r *rig) configure() {
	r.t.Helper()
	settings := maps.Clone(r.initial)
	for name, one := range r.tenants {
		api, tenant, _ := strings.Cut(name, "/")
		if settings[api] == nil {
			settings[api] = map[string]any{}
		}
		settings[api].(map[string]any)[tenant] = one.settings
	}
	exporter, export := r.exporter(r.address)
	config, err := json.Marshal(map[string]any{ // which is YAML, too
		"extensions": map[string]any{
			"file_storage":  map[string]any{"directory": filepath.Join(filepath.Dir(r.config), "storage"), "create_directory": true},
			"healthcheckv2": map[string]any{"use_v2": true, "http": map[string]any{"endpoint": r.health, "status": map[string]any{"enabled": true}}},
		},
		"receivers": map[string]any{receiverType: settings},
		"exporters": map[string]any{exporter: export},
		"service": map[string]any{
			"extensions": []string{"file_storage", "healthcheckv2"},
			"pipelines":  map[string]any{"logs": map[string]any{"receivers": []string{receiverType}, "exporters": []string{exporter}}},
			"telemetry": map[string]any{
				"metrics": map[string]any{"level": "none"},
				"logs":    map[string]any{"encoding": "json", "sampling": map[string]any{"enabled": false}},
			},
		},
	})
	require.NoError(r.t, err)
	require.NoError(r.t, os.WriteFile(r.config, config, 0o600))
}

// patience is how long a test waits before it fails.
const patience = time.Minute

// await waits until something holds, which is looked at whenever something happened.
func (r *rig) await(what string, holds func() bool) {
	r.t.Helper()
	limit := time.After(patience)
	for {
		happened := r.bell.next()
		if holds() {
			return
		}
		select {
		case <-happened:
		case <-limit:
			r.t.Fatalf("in vain: %s\n%s", what, r.life().tail())
		}
		if r.life().ended() {
			r.t.Fatalf("the Collector has ended: %s\n%s", what, r.life().tail())
		}
	}
}

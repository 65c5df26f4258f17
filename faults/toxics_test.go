package faults_test

import (
	"slices"
	"testing"

	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// toxic is something that is wrong with the line.
type toxic struct {
	name   string
	json   string // as toxiproxy knows it; "" is a line that is down
	effect effect
	silent bool // nothing comes, not even the end
}

// effect is what a toxic does to requests.
type effect int

const (
	slow   effect = iota // every request succeeds at once
	rough                // some fail, and succeed when they are repeated
	harsh                // those for a full page fail, however often they are repeated
	deadly               // all fail
)

func toxics() []toxic {
	down := func(kind, attributes string) string {
		return `{"type": "` + kind + `", "stream": "downstream", "toxicity": 1, "attributes": {` + attributes + `}}`
	}
	up := func(kind, attributes string) string {
		return `{"type": "` + kind + `", "stream": "upstream", "toxicity": 1, "attributes": {` + attributes + `}}`
	}
	return []toxic{
		{"latency", down("latency", `"latency": 5`), slow, false},
		{"bandwidth", down("bandwidth", `"rate": 500`), slow, false},
		{"slicer", down("slicer", `"average_size": 100, "delay": 20`), slow, false},
		{"limit_data, after some pages", down("limit_data", `"bytes": 20000`), rough, false},
		{"limit_data, within a page", down("limit_data", `"bytes": 3000`), harsh, false},
		{"limit_data, within the head", down("limit_data", `"bytes": 20`), deadly, false},
		{"limit_data, within the request", up("limit_data", `"bytes": 20`), deadly, false},
		{"reset_peer", down("reset_peer", `"timeout": 0`), deadly, false},
		{"reset_peer, upstream", up("reset_peer", `"timeout": 0`), deadly, false},
		{"timeout, closed", down("timeout", `"timeout": 5`), deadly, false},
		{"timeout, never closed", down("timeout", `"timeout": 0`), deadly, true},
		{"down", "", deadly, false},
	}
}

// wire is how requests are carried.
type wire struct {
	name string
	h2   bool // HTTP/2 over TLS rather than HTTP/1.1 without
}

func wires() []wire { return []wire{{"HTTP 1", false}, {"HTTP 2 with TLS", true}} }

// having selects toxics by their effect.
func having(effects ...effect) func(toxic) bool {
	return func(x toxic) bool { return slices.Contains(effects, x.effect) }
}

// eachCase runs a test for every service on every wire with every toxic that is selected.
func eachCase(t *testing.T, selected func(toxic) bool, run func(*testing.T, logs.Log, wire, toxic)) {
	t.Helper()
	for _, log := range logs.All() {
		for _, w := range wires() {
			for _, x := range toxics() {
				if !selected(x) {
					continue
				}
				t.Run(log.Name+"/"+w.name+"/"+x.name, func(t *testing.T) {
					t.Parallel()
					run(t, log, w, x)
				})
			}
		}
	}
}

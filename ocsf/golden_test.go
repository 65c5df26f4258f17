package ocsf_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

var rewrite = flag.Bool("ocsf.update", false, "write what Map gives to testdata, to be read before it is committed")

// TestGoldenEvents compares the events of testdata/events of the root package, and the odd ones that are short, byte by byte.
func TestGoldenEvents(t *testing.T) {
	t.Parallel()
	for _, l := range logs() {
		for _, v := range versions {
			t.Run(string(l.api)+"-"+string(v), func(t *testing.T) {
				t.Parallel()
				name := filepath.Join("testdata", string(l.api)+"-"+string(v)+".json")
				got := golden(t, l.api, v)
				if *rewrite {
					require.NoError(t, os.WriteFile(name, got, 0o644))
				}
				want, err := os.ReadFile(name)
				require.NoError(t, err)
				require.Equal(t, string(want), string(got))
			})
		}
	}
}

// golden maps the events of one API, in a form that people can read.
func golden(t *testing.T, api auditlogs.API, v ocsf.Version) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "events", string(api)+".json"))
	require.NoError(t, err)
	var events []auditlogs.Event
	require.NoError(t, json.Unmarshal(data, &events))
	for _, odd := range oddRecords {
		if odd.api == api && len(odd.record) < len(long) {
			events = append(events, read(t, api, odd.record))
		}
	}
	var lines [][]byte
	for _, e := range events {
		line, err := ocsf.Map(timed(e), v)
		require.NoError(t, err)
		lines = append(lines, line)
	}
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, append(append([]byte("["), bytes.Join(lines, []byte(","))...), ']'), "", "  "))
	return append(out.Bytes(), '\n')
}

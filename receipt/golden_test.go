package receipt_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/receipt"
)

var update = flag.Bool("receipt.update", false, "write testdata/*.receipt anew; this breaks every receipt that anybody holds")

// golden are the files testdata/NAME.jsonl, with their receipts in testdata/NAME.receipt.
var golden = []string{"none", "one", "waldur", "huawei-eds", "akinon", "elasticpath", "thousandeyes", "odd"}

func goldenEvents(t *testing.T, name string) (events []auditlogs.Event, text []byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".jsonl")
	require.NoError(t, err)
	for line := range bytes.Lines(text) {
		var e auditlogs.Event
		require.NoError(t, json.Unmarshal(line, &e))
		events = append(events, e)
	}
	return events, text
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range golden {
		events, _ := goldenEvents(t, name)
		got, err := of(t, events...).MarshalText()
		require.NoError(t, err)
		file := "testdata/" + name + ".receipt"
		if *update {
			require.NoError(t, os.WriteFile(file, got, 0o600))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// The package documentation suffices to compute a receipt in another language.
func TestRecomputeInPython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("AUDITLOGS_INTEROP") == "required" {
			t.Fatal("python3 is missing")
		}
		t.Skip("python3 is missing")
	}
	for _, name := range golden {
		events, text := goldenEvents(t, name)
		r := of(t, events...)
		want, err := r.MarshalText()
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), python, "testdata/recompute.py", r.API, r.Source)
		cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
		cmd.Stdin, cmd.Stderr = bytes.NewReader(text), os.Stderr
		got, err := cmd.Output()
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// One record, byte by byte.
func TestLeafByHand(t *testing.T) {
	t.Parallel()
	id, record := sha256.Sum256([]byte("u1")), sha256.Sum256([]byte(`{"a":"<é>"}`))
	leaf := "auditlogs.go/receipt/v1 record\n" +
		"\x80\x00\x00\x00\x00\x01\x51\x81" + // 2⁶³ + 86,401
		"\x00\x00\x00\x05" + // nanoseconds
		string(id[:]) + string(record[:])
	want := sha256.Sum256([]byte("\x00" + leaf))

	r := of(t, auditlogs.Event{ID: "u1", Time: time.Unix(86401, 5), Raw: []byte(`{ "a" : "\u003cé>" }`)})
	require.Equal(t, want, r.Root)
	require.Equal(t, []receipt.Day{{Date: time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC), Count: 1, Root: want}}, r.Days)

	twice := of(t, auditlogs.Event{ID: "u1", Time: time.Unix(86401, 5), Raw: []byte(`{"a":"<é>"}`)},
		auditlogs.Event{ID: "u1", Time: time.Unix(86401, 5), Raw: []byte(`{"a":"<é>"}`)})
	require.Equal(t, sha256.Sum256([]byte("\x01"+string(want[:])+string(want[:]))), twice.Root)

	const nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	none := of(t)
	require.Equal(t, nothing, base64.StdEncoding.EncodeToString(none.Root[:]))
}

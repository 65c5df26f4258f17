package outside

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var npm = struct {
	once   sync.Once
	output []byte
	err    error
}{}

// Node runs a script of the test's own folder with node, with JSON on its standard input, and returns what the script writes. The
// test is skipped where there is no node or npm. If the given package is not there, npm first installs what
// package-lock.json lists.
func Node(t testing.TB, module, script string, input any) []byte {
	t.Helper()
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			Missing(t, "no "+name)
		}
	}
	npm.once.Do(func() { // a test binary is of one folder
		if _, err := os.Stat(filepath.Join("node_modules", module, "package.json")); err != nil {
			npm.output, npm.err = exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts").CombinedOutput()
		}
	})
	if npm.err != nil {
		t.Fatalf("npm ci: %v\n%s", npm.err, npm.output)
	}
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir()) // some packages leave files there
	cmd.Stdin = bytes.NewReader(text)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &stderr)
	}
	return output
}

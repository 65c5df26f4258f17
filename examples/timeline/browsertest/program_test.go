package browsertest

import (
	"bufio"
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// build compiles the program, once for all tests.
var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "timeline")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "timeline")
	command := exec.Command("go", "build", "-o", binary, "./examples/timeline")
	command.Dir = "../../.."
	command.Stderr = os.Stderr
	return binary, command.Run()
})

// start runs the program with flags and made-up records until the test ends. It gives the page's address.
func start(t *testing.T, flags ...string) string {
	t.Helper()
	return startWith(t, nil, append(flags, "-demo")...)
}

// startWith runs the program with an environment and flags.
func startWith(t *testing.T, env []string, flags ...string) string {
	t.Helper()
	binary, err := build()
	require.NoError(t, err)
	args := append([]string{"-addr", "127.0.0.1:0"}, flags...)
	program := exec.CommandContext(context.WithoutCancel(t.Context()), binary, args...)
	for _, one := range os.Environ() {
		if !strings.HasPrefix(one, "AUDITLOGS_") {
			program.Env = append(program.Env, one)
		}
	}
	program.Env = append(program.Env, env...)
	said, err := program.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		require.NoError(t, program.Process.Signal(os.Interrupt))
		_ = program.Wait()
		require.Equal(t, 130, program.ProcessState.ExitCode())
	})
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "timeline: http"); ok {
			go func() { _, _ = io.Copy(os.Stderr, said) }()
			return "http" + address
		}
	}
	t.Fatal("the program told no address")
	return ""
}

// TestMain runs more tests at a time than there are processors: most wait for what does not come.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	code := m.Run()
	if binary, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asProgram makes the binary of the tests be the program. Its children inherit it.
const asProgram = "FLEET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// process makes the program a process of its own, whose output goes to one place. It is gone when the test ends.
func process(t *testing.T, args ...string) (*exec.Cmd, *output) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	all := &output{}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.WaitDelay = 10 * time.Second
	cmd.Stdout, cmd.Stderr = all, all
	t.Cleanup(func() {
		if cmd.Process != nil && cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return cmd, all
}

// result is what a command did.
type result struct {
	code     int
	out, err string
}

func run(ctx context.Context, args ...string) result {
	var out, err bytes.Buffer
	code := program{&out, &err}.run(ctx, args)
	return result{code, out.String(), err.String()}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	all := run(t.Context(), "-h")
	require.Zero(t, all.code)
	for _, c := range commands {
		one := run(t.Context(), c.name, "-h")
		require.Zero(t, one.code)
		require.Empty(t, one.err)
		if c.hidden {
			require.NotContains(t, all.out, c.name)
			continue
		}
		require.Contains(t, all.out, "fleet "+c.name)
		require.Equal(t, 1, strings.Count(one.out, "Example: fleet "+c.name), one.out)
	}
}

// What cannot be done is said in one line, with the right code, and without a secret.
func TestFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		require.NoError(t, os.WriteFile(dir+"/"+name, []byte(text), 0o600))
		return dir + "/" + name
	}
	const closed = "nats://user:geheim@127.0.0.1:1"
	specs := write("specs.yaml", "specs: [{tenant: a, api: waldur, secret: a, params: {url: 'https://example.org'}}]")
	for name, c := range map[string]struct {
		code int
		says string
		args []string
	}{
		"no command":            {2, "a command is missing", nil},
		"unknown command":       {2, "no such command", []string{"geheim"}},
		"unknown flag":          {2, "flag provided but not defined: -x", []string{"status", "-x=geheim"}},
		"value of a flag":       {2, "the value of -lag is not valid", []string{"run", "-lag", "geheim"}},
		"value of a switch":     {2, "the value of -json is not valid", []string{"status", "-json=geheim"}},
		"behind flags":          {2, "behind the flags", []string{"status", "geheim"}},
		"URL":                   {2, "-nats: number 2 is not a URL", []string{"status", "-nats", closed + ",nats://geheim@:x"}},
		"scheme":                {2, "-nats: number 1 is not a URL", []string{"add", "-f", specs, "-nats", "http://user:geheim@host"}},
		"URL of run":            {2, "-nats: number 1", []string{"run", "-nats", "http://user:geheim@host"}},
		"credentials alone":     {2, "need -nats", []string{"run", "-creds", "geheim"}},
		"folder and servers":    {2, "node of its own", []string{"run", "-nats", closed, "-dir", "geheim"}},
		"interval":              {2, "-interval is not positive", []string{"run", "-interval", "0s"}},
		"lag":                   {2, "-lag or -lookback is negative", []string{"run", "-lag", "-1s"}},
		"nothing at once":       {2, "is 0", []string{"run", "-parallel", "0"}},
		"no folder of secrets":  {1, "-secrets: the folder does not exist", []string{"run", "-secrets", dir + "/none"}},
		"address in use":        {1, "-listen", []string{"run", "-secrets", dir, "-listen", "256.0.0.1:0"}},
		"no server":             {1, "no connection to NATS", []string{"status", "-nats", closed}},
		"no file":               {2, "-f is missing", []string{"add", "-nats", closed}},
		"file does not exist":   {1, "no such file", []string{"add", "-f", dir + "/none", "-nats", closed}},
		"no server to add to":   {1, "no connection to NATS", []string{"add", "-f", specs, "-nats", closed}},
		"credentials missing":   {1, "-creds: open", []string{"status", "-nats", closed, "-creds", dir + "/none"}},
		"credentials are what":  {1, "-creds: line 1 has a name", []string{"status", "-creds", write("a", "SECRET=geheim")}},
		"credentials half":      {1, "-creds: the file is neither", []string{"status", "-creds", write("b", "USERNAME=geheim")}},
		"authorities missing":   {1, "no connection to NATS", []string{"status", "-nats", closed, "-ca", dir + "/none"}},
		"hosts":                 {2, "has not three different", []string{"nats-config", "-hosts", "a,b,b"}},
		"host":                  {2, "number 2 of -hosts", []string{"nats-config", "-hosts", `a,b"geheim,c`}},
		"store":                 {2, "-store", []string{"nats-config", "-store", "geheim"}},
		"folder of nats-config": {1, "-dir: open", []string{"nats-config", "-dir", dir + "/none"}},
		"demo of nothing":       {2, "a record for each tenant", []string{"demo", "-tenants", "3", "-records", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t.Context(), c.args...)
			require.Equal(t, c.code, r.code, r.err)
			require.Contains(t, r.err, c.says)
			require.Equal(t, 1, strings.Count(r.err, "\n"), r.err)
			require.NotContains(t, r.out+r.err, "geheim")
		})
	}
}

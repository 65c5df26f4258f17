package django_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/interop/internal/outside"
)

// Tokens of users that may do less than the reader, whose token is auditlogtest.Token.
const (
	supportToken = "89abcdef0123456789abcdef0123456789abcdef"
	guestToken   = "fedcba9876543210fedcba9876543210fedcba98"
)

// python finds an interpreter that has the framework. That of the system comes first: another one on the path has its
// own packages.
var python = sync.OnceValue(func() string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import django, rest_framework, django_filters").Run() == nil {
			return name
		}
	}
	return ""
})

// process is a program that answers lines with lines, and ends when its input does.
type process struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

func start(t *testing.T, env string, args ...string) *process {
	t.Helper()
	if python() == "" {
		outside.Missing(t, "no python3 with django, rest_framework and django_filters")
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), python(), append([]string{"-B"}, args...)...)
	cmd.Env = append(os.Environ(), env)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("python3 %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
	})
	return &process{in: in, out: bufio.NewReader(out)}
}

// framework is a running Django server, and the second connection to its database.
type framework struct {
	url  string
	rows *process
}

func newFramework(t *testing.T) *framework {
	t.Helper()
	file := filepath.Join(t.TempDir(), "logs.sqlite3")
	server := start(t, "DATABASE="+file, "-m", "server", auditlogtest.Password, auditlogtest.Token, supportToken, guestToken)
	url, err := server.out.ReadString('\n')
	require.NoError(t, err, "the server did not start")
	f := &framework{url: strings.TrimSpace(url), rows: start(t, "", "rows.py", file)}
	f.run(t, person(1, "0000000000004000800000000000000a", "reader", "Ada", "Lovelace"))
	return f
}

// statement is SQL, run once for each row of arguments.
type statement struct {
	sql  string
	rows [][]any
}

func (s statement) MarshalJSON() ([]byte, error) { return json.Marshal([]any{s.sql, s.rows}) }

// run runs statements as one transaction of the second connection, and gives the rows of the last one.
func (f *framework) run(t testing.TB, statements ...statement) [][]any {
	line, err := json.Marshal(statements)
	require.NoError(t, err)
	f.rows.mu.Lock()
	defer f.rows.mu.Unlock()
	_, err = f.rows.in.Write(append(line, '\n'))
	require.NoError(t, err)
	answer, err := f.rows.out.ReadBytes('\n')
	require.NoError(t, err, "the second connection is gone")
	var rows [][]any
	require.NoError(t, json.Unmarshal(answer, &rows))
	return rows
}

func person(id int, uuid, username, first, last string) statement {
	return statement{
		"INSERT INTO person (id, uuid, username, first_name, last_name, email) VALUES (?, ?, ?, ?, ?, ?)",
		[][]any{{id, uuid, username, first, last, username + "@example.org"}},
	}
}

package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const pooler = "/usr/sbin/pgbouncer"

// Two connections for each database, which go to somebody else after every transaction.
const poolerSettings = `[databases]
* = host=%[1]s user=postgres
[pgbouncer]
unix_socket_dir = %[1]s
listen_addr =
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
`

// Pooled returns the address of a database through PgBouncer, in the mode that gives a connection for one transaction only.
func (s *Server) Pooled(t testing.TB, address string) string {
	t.Helper()
	if _, err := os.Stat(pooler); err != nil {
		check(t, fmt.Errorf("%w: and of its package pgbouncer", ErrMissing))
	}
	settings := filepath.Join(s.dir, "pgbouncer.ini")
	check(t, os.WriteFile(settings, fmt.Appendf(nil, poolerSettings, s.dir), 0o644)) //nolint:gosec // another user reads it
	cmd := exec.Command(pooler, settings)                                            //nolint:gosec,noctx // a program that was installed; it ends with the test
	cmd.Dir, cmd.SysProcAttr = s.dir, attributes(s.as)
	p, err := start(cmd, "process up")
	check(t, err)
	t.Cleanup(func() {
		if err := p.stop(syscall.SIGINT); err != nil {
			t.Error(err)
		}
	})
	return strings.Replace(address, " ", " port=6432 ", 1)
}

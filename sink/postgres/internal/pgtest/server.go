package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrMissing means that PostgreSQL is not installed, or cannot be run here.
var ErrMissing = errors.New("needs the programs of Debian's package postgresql, on Linux")

// settings are what differs from the defaults of PostgreSQL. Nothing of it makes commits less durable.
var settings = []string{
	"listen_addresses=", "max_connections=300", "lc_messages=C",
	// A commit that does not wait for the disk is to be lost in a crash, so that a test can tell.
	"wal_writer_delay=10s", "wal_writer_flush_after=1GB",
}

// Server is one PostgreSQL server. It is safe for concurrent use; Crash and Start are for one caller at a time.
type Server struct {
	bin, dir string      // where the programs are; the temporary directory, which also holds the socket
	as       *credential // whom it runs as; nil for the user of this process
	databases

	mu      sync.Mutex
	process *process // nil while the server is down
}

// New makes a server and starts it. Close must be called in the end.
func New() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	as, err := owner()
	if err != nil {
		return nil, err
	}
	// Not os.TempDir: the path of a socket has at most 107 bytes, and the server's user has to get there.
	dir, err := os.MkdirTemp("/tmp", "pgtest")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, as: as}
	if err := s.initialize(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// programs returns the directory of the newest release that is installed.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrMissing
	}
	newest := slices.MaxFunc(found, func(a, b string) int {
		if len(a) != len(b) { // release 9 is before 15
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return filepath.Dir(newest), nil
}

func (s *Server) initialize() error {
	if s.as != nil {
		if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), //nolint:gosec // a program that was installed
		"--pgdata", s.data(), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = s.dir, attributes(s.as)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Start starts a server that is down, and returns when it can be used.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		return errors.New("the server runs already")
	}
	arguments := []string{"-D", s.data(), "-k", s.dir}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), arguments...) //nolint:gosec,noctx // a program that was installed; it ends by Crash or Close
	cmd.Dir, cmd.SysProcAttr = s.dir, attributes(s.as)
	p, err := start(cmd, "database system is ready to accept connections")
	if err != nil {
		return err
	}
	s.process = p
	return nil
}

// Crash ends all processes of the server at once, as pg_ctl stop -m immediate does: nothing is written any more, and the
// next start recovers from the log.
func (s *Server) Crash() error { return s.stop(syscall.SIGQUIT) }

// Close stops the server and removes all of it.
func (s *Server) Close() error { return errors.Join(s.stop(syscall.SIGQUIT), os.RemoveAll(s.dir)) }

func (s *Server) stop(signal os.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.process
	if p == nil {
		return nil
	}
	s.process = nil
	return p.stop(signal)
}

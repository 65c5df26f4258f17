package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// shared is the server of all tests of a test binary, which the first one of them starts.
var shared = struct {
	sync.Mutex
	server *Server
}{}

// Main runs the tests of a package, and stops the server of Shared after them. It is for TestMain.
func Main(m *testing.M) {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Shared returns the server that all tests use, which must not be crashed.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		s, err := New()
		check(t, err)
		shared.server = s
	}
	return shared.server
}

// Own returns a server for one test, which may be crashed.
func Own(t testing.TB) *Server {
	t.Helper()
	s, err := New()
	check(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// check skips a test for which there is no PostgreSQL, or fails it if AUDITLOGS_INTEROP is "required".
func check(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case !errors.Is(err, ErrMissing) || os.Getenv("AUDITLOGS_INTEROP") == "required":
		t.Fatal(err)
	default:
		t.Skipf("%v; AUDITLOGS_INTEROP=required makes this a failure", err)
	}
}

// databases counts those of a server.
type databases struct{ made atomic.Int64 }

// Database makes an empty database and returns how to connect to it, as a superuser.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test%d", s.made.Add(1))
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.address(name)
}

func (s *Server) address(database string) string {
	return "host=" + s.dir + " user=postgres dbname=" + database
}

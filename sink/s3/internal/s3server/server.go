// Package s3server starts a real S3 server for tests: the Versity S3 Gateway over a folder.
package s3server

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// Required is the value of the environment variable AUDITLOGS_INTEROP that requires all programs to be present.
const Required = "required"

// What the server is started with.
const (
	accessKey = "tests"
	secretKey = "secret-of-tests"
	region    = "us-east-1"
)

// Server is a server that runs until its test ends.
type Server struct {
	URL string

	tb      testing.TB
	program string
	address string
	folder  string
	process *exec.Cmd
	log     bytes.Buffer
}

// Start starts a server on a folder of its own. The test is skipped where the server cannot be built.
func Start(tb testing.TB) *Server {
	tb.Helper()
	program, err := build()
	if err != nil {
		absent(tb, "no versitygw: "+err.Error())
	}
	s := &Server{tb: tb, program: program, address: freeAddress(tb), folder: tb.TempDir()}
	s.URL = "http://" + s.address
	s.Restart()
	tb.Cleanup(s.Kill)
	return s
}

// build builds the server from the sources that testdata/versitygw/go.sum pins, and returns where it is. The first time that takes
// minutes, and the Go module proxy.
var build = sync.OnceValues(func() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	cmd := exec.Command("go", "tool", "-n", "versitygw")
	cmd.Dir = filepath.Join(filepath.Dir(here), "testdata", "versitygw")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
})

// Kill ends the server at once.
func (s *Server) Kill() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait() // also the reader of its output
		s.process = nil
	}
	if s.tb.Failed() {
		s.tb.Logf("versitygw:\n%s", &s.log)
	}
}

// Restart starts the server on what it had stored, at the same address.
func (s *Server) Restart() {
	s.tb.Helper()
	cmd := exec.CommandContext(context.Background(), s.program, //nolint:gosec // it was built here
		"--port", s.address, "--access", accessKey, "--secret", secretKey, "--region", region, "--quiet", "posix", s.folder)
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	if err := cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	s.process = cmd
	for range 600 {
		if conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", s.address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.tb.Fatalf("versitygw does not listen:\n%s", &s.log)
}

// Bucket makes a bucket.
func (s *Server) Bucket(name string) {
	s.tb.Helper()
	if _, err := Client(s.URL).CreateBucket(context.Background(), &awss3.CreateBucketInput{Bucket: &name}); err != nil {
		s.tb.Fatal(err)
	}
}

// Address is all that another process needs for a sink: see Open.
func (s *Server) Address(bucket, prefix string) string {
	return s.URL + "/?" + url.Values{"bucket": {bucket}, "prefix": {prefix}}.Encode()
}

// Open reads an Address.
func Open(address string) (client *awss3.Client, bucket, prefix string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", "", err
	}
	return Client("http://" + u.Host), u.Query().Get("bucket"), u.Query().Get("prefix"), nil
}

// Client returns a client for the server at a URL.
func Client(url string, options ...func(*awss3.Options)) *awss3.Client {
	return awss3.New(awss3.Options{
		BaseEndpoint: &url, Region: region, UsePathStyle: true,
		Credentials: Keys(accessKey, secretKey),
	}, options...)
}

// Keys returns the credentials of a pair of keys.
func Keys(access, secret string) aws.CredentialsProvider {
	return aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(access, secret, ""))
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return address
}

// absent skips a test because something is missing, or fails it if all must be there.
func absent(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("AUDITLOGS_INTEROP") == Required {
		tb.Fatalf("%s, and AUDITLOGS_INTEROP=%s", what, Required)
	}
	tb.Skipf("%s; AUDITLOGS_INTEROP=%s makes this a failure", what, Required)
}

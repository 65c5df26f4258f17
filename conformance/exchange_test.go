package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exchange is what the tests of the root module record under their flag -exchanges.
type exchange struct {
	Method string
	URL    string // without scheme and host
	Header http.Header
	Body   []byte
	Answer *answer // nil: made up by a test, not given by auditlogtest
}

type answer struct {
	Status int
	Header http.Header
	Body   []byte
	Broken bool // cut short or not given at all, because the test wanted it so or gave up first
}

// log is a recording without its repetitions.
type log struct {
	exchanges []*exchange
	recorded  int
}

// recorded are the helpers of the root module's tests that record, wherever a test of a file uses one.
var (
	recorded  = regexp.MustCompile(`\b(forEach|newRig|newTrial|svc[A-Z]\w*)[\[(]`)
	testNames = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
)

// recordedTests are the names of the tests in such files.
func recordedTests(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*_test.go")
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if recorded.Match(text) {
			for _, match := range testNames.FindAllSubmatch(text, -1) {
				names = append(names, string(match[1]))
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// record runs those tests, in their short form, and without the matrix, which asks the same again and again.
func record(t *testing.T) *log {
	t.Helper()
	dir := t.TempDir()
	run := exec.CommandContext(t.Context(), "go", "test", "-short", "-count=1", "-timeout=4m",
		"-run=^("+strings.Join(recordedTests(t), "|")+")$", "-skip=^TestMatrix$", ".", "-exchanges="+dir)
	run.Dir, run.Env = "..", append(os.Environ(), "GOWORK=off") // another module, which needs none of this one
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	require.NoError(t, err)
	require.Len(t, files, 1, "recordings")
	return read(t, files[0])
}

// read reads a recording.
func read(t *testing.T, name string) *log {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	l, seen := &log{}, map[[sha256.Size]byte]bool{}
	for lines := json.NewDecoder(file); ; {
		var line json.RawMessage
		err := lines.Decode(&line)
		if errors.Is(err, io.EOF) {
			return l
		}
		require.NoError(t, err)
		l.recorded++
		if sum := sha256.Sum256(line); !seen[sum] {
			seen[sum] = true
			e := &exchange{}
			require.NoError(t, json.Unmarshal(line, e))
			l.exchanges = append(l.exchanges, e)
		}
	}
}

// request is what the client sent, to the address that a document names.
func (e *exchange) request(base string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), e.Method, base+e.URL, bytes.NewReader(e.Body))
	r.Header = e.Header.Clone()
	return r
}

// response is what auditlogtest answered.
func (e *exchange) response(to *http.Request) *http.Response {
	return &http.Response{
		StatusCode: e.Answer.Status, Header: e.Answer.Header.Clone(), Request: to,
		Body: io.NopCloser(bytes.NewReader(e.Answer.Body)), ContentLength: int64(len(e.Answer.Body)),
	}
}

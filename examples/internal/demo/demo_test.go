package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// parsed gives the mode of a program with an output, an identity and the arguments.
func parsed(t *testing.T, args ...string) *Mode {
	t.Helper()
	flags := flag.NewFlagSet("program", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.String("o", "", "")
	flags.String("name", "", "")
	m := New(flags, "name")
	require.NoError(t, flags.Parse(args))
	return m
}

var oneAPI = auditlogs.WithWaldur("https://waldur.example.org", auditlogs.StaticToken("secret"))

func TestClient(t *testing.T) {
	t.Parallel()
	other := []string{"PATH=/bin", "LOGS=1", "=C:=C:\\"}
	for name, test := range map[string]struct {
		args, environ []string
		config        []auditlogs.Option
		madeUp        bool
		want          string // within the error; "" for none
	}{
		"nothing asked for":        {environ: other, madeUp: true},
		"an API":                   {environ: other, config: []auditlogs.Option{oneAPI}},
		"an API, and a flag":       {args: []string{"-o", "f"}, config: []auditlogs.Option{oneAPI}},
		"an API, and variables":    {environ: []string{"AUDITLOGS_WALDUR_URL=secret"}, config: []auditlogs.Option{oneAPI}},
		"asked for":                {args: []string{"-demo", "-o", "f"}, madeUp: true},
		"asked for, with an API":   {args: []string{"-demo"}, environ: []string{"AUDITLOGS_X=secret"}, config: []auditlogs.Option{oneAPI}, madeUp: true},
		"asked for, with half one": {args: []string{"-demo"}, config: []auditlogs.Option{auditlogs.WithWaldur("", nil)}, madeUp: true},
		"a flag":                   {args: []string{"-o", "f"}, environ: other, want: "AUDITLOGS_WALDUR_TOKEN"},
		"an empty flag":            {args: []string{"-o", ""}, want: "AUDITLOGS_WALDUR_TOKEN"},
		"not asked for":            {args: []string{"-demo=false"}, want: "AUDITLOGS_WALDUR_TOKEN"},
		"a misspelt variable":      {environ: append(other, "AUDITLOGS_WALDR_URL=secret"), want: "AUDITLOGS_WALDR_URL is empty or no variable of an API: set "},
		"a misspelt prefix":        {environ: []string{"AUDITLOG_WALDUR_URL=secret"}, want: "AUDITLOG_WALDUR_URL is"},
		"the wrong case":           {environ: []string{"auditlogs_waldur_url=secret"}, want: "auditlogs_waldur_url is"},
		"an empty variable":        {environ: []string{"AUDITLOGS_WALDUR_TOKEN="}, want: "AUDITLOGS_WALDUR_TOKEN is empty"},
		"several":                  {environ: []string{"AUDITLOGS_B=", "AUDITLOGS_A=secret"}, want: "AUDITLOGS_A, AUDITLOGS_B is"},
		"half an API":              {config: []auditlogs.Option{auditlogs.WithWaldur("", auditlogs.StaticToken("secret"))}, want: "WithWaldur"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, madeUp, err := parsed(t, test.args...).Client(test.environ, test.config...)
			require.Equal(t, test.madeUp, madeUp)
			require.Equal(t, !test.madeUp && test.want == "", client != nil)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "secret")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// The variables that the error names configure all five APIs.
func TestAdvice(t *testing.T) { //nolint:paralleltest // t.Setenv excludes t.Parallel
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AUDITLOGS_") {
			t.Setenv(name, "")
		}
	}
	for _, name := range regexp.MustCompile(`AUDITLOGS_\w+`).FindAllString(advice, -1) {
		value := "value"
		if strings.HasSuffix(name, "_URL") {
			value = "https://example.org"
		}
		t.Setenv(name, value)
	}
	client, err := auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	require.Len(t, client.APIs(), 5)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, parsed(t).Check())
	require.NoError(t, parsed(t, "-demo", "-o", "f").Check())
	require.NoError(t, parsed(t, "-name", "Zoë").Check())
	require.NoError(t, parsed(t, "-demo=false", "-name", "Zoë").Check())
	require.EqualError(t, parsed(t, "-demo", "-name", "Zoë").Check(), "-name has no meaning with -demo, which has one of its own")
	require.EqualError(t, parsed(t, "zoe@example.org").Check(), `"zoe@example.org" is no flag; -h lists them`)
}

func TestReason(t *testing.T) {
	t.Parallel()
	require.Equal(t, "no API is configured", parsed(t).Reason())
	require.Equal(t, "-demo is set", parsed(t, "-demo").Reason())
}

func TestMarked(t *testing.T) {
	t.Parallel()
	var to bytes.Buffer
	w := Marked(&to)
	for _, text := range []string{"one\n", "two\nthree\n", "", "unfinished", "{\"v\":1}\n{\"v\":[{\"v\":2}]}\n"} {
		n, err := io.WriteString(w, text)
		require.NoError(t, err)
		require.Equal(t, len(text), n)
	}
	require.Equal(t, "demo one\ndemo two\ndemo three\ndemo unfinished{\"demo\":true,\"v\":1}\n{\"demo\":true,\"v\":[{\"v\":2}]}\n", to.String())

	event := auditlogs.Event{ID: "1", API: auditlogs.APIWaldur, Raw: []byte(`{"uuid":"1"}`)}
	text, err := json.Marshal(event)
	require.NoError(t, err)
	var back auditlogs.Event
	require.NoError(t, json.Unmarshal(Mark(text), &back), "a marked event is still an event")
	require.Equal(t, event.ID, back.ID)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestMarkedFails(t *testing.T) {
	t.Parallel()
	n, err := Marked(broken{}).Write([]byte("line\n"))
	require.Zero(t, n)
	require.EqualError(t, err, "disk full")
}

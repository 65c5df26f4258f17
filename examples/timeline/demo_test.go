package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

func TestMain(m *testing.M) { demotest.Main(m, main) }

func TestLostConfiguration(t *testing.T) {
	t.Parallel()
	demotest.Lost(t,
		"-addr 127.0.0.1:0", "-since 2026-10-01T00:00:00Z", "-max 10", "-eds-instance i", "-eds-instance i -eds-connector c", "-until 1h",
		"-elasticpath-resource customer:1", "-api waldur", "-akinon-type 19=campaign", "-demo=false",
	)
}

func TestDemoHasItsOwn(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"-eds-instance i", "-eds-connector c", "-elasticpath-resource customer:1"} {
		demotest.Refused(t, strings.Fields(args)[0]+" has no meaning with -demo", append(strings.Fields(args), "-demo")...)
	}
	demotest.Refused(t, `"waldur" is no flag`, "waldur")
}

// visited runs the program, and gives its page and its first events.
func visited(t *testing.T, config []auditlogs.Option, args ...string) (page, events string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	fetch := func(address string) string {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err.Error()
		}
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			return err.Error()
		}
		defer w.Body.Close()
		body, _ := io.ReadAll(w.Body)
		return string(body)
	}
	visits := make(chan struct{})
	stderr := &said{visit: func(address string) {
		defer close(visits)
		page, events = fetch(address), fetch(address+"events?limit=100")
		cancel()
	}}
	require.Equal(t, 130, run(ctx, args, nil, stderr, config...), stderr.String())
	<-visits
	return page, events
}

// eventsIn gives the whole answer and its events, as they stand there.
func eventsIn(t *testing.T, text string) (demo bool, events []json.RawMessage) {
	t.Helper()
	var a struct {
		Demo   bool
		Events []json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(text), &a), text)
	require.NotEmpty(t, a.Events)
	return a.Demo, a.Events
}

const (
	banner       = `<p id="demo" >Demo: all these records are made up.</p>`
	hiddenBanner = `<p id="demo" hidden>`
)

// Whatever is configured, the page of -demo and each of its events say that they are made up.
func TestDemoIsMarked(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for _, config := range [][]auditlogs.Option{nil, server.Options(), {auditlogs.WithWaldur("", nil)}} {
		page, answer := visited(t, config, "-demo", "-addr", "127.0.0.1:0", "-since", "2026-01-01T00:00:00Z")
		require.Contains(t, page, banner)
		demo, events := eventsIn(t, answer)
		require.True(t, demo)
		require.Len(t, events, 100)
		for _, event := range events {
			require.True(t, strings.HasPrefix(string(event), `{"demo":true,"v":1,"id":"`), string(event))
		}
	}
	for _, api := range auditlogtest.APIs() {
		require.Empty(t, server.Requests(api))
	}
}

func TestRealIsNotMarked(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.Generate(1, 100)
	page, answer := visited(t, server.Options(), "-addr", "127.0.0.1:0", "-eds-instance", auditlogtest.InstanceID,
		"-eds-connector", auditlogtest.ConnectorID, "-elasticpath-resource", auditlogtest.ResourceType+":"+auditlogtest.ResourceID)
	require.Contains(t, page, hiddenBanner)
	require.NotContains(t, page, banner)
	demo, events := eventsIn(t, answer)
	require.False(t, demo)
	require.NotContains(t, answer, `"demo"`)
	require.Len(t, events, 100)
}

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
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
		"-json", "-since 2026-10-01T00:00:00Z", "-interval 1s", "-eds-instance i", "-eds-instance i -eds-connector c",
		"-elasticpath-resource customer:1", "-api waldur", "-demo=false",
	)
}

func TestDemoHasItsOwn(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"-since 2026-10-01T00:00:00Z", "-interval 1s", "-eds-instance i", "-eds-connector c", "-elasticpath-resource customer:1",
	} {
		demotest.Refused(t, strings.Fields(args)[0]+" has no meaning with -demo", append(strings.Fields(args), "-demo")...)
	}
	demotest.Refused(t, `"waldur" is no flag`, "waldur")
}

// With nothing configured there is something to see at once, and more of it as time goes by, each line marked.
func TestDemo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		short := runFor(t, 2*time.Second, nil)
		long := runFor(t, 6*time.Second, nil)
		require.Equal(t, 130, long.code)
		require.Equal(t, "tail: no API is configured: following made-up records on a test server of its own\n", long.err.String())
		require.NotEmpty(t, short.out.lines())
		require.Greater(t, len(long.out.lines()), len(short.out.lines()))
		for _, api := range auditlogtest.APIs() {
			require.Contains(t, long.out.String(), string(api))
		}
		for _, line := range long.out.lines() {
			require.True(t, strings.HasPrefix(line, "demo 2026-"), line)
		}
	})
}

// Whatever is configured, what -demo shows is marked, and no configured API is asked.
func TestDemoIsMarked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		for _, config := range [][]auditlogs.Option{nil, config, {auditlogs.WithWaldur("", nil)}} {
			got := runFor(t, 3*time.Second, config, "-demo")
			require.Equal(t, 130, got.code)
			require.Equal(t, "tail: -demo is set: following made-up records on a test server of its own\n", got.err.String())
			for _, line := range got.out.lines() {
				require.True(t, strings.HasPrefix(line, "demo 2026-"), line)
			}
			got = runFor(t, 3*time.Second, config, "-demo", "-json")
			require.Equal(t, 130, got.code)
			for _, line := range got.out.lines() {
				require.True(t, strings.HasPrefix(line, `{"demo":true,"v":1,"id":"`), line)
				var e auditlogs.Event
				require.NoError(t, json.Unmarshal([]byte(line), &e))
			}
		}
		for _, api := range auditlogtest.APIs() {
			require.Empty(t, server.Requests(api))
		}
	})
}

func TestRealIsNotMarked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		server.AddUserEvents(login("jane"))
		time.Sleep(time.Hour)
		since := time.Now().Add(-2 * time.Hour).Format(time.RFC3339)
		for _, args := range [][]string{{"-since", since}, {"-since", since, "-json"}} {
			got := runFor(t, time.Minute, config, append(args, wanted...)...)
			require.Len(t, got.out.lines(), 1)
			require.Contains(t, got.out.String(), "jane")
			require.NotContains(t, got.out.String(), "demo")
		}
	})
}

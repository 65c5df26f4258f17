package destinations

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// A table that is sorted by uid keeps an event once, however often it is inserted, and a receipt of it equals that of the logs.
func TestClickHouse(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t)
	w := newWorld(t, 500)
	server.exec(t, `CREATE TABLE audit (uid String, time DateTime, event String) ENGINE = ReplacingMergeTree ORDER BY uid`)
	into := clickHouse{client: http.DefaultClient, url: server.url, table: "audit", user: "default", password: "secret"}

	var events []auditlogs.Event
	for e, err := range w.events(t.Context()) {
		require.NoError(t, err)
		events = append(events, e)
	}
	half := len(events) / 2
	require.NoError(t, into.post(t.Context(), events[:half]))
	require.NoError(t, into.post(t.Context(), events[half/2:]), "a part of it again")

	require.Equal(t, fmt.Sprint(len(events)+half-half/2), server.exec(t, "SELECT count() FROM audit"), "both are there until a merge")
	require.Equal(t, fmt.Sprint(len(events)), server.exec(t, "SELECT count() FROM audit FINAL"))
	kept := map[string]string{}
	for line := range strings.SplitSeq(server.exec(t, "SELECT uid, visitParamExtractString(event, 'raw_data') FROM audit FINAL FORMAT TabSeparatedRaw"), "\n") {
		uid, raw, _ := strings.Cut(line, "\t")
		kept[uid] = raw
	}
	require.Len(t, kept, len(events))
	w.requireProof(t, kept)
}

// The exporter's own order has no uid: with ReplacingMergeTree it loses events of the same time. With the uid, as a column that is computed,
// it keeps both, and each once.
func TestClickHouseOrder(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t)
	server.exec(t, `CREATE TABLE otel_logs (Timestamp DateTime, ServiceName String, Body String) ENGINE = ReplacingMergeTree
		ORDER BY (toStartOfFiveMinute(Timestamp), ServiceName, Timestamp)`)
	server.exec(t, `CREATE TABLE logs (Timestamp DateTime, ServiceName String, Body String,
		RecordUid String MATERIALIZED visitParamExtractString(Body, 'uid')) ENGINE = ReplacingMergeTree
		PARTITION BY toYYYYMM(Timestamp) ORDER BY (toDate(Timestamp), RecordUid)`)
	for _, table := range []string{"otel_logs", "logs"} {
		for range 2 {
			server.exec(t, "INSERT INTO "+table+` (Timestamp, Body) VALUES ('2026-10-01 00:00:00', '{"uid":"1"}'), ('2026-10-01 00:00:00', '{"uid":"2"}')`)
		}
	}
	require.Equal(t, "1", server.exec(t, "SELECT count() FROM otel_logs FINAL"))
	require.Equal(t, "2", server.exec(t, "SELECT count() FROM logs FINAL"))
}

func TestClickHouseRefuses(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t)
	into := clickHouse{client: http.DefaultClient, url: server.url, table: "none", user: "default", password: "secret"}
	events := []auditlogs.Event{someEvent("1", since, "{}")}
	require.ErrorContains(t, into.post(t.Context(), events), "the server answered 404")
	into.password = "wrong"
	err := into.post(t.Context(), events)
	require.ErrorContains(t, err, "the server answered ")
	require.NotContains(t, err.Error(), "wrong")
}

type chServer struct{ url string }

// startClickHouse starts a server of Debian's package clickhouse-server with a folder of its own.
func startClickHouse(t *testing.T) chServer {
	t.Helper()
	program, err := exec.LookPath("clickhouse-server")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/clickhouse-server")
	}
	if err != nil && os.Getenv("AUDITLOGS_INTEROP") == "required" {
		require.NoError(t, err)
	}
	if err != nil {
		t.Skip("no clickhouse-server: install Debian's package of that name")
	}
	folder := t.TempDir()
	web, native := freePort(t), freePort(t)
	config := filepath.Join(folder, "config.xml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `<yandex>
		<logger><level>warning</level><log>%[1]s/log</log><errorlog>%[1]s/errors</errorlog></logger>
		<listen_host>127.0.0.1</listen_host><http_port>%[2]d</http_port><tcp_port>%[3]d</tcp_port>
		<path>%[1]s/data/</path><tmp_path>%[1]s/tmp/</tmp_path><mark_cache_size>5242880</mark_cache_size>
		<users_config>config.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
		<profiles><default/></profiles><quotas><default/></quotas>
		<users><default><password>secret</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
	</yandex>`, folder, web, native), 0o600))
	var said bytes.Buffer
	command := exec.CommandContext(context.Background(), program, "--config-file="+config) // it ends in a cleanup, when the test's context is over
	command.Dir, command.Stdout, command.Stderr = folder, &said, &said
	require.NoError(t, command.Start())
	ended := make(chan string, 1)
	go func() { ended <- fmt.Sprint(command.Wait()) }()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
	})
	s := chServer{fmt.Sprintf("http://127.0.0.1:%d/", web)}
	for try := 0; ; try++ {
		if s.listens(t) {
			return s
		}
		select {
		case how := <-ended:
			ended <- how
			require.FailNow(t, "ClickHouse ended", "%s\n%s", how, said.String())
		case <-time.After(50 * time.Millisecond): // between two questions whether it listens
			require.Less(t, try, 1200, "ClickHouse does not answer")
		}
	}
}

func (s chServer) listens(t *testing.T) bool {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"ping", nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	require.NoError(t, res.Body.Close())
	return res.StatusCode == http.StatusOK
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	return port
}

// exec returns what the server answers, without the last line feed.
func (s chServer) exec(t *testing.T, query string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(query))
	require.NoError(t, err)
	req.Header.Set("X-ClickHouse-Key", "secret")
	req.Header.Set("X-ClickHouse-User", "default")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", query, text)
	return strings.TrimSuffix(string(text), "\n")
}

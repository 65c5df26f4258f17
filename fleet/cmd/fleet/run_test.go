package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

// worker is a "fleet run" of its own process.
type worker struct {
	*output
	address string
}

var (
	addressForm = regexp.MustCompile(` address=(\S+)`)
	urlForm     = regexp.MustCompile(` url=(\S+)`)
)

// startRun starts a worker that ends softly when the test does.
func startRun(t *testing.T, args ...string) *worker {
	t.Helper()
	cmd, all := process(t, append([]string{"run", "-listen", "127.0.0.1:0"}, args...)...)
	require.NoError(t, cmd.Start())
	w := &worker{output: all}
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait(), all)
	})
	w.address = w.told(t, addressForm)
	return w
}

// told waits until the worker has written something.
func (w *worker) told(t *testing.T, form *regexp.Regexp) string {
	t.Helper()
	var found []string
	require.Eventually(t, func() bool { found = form.FindStringSubmatch(w.String()); return found != nil }, timeout, tick, w)
	return found[1]
}

func (w *worker) get(ctx context.Context, path string) (int, string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.address+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

// world is a server with all five APIs, and a folder with a secret and specs for each, of which one is wrong.
type world struct {
	*auditlogtest.Server
	dir, specs string
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{Server: auditlogtest.NewServer(), dir: t.TempDir()}
	t.Cleanup(w.Close)
	now := time.Now()
	w.GenerateBetween(now.Add(-48*time.Hour), now.Add(-time.Minute), 1, 500)
	for name, text := range map[string]string{
		"waldur": "USERNAME=" + auditlogtest.Username + "\nPASSWORD=" + auditlogtest.Password, "huawei": "ACCESS_KEY=" + auditlogtest.AccessKey + "\nSECRET_KEY=" + auditlogtest.SecretKey,
		"akinon": "TOKEN=" + auditlogtest.Token, "elasticpath": "CLIENT_ID=" + auditlogtest.ClientID + "\nCLIENT_SECRET=" + auditlogtest.ClientSecret,
		"eyes": "TOKEN=" + auditlogtest.Token, "wrong": "TOKEN=" + wrongToken,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(w.dir, name+".env"), []byte(text), 0o600))
	}
	since := now.Add(-72 * time.Hour).UTC().Format(time.RFC3339)
	text := fmt.Sprintf(`specs:
- {tenant: a, api: waldur, secret: waldur, since: %[1]s, params: {url: %[2]q, per_minute: 60000}}
- {tenant: a, api: huawei-eds, secret: huawei, since: %[1]s, params: {url: %[3]q, project_id: %[7]s, instance_id: %[8]s}}
- {tenant: b, api: akinon, secret: akinon, since: %[1]s, params: {url: %[4]q}}
- {tenant: b, api: elasticpath, secret: elasticpath, since: %[1]s, params: {url: %[5]q, resource_type: customer, resource_id: %[9]s}}
- {tenant: c, api: thousandeyes, secret: eyes, params: {url: %[6]q}, backfill: {since: %[1]s, until: %[10]s, step: 24h}}
- {tenant: c, api: waldur, secret: wrong, since: %[1]s, params: {url: %[2]q}}
`, since, w.BaseURL(auditlogtest.Waldur), w.BaseURL(auditlogtest.HuaweiEDS), w.BaseURL(auditlogtest.Akinon), w.BaseURL(auditlogtest.ElasticPath),
		w.BaseURL(auditlogtest.ThousandEyes), auditlogtest.ProjectID, auditlogtest.InstanceID, auditlogtest.ResourceID, now.Add(-time.Hour).UTC().Format(time.RFC3339))
	w.specs = filepath.Join(w.dir, "specs.yaml")
	require.NoError(t, os.WriteFile(w.specs, []byte(text), 0o600))
	return w
}

const wrongToken = "geheim-geheim-geheim-geheim"

// statuses returns what "fleet status -json" prints, by source.
func statuses(t *testing.T, args ...string) map[string]logStatus {
	r := run(t.Context(), append([]string{"status", "-json"}, args...)...)
	all := map[string]logStatus{}
	for line := range strings.Lines(r.out) {
		var one logStatus
		if json.Unmarshal([]byte(line), &one) == nil {
			all[one.Source] = one
		}
	}
	return all
}

// A worker with a node of its own reads what is added, and says so, in every way that it has; what it says has no secret.
func TestRun(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	world.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: http.StatusServiceUnavailable})
	w := startRun(t, "-dir", filepath.Join(t.TempDir(), "node"), "-nats-listen", "127.0.0.1:0", "-secrets", world.dir,
		"-interval", "300ms", "-lag", "0", "-list-metrics")
	nats := w.told(t, urlForm)
	require.Eventually(t, func() bool { code, _ := w.get(t.Context(), "/readyz"); return code == http.StatusOK }, timeout, tick)

	added := run(t.Context(), "add", "-f", world.specs, "-nats", nats)
	require.Equal(t, result{out: "added 6 logs and 4 windows of the past\n"}, added)
	var all map[string]logStatus
	require.Eventually(t, func() bool {
		all = statuses(t, "-nats", nats)
		if len(all) != 6 || all["c/waldur"].Failures == 0 {
			return false
		}
		for name, one := range all {
			if name != "c/waldur" && (one.CaughtUp == nil || one.Error != "") {
				return false
			}
		}
		return true
	}, timeout, 5*tick, w)
	for _, name := range []string{"a/waldur", "a/huawei-eds", "b/akinon", "b/elasticpath"} {
		require.EqualValues(t, 100, all[name].Records, name)
	}
	require.NotEmpty(t, all["c/waldur"].Error)
	require.Equal(t, []string{"c/waldur"}, slices.Collect(maps.Keys(statuses(t, "-nats", nats, "-failing"))))
	require.Len(t, statuses(t, "-nats", nats, "-tenant", "b"), 2)

	table := run(t.Context(), "status", "-nats", nats)
	require.Contains(t, table.out, "6 logs, 0 windows, ")
	code, live := w.get(t.Context(), "/livez")
	require.Equal(t, http.StatusOK, code, live)
	require.Eventually(t, func() bool {
		_, text := w.get(t.Context(), "/metrics")
		return strings.Contains(text, `outcome="caught_up"`)
	}, timeout, tick)
	_, metrics := w.get(t.Context(), "/metrics")
	require.Contains(t, metrics, `auditlogs_fleet_records_total{auditlogs_api="huawei-eds"} 100`)
	require.Contains(t, metrics, `auditlogs_fleet_turns_total{auditlogs_api="thousandeyes",auditlogs_fleet_outcome="done"} 4`)
	require.Regexp(t, `auditlogs_fleet_turns_total\{auditlogs_api="waldur",auditlogs_fleet_outcome="failed"\} [1-9]`, metrics)
	require.Equal(t, documented(t), families(metrics))
	require.NotContains(t, metrics, `"a`+`"`, "no names of tenants")

	removed := run(t.Context(), "remove", "-f", world.specs, "-nats", nats)
	require.Equal(t, result{out: "removed 6 logs and 4 windows of the past\n"}, removed)
	require.Empty(t, statuses(t, "-nats", nats))
	require.Eventually(t, func() bool {
		_, text := w.get(t.Context(), "/metrics")
		idle := regexp.MustCompile(`(?m)^auditlogs_fleet_reading\{.*\} 0$`).FindAllString(text, -1)
		return len(idle) == len(auditlogtest.APIs())
	}, timeout, 5*tick, w)

	said := strings.Join([]string{w.String(), added.out, table.out, metrics, fmt.Sprint(all)}, "\n")
	for _, secret := range []string{
		auditlogtest.Token, auditlogtest.Password, auditlogtest.AccessKey, auditlogtest.SecretKey, auditlogtest.ClientSecret, wrongToken,
	} {
		require.NotContains(t, said, secret)
	}
}

// family is the name of a metric, and the names of its labels.
var (
	familyForm = regexp.MustCompile(`(?m)^# TYPE (auditlogs_\w+) `)
	sampleForm = regexp.MustCompile(`(?m)^(auditlogs_\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$`)
	labelForm  = regexp.MustCompile(`(\w+)="`)
	rowForm    = regexp.MustCompile("(?m)^\\| `(auditlogs_\\w+)` \\| (.*?) \\|")
	codeForm   = regexp.MustCompile("`(\\w+)`")
)

// families returns the metrics of a program, with the labels of each.
func families(text string) map[string][]string {
	all := map[string][]string{}
	for _, m := range familyForm.FindAllStringSubmatch(text, -1) {
		all[m[1]] = nil
	}
	for _, m := range sampleForm.FindAllStringSubmatch(text, -1) {
		for _, label := range labelForm.FindAllStringSubmatch(m[2], -1) {
			if label[1] != "le" && !slices.Contains(all[m[1]], label[1]) {
				all[m[1]] = append(all[m[1]], label[1])
			}
		}
	}
	for name := range all {
		slices.Sort(all[name])
	}
	return all
}

// documented returns the metrics of the README.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	all := map[string][]string{}
	for _, m := range rowForm.FindAllStringSubmatch(string(text), -1) {
		all[m[1]] = nil
		for _, label := range codeForm.FindAllStringSubmatch(m[2], -1) {
			all[m[1]] = append(all[m[1]], label[1])
		}
		slices.Sort(all[m[1]])
	}
	return all
}

// A worker that does not reach NATS lives, and is not ready; the password of the URL stays hidden.
func TestRunWithoutNATS(t *testing.T) {
	t.Parallel()
	w := startRun(t, "-nats", "nats://user:geheim@127.0.0.1:1", "-secrets", t.TempDir())
	code, _ := w.get(t.Context(), "/livez")
	require.Equal(t, http.StatusOK, code)
	require.Eventually(t, func() bool { return contains(w.output, "the fleet warns") }, timeout, tick)
	code, why := w.get(t.Context(), "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Equal(t, "there is no connection to NATS\n", why)
	require.NotContains(t, w.String(), "geheim")
}

// What keeps a worker from beginning is what it says when it is asked.
func TestWhyNotReady(t *testing.T) {
	t.Parallel()
	w := startRun(t, "-dir", t.TempDir(), "-nats-listen", "127.0.0.1:0", "-secrets", t.TempDir())
	nats := w.told(t, urlForm)
	nc, err := servers{urls: nats}.connect(false)
	require.NoError(t, err)
	h := &health{}
	require.Equal(t, "there is no connection to NATS", h.why())
	h.connected(nc)
	require.Equal(t, "the worker has not begun", h.why())
	h.warned(context.DeadlineExceeded)
	require.Equal(t, "the worker has not begun: context deadline exceeded", h.why())
	h.begun()
	require.Empty(t, h.why())
	nc.Close()
	require.Equal(t, "there is no connection to NATS", h.why())
}

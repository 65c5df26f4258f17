package browsertest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// The page says that the list is at its end where it is, and otherwise why it is not.
func TestEnding(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	defer server.Close()
	empty := auditlogtest.NewServer()
	defer empty.Close()
	server.Generate(1, 100) // 20 of each
	server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: 1000})
	all := []auditlogtest.API{auditlogtest.Akinon, auditlogtest.Waldur}
	b := newTab(t, newBrowser(t))
	require.NoError(t, b.use(wide))
	for _, test := range []struct { //nolint:paralleltest // they share a tab, which is quicker
		name   string
		server *auditlogtest.Server
		apis   []auditlogtest.API
		flags  []string
		query  string
		rows   int
		want   string
	}{
		{"whole", server, all[1:], nil, "", 20, "That is the end."},
		{"whole, and nothing matches", server, all[1:], nil, "?actor=nobody", 0, "No event matches."},
		{"empty", empty, all, nil, "", 0, "The log is empty."},
		{"empty, filtered", empty, all, nil, "?actor=nobody", 0, "The log is empty."},
		{"nothing since", empty, all, []string{"-since", "2026-01-01T00:00:00Z"}, "", 0, "The log has no events in the time asked for."},
		{"one failed", server, all, nil, "", 20, "akinon could not be read to its end."},
		{"one failed, and nothing matches", server, all, nil, "?actor=nobody", 0, "No event matches. akinon could not be read to its end."},
		{"all failed", server, all[:1], nil, "", 0, "No event was read. akinon could not be read to its end."},
		{"enough", server, all[1:], []string{"-max", "20"}, "", 20, "Stopped at -max 20: there may be older events."},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := startWith(t, environment(test.server, test.apis), test.flags...)
			require.NoError(t, b.do(chromedp.Navigate(address+test.query)))
			require.NoError(t, b.until(end+` === "`+test.want+`"`))
			require.NoError(t, b.until(rows+`.length === `+strconv.Itoa(test.rows)+` && !`+shownOn("#all")))
			require.NoError(t, b.until(said+`.endsWith("`+test.want+`")`))
		})
	}
	require.NoError(t, b.trouble())
}

// A program that is gone has not come to the end.
func TestProgramGone(t *testing.T) {
	t.Parallel()
	b := newTab(t, newBrowser(t))
	require.NoError(t, b.travel(start(t), journey{steps: []step{
		{"load", nil, loaded},
		{"read on", script(`fetch = () => Promise.reject(new Error("gone")); document.querySelector("#all").click()`), `!` + shownOn("#all")},
		{"says why not", chromedp.KeyEvent(kb.End), end + ` === "Reading broke off." && document.querySelector("#failures").textContent.includes("(gone)")`},
	}}))
}

// environment configures APIs.
func environment(server *auditlogtest.Server, apis []auditlogtest.API) (env []string) {
	for _, api := range apis {
		name := "AUDITLOGS_" + strings.ToUpper(string(api))
		env = append(env, name+"_URL="+server.BaseURL(api), name+"_TOKEN="+auditlogtest.Token)
	}
	return env
}

package browsertest

import (
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// What a log holds is shown as text, whatever it is, and one log that fails does not hide another.
func TestHostileText(t *testing.T) {
	t.Parallel()
	const hostile = `<img src=x onerror="console.error(1)"><script>alert(1)</script>`
	server := auditlogtest.NewServer()
	defer server.Close()
	server.AddUserEvents(auditlogs.UserEvent{
		AccountGroupID: auditlogtest.AccountGroupID, Date: time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC), Event: hostile,
		User: hostile, IPAddress: hostile, Resources: []auditlogs.EventResource{{Type: hostile, Name: hostile}},
	})
	server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: 100})
	b := newTab(t, newBrowser(t))
	require.NoError(t, b.do(chromedp.Navigate(startWith(t, []string{
		"AUDITLOGS_THOUSANDEYES_URL=" + server.BaseURL(auditlogtest.ThousandEyes), "AUDITLOGS_THOUSANDEYES_TOKEN=" + auditlogtest.Token,
		"AUDITLOGS_AKINON_URL=" + server.BaseURL(auditlogtest.Akinon), "AUDITLOGS_AKINON_TOKEN=" + auditlogtest.Token,
	}))))
	require.NoError(t, b.until(end+` === "akinon could not be read to its end." && `+rows+`.length === 1`))
	require.NoError(t, b.do(chromedp.Click("#list .row")))
	require.NoError(t, b.until(`document.querySelector("#list .record pre")?.textContent.startsWith("{")`))
	require.NoError(t, b.until(`document.querySelector("#list").textContent.split("<img src=x onerror=").length > 5`))
	require.NoError(t, b.until(`!document.querySelector("#demo").checkVisibility() && !document.querySelector(".made-up")`))
	require.NoError(t, b.until(`document.querySelectorAll("img").length === 0 && document.querySelectorAll("script").length === 1`))
	require.NoError(t, b.until(`document.querySelector("#failures").textContent.includes("403 Forbidden")`))
	require.NoError(t, b.trouble())
}

package browsertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

var screenshot = flag.String("screenshot", "", "write a picture of the page to this `file`")

// What the tests look at.
const (
	rows     = `document.querySelectorAll("#list details")`
	bars     = `document.querySelectorAll("#plot rect[data-api]")`
	everyRow = `[...` + rows + `].every(row => `
)

// step is something that a user does, and what must come of it.
type step struct {
	name string
	do   chromedp.Action[chromedp.Void]
	then string
}

// steps are a visit of the page with 10,000 made-up records.
var steps = []step{
	{"load", nil, rows + `.length >= 20 && ` + bars + `.length > 0 && document.querySelectorAll("#apis button").length === 5`},
	{
		"says that the records are made up", nil, `document.querySelector("#demo").checkVisibility() && ` + everyRow +
			`(mark => mark.textContent === "demo" && mark.scrollWidth <= mark.clientWidth)(row.querySelector("summary span")))`,
	},
	{"nothing more is read than needed", nil, rows + `.length < 400 && events.length < 2000 && !done`},
	{
		"scroll", chromedp.Evaluate[chromedp.Void](`before = ` + rows + `.length; scrollTo(0, document.body.scrollHeight)`),
		rows + `.length > before`,
	},
	{"newest first", nil, `events.every((e, i) => i === 0 || e.at <= events[i - 1].at)`},
	{"read everything", chromedp.Click("#all"), `document.querySelector("#status").textContent === "10,000 events" && buckets.length === 80`},
	{"the plot has everything", nil, `buckets.reduce((n, b) => n + b.sum, 0) === 10000`},
	{"filter by actor", chromedp.SendKeys("#actor", "ZOË"), rows + `.length > 20 && ` + everyRow + `row.textContent.includes("Zoë"))`},
	{
		"filter by action too", chromedp.SendKeys("#action", "login failed"),
		rows + `.length > 0 && ` + everyRow + `row.textContent.includes("Login failed.") && row.querySelector(".bad").textContent === "failure")`,
	},
	{"the plot is filtered", nil, `(n => n > 0 && n < 500)(buckets.reduce((n, b) => n + b.sum, 0))`},
	{"nothing matches", chromedp.SendKeys("#target", "no such thing"), rows + `.length === 0 && document.querySelector("#end").textContent === "No event matches."`},
	{
		"no filter", chromedp.Evaluate[chromedp.Void](`for (const i of document.querySelectorAll("input")) { i.value = ""; i.dispatchEvent(new Event("input")); }`),
		rows + `.length >= 100`,
	},
	{"filter by target", chromedp.SendKeys("#target", "weekly report"), rows + `.length > 0 && ` + everyRow + `row.textContent.includes("Weekly report"))`},
	{"empty field", chromedp.SendKeys("#target", strings.Repeat(kb.Backspace, 20)), rows + `.length >= 100 && ` + rows + `[0].textContent !== ""`},
	{
		"hide an API", chromedp.Click(`#apis button[data-api="akinon"]`),
		rows + `.length >= 50 && ` + everyRow + `!row.textContent.includes("akinon")) && ![...` + bars + `].some(bar => bar.dataset.api === "akinon")`,
	},
	{"show it again", chromedp.Click(`#apis button[data-api="akinon"]`), `[...` + rows + `].some(row => row.textContent.includes("akinon"))`},
	{"focus the plot", chromedp.Evaluate[chromedp.Void](`document.querySelector("#plot").focus()`), `document.activeElement.id === "plot"`},
	{
		"choose a time by keyboard", chromedp.KeyEvent(kb.PageUp + kb.PageUp + kb.ArrowLeft + kb.Enter),
		`!document.querySelector("#until").hidden && document.querySelector("h2").textContent.includes("Oct 2026") && ` +
			`events[events.findIndex(e => e.at < until)].time.slice(11, 19) === ` + rows + `[0].querySelector("time").textContent`,
	},
	{"back to now", chromedp.Click("#until"), `document.querySelector("#until").hidden && ` + rows + `[0].querySelector("time").textContent === events[0].time.slice(11, 19)`},
	{"open by keyboard", chromedp.SendKeys("#list summary", kb.Enter), `(p => p && p.textContent.startsWith("{"))(document.querySelector("#list details[open] pre"))`},
}

// visit takes the steps at an address, and tells what went wrong.
func (b *tab) visit(address string) error {
	if err := b.do(chromedp.Navigate(address)); err != nil {
		return err
	}
	for _, s := range steps {
		if s.do != nil {
			if err := b.do(s.do); err != nil {
				return errors.Join(fmt.Errorf("%s: %w", s.name, err), b.trouble())
			}
		}
		if err := b.until(s.then); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", s.name, err), b.trouble())
		}
	}
	return errors.Join(b.sameRecord(address), b.trouble())
}

// sameRecord compares the opened record with the first that the server has.
func (b *tab) sameRecord(address string) error {
	shown, err := chromedp.Run(b, chromedp.TextContent("#list details[open] pre"))
	if err != nil {
		return err
	}
	answer, err := http.Get(address + "events?limit=1")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var got struct {
		Events []struct{ Record json.RawMessage }
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		return err
	}
	var want, have bytes.Buffer
	if err := errors.Join(json.Compact(&want, got.Events[0].Record), json.Compact(&have, []byte(shown))); err != nil {
		return err
	}
	if want.String() != have.String() {
		return errors.New("the record is not the original: " + shown)
	}
	return nil
}

func TestPage(t *testing.T) {
	b := newTab(t, newBrowser(t))
	address := start(t)
	require.NoError(t, b.visit(address))
	if *screenshot != "" {
		b.picture(t, address)
	}
}

// picture shows the whole trail with one record opened.
func (b *tab) picture(t *testing.T, address string) {
	t.Helper()
	require.NoError(t, b.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(address), chromedp.Click("#all")))
	require.NoError(t, b.until(`done && `+rows+`.length > 20`))
	require.NoError(t, b.do(chromedp.Click("#list details:nth-of-type(4) summary")))
	require.NoError(t, b.until(`document.querySelector("#list details[open] pre")?.textContent.startsWith("{")`))
	png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(*screenshot, png, 0o644))
}

package browsertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// What a user does with 10,000 made-up records.
var (
	loading = journey{name: "loading", steps: []step{
		{"load", nil, loaded + ` && document.querySelectorAll("#apis button").length === 5`},
		{
			"says that the records are made up", nil, shownOn("#demo") + ` && ` + everyRow +
				`(mark => mark?.textContent === "demo" && mark.checkVisibility())(row.querySelector(".made-up")))`,
		},
		{"names what cannot be seen of the end", nil, end + ` === "Reading …"`},
	}}
	reading = journey{name: "reading", steps: []step{
		{"load", nil, loaded},
		{"nothing more is read than needed", nil, rows + `.length < 400 && (n => n > 0 && n < 2000)(parseInt(` + status + `.replace(",", ""))) && ` + status + `.endsWith(" read so far")`},
		{"scroll", script(`before = ` + rows + `.length; scrollTo(0, document.body.scrollHeight)`), rows + `.length > before`},
		{"newest first", nil, `[...document.querySelectorAll("#list time")].every((t, i, all) => i === 0 || Date.parse(t.dateTime) <= Date.parse(all[i - 1].dateTime))`},
		{"read everything", chromedp.Click("#all"), status + ` === "10,000 events" && ` + counted + ` === 10000 && !` + shownOn("#all")},
		{"says so", nil, said + `.startsWith("Reading has ended. 10,000 events.")`},
		{"to the end", chromedp.KeyEvent(kb.End), end + ` === "That is the end."`},
	}}
	filtering = journey{name: "filtering", steps: []step{
		{"load", nil, loaded},
		{"filter by actor", chromedp.SendKeys("#actor", "ZOË"), rows + `.length > 20 && ` + everyRow + `row.textContent.includes("Zoë"))`},
		{
			"filter by action too", chromedp.SendKeys("#action", "login failed"),
			rows + `.length > 0 && ` + everyRow + `row.textContent.includes("Login failed.") && row.querySelector(".outcome").textContent === "failure")`,
		},
		{"the plot is filtered", nil, `(n => n > 0 && n < 500)(` + counted + `)`},
		{"says how many", nil, `/^\d+ events match/.test(` + said + `)`},
		{"nothing matches", chromedp.SendKeys("#target", "no such thing"), rows + `.length === 0 && ` + end + ` === "No event matches."`},
		{"clear", chromedp.Click("#clear"), rows + `.length >= 100 && document.activeElement.id === "actor" && !` + shownOn("#clear")},
		{"filter by target", chromedp.SendKeys("#target", "weekly report"), rows + `.length > 0 && ` + everyRow + `row.textContent.includes("Weekly report"))`},
		{"empty field", chromedp.SendKeys("#target", strings.Repeat(kb.Backspace, 20)), rows + `.length >= 100`},
		{
			"hide an API", chromedp.Click(`#apis button[data-api="akinon"]`),
			rows + `.length >= 50 && ` + everyRow + `!row.textContent.includes("akinon")) && ` + bars + `.length > 0 && ![...` + bars + `].some(bar => bar.dataset.api === "akinon")`,
		},
		{"show it again", chromedp.Click(`#apis button[data-api="akinon"]`), `[...` + rows + `].some(row => row.textContent.includes("akinon"))`},
	}}
	choosing = journey{name: "choosing a time", steps: []step{
		{"load", chromedp.Click("#all"), status + ` === "10,000 events" && ` + loaded},
		{"focus the plot", script(`first = ` + newest + `.dateTime; document.querySelector("#plot").focus()`), `document.activeElement.id === "plot"`},
		{"choose by keyboard", chromedp.KeyEvent(kb.PageUp + kb.PageUp + kb.ArrowLeft), `/UTC: \d+ events/.test(` + said + `)`},
		{
			"go there", chromedp.KeyEvent(kb.Enter), shownOn("#until") + ` && document.querySelector("h2").textContent.includes("Oct 2026") && ` +
				search + `.startsWith("?before=2026-10-") && ` + newest + `.dateTime < ` + search + `.slice(8)`,
		},
		{"back to now", chromedp.Click("#until"), `!` + shownOn("#until") + ` && ` + newest + `.dateTime === first`},
	}}
	opening = journey{name: "opening a record", steps: []step{
		{"load", nil, loaded},
		{"open by keyboard", chromedp.SendKeys("#list .row button", kb.Enter), opened + `?.textContent.startsWith("{") && document.activeElement.getAttribute("aria-expanded") === "true"`},
		{"the focus is seen", nil, `getComputedStyle(document.activeElement.closest(".row")).outlineStyle === "solid"`},
	}, check: (*tab).sameRecord}
	escaping = journey{name: "Escape", query: "?actor=Zo%C3%AB&api=akinon,waldur", steps: []step{
		{"load", nil, rows + `.length >= 20`},
		{"open", chromedp.SendKeys("#list .row button", kb.Enter), opened + `?.textContent.startsWith("{")`},
		{"go into the record", chromedp.KeyEvent(kb.Tab), `document.activeElement === ` + opened},
		{
			"closes the record first", chromedp.KeyEvent(kb.Escape),
			`!` + opened + ` && document.activeElement.getAttribute("aria-expanded") === "false" && ` + said + ` === "Record closed." && ` + value("actor") + ` === "Zoë"`,
		},
		{
			"clears the filters", chromedp.KeyEvent(kb.Escape),
			value("actor") + ` === "" && location.search === "" && /^Filters cleared. [\d,]+ events/.test(` + said + `) && ` + rows + `.length >= 100 &&
				document.querySelectorAll("#apis [aria-pressed=true]").length === 5`,
		},
		{"in a field, all of them", chromedp.SendKeys("#action", "e"), location(`?action=e`)},
		{"and another", chromedp.SendKeys("#target", "x"), location(`?action=e&target=x`)},
		{"are cleared", chromedp.KeyEvent(kb.Escape), value("action") + ` + ` + value("target") + ` === "" && location.search === ""`},
	}}
)

func location(query string) string { return search + ` === "` + query + `"` }

var everything = []journey{loading, reading, filtering, choosing, opening, escaping, addressing, exporting, heading}

// sameRecord compares the opened record with the first that the server has.
func (b *tab) sameRecord(address string) error {
	shown, err := chromedp.Run(b, chromedp.TextContent("#list .record pre"))
	if err != nil {
		return err
	}
	first, err := b.eventsAt(address, 0, 1)
	if err != nil {
		return err
	}
	var event struct{ Record json.RawMessage }
	if err := json.Unmarshal(first[0], &event); err != nil {
		return err
	}
	var want, have bytes.Buffer
	if err := errors.Join(json.Compact(&want, event.Record), json.Compact(&have, []byte(shown))); err != nil {
		return err
	}
	if want.String() != have.String() {
		return errors.New("the record is not the original: " + shown)
	}
	return nil
}

func TestPage(t *testing.T) {
	t.Parallel()
	b := newTab(t, newBrowser(t))
	require.NoError(t, b.use(wide))
	require.NoError(t, b.travel(start(t, "-akinon-type", "19=campaign,47=order"), everything...))
}

// get reads a text of the program.
func (b *tab) get(address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(b, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status + ": " + text.String())
	}
	return text.Bytes(), nil
}

package browsertest

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// addressing looks at the filters in the address of the page: a reload, the way back and whoever is given the address see the
// same.
var addressing = journey{
	name: "addressing", query: "?api=akinon,thousandeyes&actor=Zo%C3%AB&before=2026-10-20T12:00:00Z",
	steps: []step{
		{
			"a link", nil, rows + `.length > 5 && ` + everyRow + `row.textContent.includes("Zoë") && /akinon|thousandeyes/.test(row.textContent)) && ` +
				newest + `.dateTime < "2026-10-20T12" && ` + value("actor") + ` === "Zoë" && ` + pressed + ` === "akinon thousandeyes"`,
		},
		{"shows the time", nil, `document.querySelector("#until").textContent === "Before 2026-10-20 12:00 UTC ×" && ` + shownOn("#until")},
		{"exports the same", nil, `["jsonl", "csv"].every(kind => document.querySelector("#" + kind).search === location.search)`},
		{"any time", chromedp.Click("#until"), location("?api=akinon,thousandeyes&actor=Zoë")},
		{"all APIs, one by one", chromedp.Click(`#apis [data-api="waldur"]`), location("?api=akinon,thousandeyes,waldur&actor=Zoë")},
		{"and the next", chromedp.Click(`#apis [data-api="elasticpath"]`), location("?api=akinon,elasticpath,thousandeyes,waldur&actor=Zoë")},
		{"and the last", chromedp.Click(`#apis [data-api="huawei-eds"]`), location("?actor=Zoë")},
		{"type", chromedp.SendKeys("#target", "a&b #?"), location("?actor=Zoë&target=a&b+#?") + ` && new URLSearchParams(location.search).get("target") === "a&b #?"`},
		{"leave the field", chromedp.SendKeys("#target", kb.Enter), location("?actor=Zoë&target=a&b+#?")},
		{"a word is one step back", chromedp.NavigateBack(), location("?actor=Zoë") + ` && ` + value("target") + ` === "" && ` + rows + `.length > 5`},
		{"and one more", chromedp.NavigateBack(), pressed + ` === "akinon elasticpath thousandeyes waldur" && ` + everyRow + `!row.textContent.includes("huawei-eds"))`},
		{"forward", chromedp.NavigateForward(), location("?actor=Zoë") + ` && ` + pressed + `.includes("huawei-eds")`},
		{"reload", script(`mine = true`), `mine`},
		{
			"keeps the filters", chromedp.Reload(), `typeof mine === "undefined" && ` + rows + `.length > 20 && ` + everyRow + `row.textContent.includes("Zoë")) && ` + value("actor") + ` === "Zoë"`,
		},
		{"none shown", chromedp.Navigate("about:blank"), `true`},
	},
	check: func(b *tab, address string) error {
		return b.take(address, journey{query: "?api=&before=yesterday", steps: []step{
			{"no API", nil, pressed + ` === "" && ` + end + ` === "No event matches."`},
			{"no time", nil, `document.querySelector("#failures").textContent.startsWith("“before” in the address is no time")`},
		}})
	},
}

// pressed are the APIs that are shown.
const pressed = `[...document.querySelectorAll("#apis [aria-pressed=true]")].map(b => b.dataset.api).join(" ")`

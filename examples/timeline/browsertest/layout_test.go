package browsertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// onScreen tells whether an element is where the page is scrolled to.
const onScreen = `const onScreen = e => { const box = e.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };`

// cut lists what is not seen whole, but for the addresses in rows and, where these are columns, their texts, which may be shortened.
const cut = `(() => {
	const all = [];
	` + onScreen + `
	const short = innerWidth > 1000 ? ".row .text, .row .address" : ".row .address";
	const seen = e => e.checkVisibility({ contentVisibilityAuto: true }) && !e.closest(".unseen, pre, datalist");
	for (const e of document.querySelectorAll("body *")) {
		if (!onScreen(e) || !seen(e) || e.closest("svg, input, " + short) || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		const range = document.createRange();
		range.selectNodeContents(e);
		const box = range.getBoundingClientRect();
		for (let a = e; a; a = a.parentElement) {
			const style = getComputedStyle(a), outer = a.getBoundingClientRect();
			const within = style.display === "inline" || style.display === "contents" || (box.left >= outer.left - 1 && box.right <= outer.right + 1);
			if (!within || (a.clientWidth && a.scrollWidth > a.clientWidth + 1)) { all.push(e.textContent + " in " + a.tagName + "." + a.className); break; }
		}
	}
	const plot = document.querySelector("#plot");
	for (const e of plot.querySelectorAll("text")) {
		const box = e.getBBox();
		if (box.x < 0 || box.x + box.width > plot.clientWidth) all.push(e.textContent + " in the plot");
	}
	if (innerWidth <= 1000) {
		for (const who of document.querySelectorAll("#list .who")) {
			who.closest(".row").style.contentVisibility = "visible";
			if (who.scrollWidth > who.clientWidth + 1 || who.scrollHeight > who.clientHeight + 1) all.push(who.textContent + " in a row");
		}
	}
	if (document.documentElement.scrollWidth > innerWidth) all.push("the page scrolls to the side");
	return all.join("; ");
})()`

// faint lists texts whose contrast with what is behind them is below 4.5 to 1, as of WCAG 2.
const faint = `(() => {
	` + onScreen + `
	const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	const known = new Map();
	const rgba = color => known.get(color) ?? known.set(color, painted(color)).get(color);
	const painted = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
	const light = ([r, g, b]) => {
		const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * x + .7152 * y + .0722 * z;
	};
	const behind = e => { for (let a = e; a; a = a.parentElement) { const c = rgba(getComputedStyle(a).backgroundColor); if (c[3] === 255) return c; } return rgba("white"); };
	const all = new Set();
	for (const e of document.querySelectorAll("body *")) {
		const text = e.tagName === "INPUT" ? e.value : [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join("").trim();
		if (!text || !onScreen(e) || !e.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true }) || e.closest(".unseen, datalist")) continue;
		const style = getComputedStyle(e), [a, b] = [light(rgba(e.closest("svg") ? style.fill : style.color)), light(behind(e))];
		const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (contrast < 4.5) all.add(text.slice(0, 20) + " " + contrast.toFixed(1));
	}
	return [...all].join("; ");
})()`

// lightness tells how light the page is, from 0 to 255.
const lightness = `Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0])`

// heading looks at the columns: their headings stay, and say what stands below them, in local time too.
var heading = journey{name: "heading", steps: []step{
	{"load", nil, loaded},
	{
		"in place", nil, `(([head, row]) => head.length === row.length && head.every((x, i) => Math.abs(x - row[i]) < 1.5))(
			[".head", "#list .row"].map(of => [...document.querySelector(of).querySelectorAll("[role=columnheader], [role=cell]")].map(e => e.getBoundingClientRect().left)))`,
	},
	{
		"local time", nil, `document.querySelector("#zone").textContent.startsWith("(Asia/") && ` + everyRow + `(t => {
			const there = new Date(Date.parse(t.dateTime) + 5.5 * 3600e3).toISOString();
			const date = there.slice(5, 10) === t.dateTime.slice(5, 10) ? "" : there.slice(5, 10) + " ";
			return t.textContent === date + there.slice(11, 19) + " +05:30" && row.querySelector(".utc").textContent === t.dateTime.slice(11, 19);
		})(row.querySelector("time"))) && [...document.querySelectorAll("time")].some(t => t.textContent.length > 15)`,
	},
	{"names of Akinon's types", nil, named},
	{"a name is searched", chromedp.SendKeys("#target", "campaign"), rows + `.length > 0 && ` + everyRow + `row.textContent.includes("akinon") && /^campaign( |$)/.test(row.querySelectorAll(".text")[2].textContent))`},
	{"and told", chromedp.Click("#list .row button"), `/Type name.*campaign/.test(document.querySelector("#list dl").textContent) && /Target type19/.test(document.querySelector("#list dl").textContent)`},
	{"scroll", script(`document.querySelector("#clear").click(); scrollTo(0, 2000)`), `scrollY > 1000 && (y => y >= 0 && y < 5)(document.querySelector(".head").getBoundingClientRect().top)`},
}, check: (*tab).headings}

// named is so if numbers with a name are shown by it, and numbers without one as they are.
const named = `(rows => rows.length > 3 && rows.every(t => /^(?!19 |47 )(campaign|order|\d\d)( |$)/.test(t)) && rows.some(t => /^\d/.test(t)))(
	[...` + rows + `].filter(row => row.querySelector("[data-api=akinon]")).map(row => row.querySelectorAll(".text")[2].textContent))`

// headings compares the headings that a screen reader gets.
func (b *tab) headings(string) error {
	tree, err := chromedp.Call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		return err
	}
	var found []string
	cells := 0
	for _, node := range tree.Nodes {
		if node.Role == nil || node.Name == nil {
			continue
		}
		switch told(node.Role) {
		case "columnheader":
			found = append(found, strings.ReplaceAll(told(node.Name), "\u200b", ""))
		case "cell", "gridcell":
			cells++
		}
	}
	const want = "UTC|Local (Asia/Calcutta)|API|Made up|Actor|Action|Target|Address|Outcome"
	if got := strings.Join(found, "|"); got != want || cells < 100 {
		return fmt.Errorf("the headings are %s, with %d cells", got, cells)
	}
	return nil
}

// told is the text of what a screen reader gets.
func told(v *accessibility.Value) (text string) {
	_ = json.Unmarshal(v.Value, &text)
	return text
}

// laidOut looks at the page with a record opened and an API hidden, at its top and further down.
func (b *tab) laidOut(address string, d device) error {
	if err := b.use(d); err != nil {
		return err
	}
	dark := `> 200`
	if d.scheme == "dark" {
		dark = `< 50`
	}
	var all []error
	err := b.take(address, journey{query: "?api=akinon,huawei-eds,thousandeyes,elasticpath&before=2026-10-31T20:00:00Z", steps: []step{
		{"load", chromedp.Click("#all"), status + ` === "10,000 events" && ` + rows + `.length > 50`},
		{"in its colours", nil, lightness + dark},
		{"without motion", nil, `document.getAnimations().length === 0 && getComputedStyle(document.querySelector("button")).transitionDuration === "0s"`},
		{"in few lines", nil, everyRow + `row.querySelector(".when").clientHeight < 30 && row.clientHeight < (innerWidth < 1000 ? 102 : 40))`},
		{"open", script(`document.querySelector("#list .row").click()`), opened + `?.textContent.startsWith("{")`},
	}, check: func(b *tab, _ string) error {
		for _, y := range []string{"0", "900", "1e6"} {
			if err := b.do(script(`scrollTo(0, ` + y + `)`)); err != nil {
				return err
			}
			if err := b.until(`new Promise(requestAnimationFrame)`); err != nil {
				return err
			}
			for what, list := range map[string]string{"cut": cut, "faint": faint} {
				text, err := chromedp.Run(b, chromedp.Evaluate[string](list))
				if err != nil {
					return err
				}
				if text != "" {
					all = append(all, fmt.Errorf("%s at %s: %s", what, y, text))
				}
			}
		}
		return nil
	}})
	return errors.Join(append(all, err)...)
}

func TestLayout(t *testing.T) {
	t.Parallel()
	b, address := newTab(t, newBrowser(t)), start(t)
	for _, d := range devices {
		require.NoError(t, b.laidOut(address, d), d.name)
	}
	require.NoError(t, b.trouble())
}

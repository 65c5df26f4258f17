package browsertest

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// device is what somebody looks at the page with.
type device struct {
	name          string
	width, height int64
	scheme        string // "light" or "dark"
	zone          string
}

// zone is half an hour off, and far enough for other dates.
const zone = "Asia/Kolkata"

var (
	wide    = device{"wide", 1280, 800, "light", zone}
	devices = []device{wide, {"wide, dark", 1280, 800, "dark", zone}, {"phone", 360, 740, "light", zone}, {"phone, dark", 360, 740, "dark", zone}}
)

// use lets the tab be a device, for somebody who wants little motion.
func (b *tab) use(d device) error {
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: d.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		return err
	}
	if _, err := chromedp.Call(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: d.zone}); err != nil {
		return err
	}
	return b.do(chromedp.EmulateViewport(d.width, d.height))
}

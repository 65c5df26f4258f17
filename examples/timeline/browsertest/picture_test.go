package browsertest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "write pictures of the page to this `folder`")

// TestPictures writes what the documents show: the whole trail, with one record opened where there is room.
func TestPictures(t *testing.T) {
	t.Parallel()
	if *screenshots == "" {
		t.Skip("-screenshots is not given")
	}
	b, address := newTab(t, newBrowser(t)), start(t, "-akinon-type", "19=campaign,47=order")
	for _, d := range devices {
		if d.width < 1000 {
			d.height = 1060
		}
		d.zone = "Europe/Berlin"
		require.NoError(t, b.use(d))
		require.NoError(t, b.take(address, journey{steps: []step{
			{"load", script(`document.querySelector("#all").click()`), status + ` === "10,000 events" && ` + rows + `.length > 20`},
			{"open", script(`if (innerWidth > 1000) document.querySelectorAll("#list .row")[3].click()`), `innerWidth < 1000 || ` + opened + `?.textContent.startsWith("{")`},
		}}))
		png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		name := strings.ReplaceAll(strings.ReplaceAll("timeline-"+d.name, "-wide", ""), ", ", "-")
		require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644))
	}
}

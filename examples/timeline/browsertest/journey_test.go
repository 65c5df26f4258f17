package browsertest

import (
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// step is something that a user does, and what must come of it.
type step struct {
	name string
	do   chromedp.Action[chromedp.Void]
	then string // a condition in the page
}

// journey is a visit for one purpose. Each begins with the page loaded anew.
type journey struct {
	name  string
	query string // of the address
	steps []step
	check func(b *tab, address string) error // what is not seen from within the page; may be nil
}

// travel takes journeys through the page at an address, and tells what went wrong.
func (b *tab) travel(address string, journeys ...journey) error {
	for _, j := range journeys {
		if err := b.take(address, j); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", j.name, err), b.trouble())
		}
	}
	return b.trouble()
}

func (b *tab) take(address string, j journey) error {
	if err := b.do(chromedp.Navigate(address + j.query)); err != nil {
		return err
	}
	for _, s := range j.steps {
		if s.do != nil {
			if err := b.do(s.do); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		patience := b.patience
		if s.name == b.doubted {
			patience = 3 * time.Second
		}
		if err := b.within(patience, s.then); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if j.check == nil {
		return nil
	}
	return j.check(b, address)
}

// script is an action in the page.
func script(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](text)
}

// What the journeys look at.
const (
	rows     = `document.querySelectorAll("#list .row")`
	bars     = `document.querySelectorAll("#plot rect[data-api]")`
	everyRow = `[...` + rows + `].every(row => `
	newest   = `document.querySelector("#list time")`
	status   = `document.querySelector("#status").textContent`
	end      = `document.querySelector("#end").textContent`
	said     = `document.querySelector("#said").textContent`
	search   = `decodeURIComponent(location.search)`
	counted  = `parseInt(document.querySelector("#told").textContent.replace(",", ""))` // events in the plot
	opened   = `document.querySelector("#list .record pre")`

	loaded = rows + `.length >= 20 && ` + bars + `.length > 0`
)

func value(field string) string { return `document.querySelector("#` + field + `").value` }

func shownOn(selector string) string {
	return `document.querySelector("` + selector + `").checkVisibility()`
}

package auditlogsreceiver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// health turns what is wrong with sources into the one status of the component: a recoverable error while a source fails, and
// a permanent one from when a source has ended, which the Collector does not let change any more.
type health struct {
	host component.Host

	turn    sync.Mutex
	failing map[string]error
	silent  bool // a permanent error was reported, or the component stops
}

func newHealth(host component.Host) *health { return &health{host: host, failing: map[string]error{}} }

// fails notes that a source fails, and is tried again.
func (h *health) fails(source string, err error) {
	h.change(func() bool {
		_, known := h.failing[source]
		h.failing[source] = err
		return !known
	})
}

// works notes that a source does not fail any more.
func (h *health) works(source string) {
	h.change(func() bool {
		_, known := h.failing[source]
		delete(h.failing, source)
		return known
	})
}

// ended notes that a source failed for good.
func (h *health) ended(source string, err error) {
	h.change(func() bool {
		h.report(componentstatus.NewPermanentErrorEvent(fmt.Errorf("%s: %w", source, err)))
		h.silent = true
		return false
	})
}

// stop ends all reports.
func (h *health) stop() { h.change(func() bool { h.silent = true; return false }) }

// change changes what is known, and reports it if it is another status then.
func (h *health) change(change func() bool) {
	h.turn.Lock()
	defer h.turn.Unlock()
	if h.silent || !change() {
		return
	}
	var errs []error
	for _, source := range slices.Sorted(maps.Keys(h.failing)) {
		errs = append(errs, fmt.Errorf("%s: %w", source, h.failing[source]))
	}
	if len(errs) == 0 {
		h.report(componentstatus.NewEvent(componentstatus.StatusOK))
		return
	}
	h.report(componentstatus.NewRecoverableErrorEvent(errors.Join(errs...)))
}

func (h *health) report(e *componentstatus.Event) { componentstatus.ReportStatus(h.host, e) }

package auditlogsreceiver

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// health turns what is wrong with sources into the one status of the component: a recoverable error while a source fails, and
// a permanent one from when a source has ended, which the Collector does not let change any more.
type health struct {
	host component.Host

	turn    sync.Mutex
	failing map[failure]error
	silent  bool // a permanent error was reported, or the component stops
}

// failure is what fails for now. A source may read while what it has read is not taken, and the other way round.
type failure struct {
	source string
	part   part
}

type part int

const (
	reading part = iota // polls of the source
	handing             // batches, and storing places
)

func newHealth(host component.Host) *health {
	return &health{host: host, failing: map[failure]error{}}
}

// fails notes that a part of a source fails, and is tried again.
func (h *health) fails(source string, p part, err error) {
	h.change(func() bool {
		before, known := h.failing[failure{source, p}]
		h.failing[failure{source, p}] = err
		return !known || before.Error() != err.Error()
	})
}

// works notes that a part of a source does not fail any more.
func (h *health) works(source string, p part) {
	h.change(func() bool {
		_, known := h.failing[failure{source, p}]
		delete(h.failing, failure{source, p})
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
	for _, f := range slices.SortedFunc(maps.Keys(h.failing), failure.compare) {
		errs = append(errs, fmt.Errorf("%s: %w", f.source, h.failing[f]))
	}
	if len(errs) == 0 {
		h.report(componentstatus.NewEvent(componentstatus.StatusOK))
		return
	}
	h.report(componentstatus.NewRecoverableErrorEvent(errors.Join(errs...)))
}

func (f failure) compare(other failure) int {
	return cmp.Or(strings.Compare(f.source, other.source), cmp.Compare(f.part, other.part))
}

func (h *health) report(e *componentstatus.Event) { componentstatus.ReportStatus(h.host, e) }

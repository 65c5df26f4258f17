package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// faults are what went wrong with logs. Each is said once.
type faults struct {
	watch  *progress
	said   map[*auditlogs.SourceError]bool
	failed []string // names of logs
	broken bool     // the output takes nothing more
}

func newFaults(watch *progress) *faults {
	return &faults{watch: watch, said: map[*auditlogs.SourceError]bool{}}
}

// report says what goes wrong while something else goes on. Calls come one at a time.
func (f *faults) report(e *auditlogs.SourceError) {
	f.said[e] = true
	f.watch.say("%s: %s%s", e.Source, cli.OneLine(e.Err), hint(e))
}

// note says what ended the delivery of a log, or of those that the errors name.
func (f *faults) note(ctx context.Context, name string, err error) {
	for _, one := range apart(err) {
		e, ok := one.(*auditlogs.SourceError) //nolint:errorlint // only what deliver itself returns
		switch {
		case !ok && ctx.Err() != nil && errors.Is(one, ctx.Err()):
			continue
		case !ok:
			e = &auditlogs.SourceError{Source: name, Err: one}
		}
		if !f.said[e] {
			f.report(e)
		}
		failed := name
		if failed == "" {
			failed = e.Source
		}
		if !slices.Contains(f.failed, failed) {
			f.failed = append(f.failed, failed)
		}
		f.broken = f.broken || errors.Is(e, deliver.ErrRefused)
	}
}

// summary says which logs failed.
func (f *faults) summary(logs int) error {
	return fmt.Errorf("%d of %s failed: %s", len(f.failed), cli.Count(logs, "log"), strings.Join(f.failed, ", "))
}

// apart returns the errors about logs that were joined, each alone.
func apart(err error) (all []error) {
	var one *auditlogs.SourceError
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
	case ok && errors.As(err, &one):
		for _, e := range joined.Unwrap() {
			all = append(all, apart(e)...)
		}
	default:
		all = []error{err}
	}
	return all
}

// hint says what to do about some errors.
func hint(err error) string {
	switch {
	case errors.Is(err, deliver.ErrMoved):
		return "; let one program at a time deliver into a store"
	case errors.Is(err, auditlogs.ErrCursorMismatch):
		return "; the store belongs to another address or other flags of this log"
	}
	return ""
}

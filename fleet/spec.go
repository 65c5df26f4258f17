package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Spec says what is to be read: one log of one tenant. It is stored as JSON, where everybody who may read the stream of tasks
// sees it.
type Spec struct {
	Tenant string          `json:"tenant"`
	API    auditlogs.API   `json:"api"`
	Name   string          `json:"name,omitempty"`   // tells several logs of one API of a tenant apart
	Params json.RawMessage `json:"params,omitempty"` // for the Opener, such as an address and a filter; no secret
	Secret string          `json:"secret,omitempty"` // names a credential, and is none
	// Since is where the log begins, inclusive. For a log that is followed, the zero time is the moment when [Add] is called for
	// the first time, by the clock of its machine.
	Since time.Time `json:"since,omitzero"`
	// Until is where a finished range ends, exclusive: it is read once, and the task is gone then. The zero time is a log that is
	// followed without end. See [Backfill].
	Until time.Time `json:"until,omitzero"`
}

// Opener makes the source of a spec, each time that a worker begins to read it. It must keep to Since and Until, by a filter, and
// to what else Params says; the worker gives the source its name. It is called from several goroutines at once. An error is
// one of the source: it is tried again later. It, and the source, must end when ctx does, or the log is not read meanwhile.
type Opener func(ctx context.Context, s Spec) (auditlogs.Source, error)

// Source returns the name of the source, under which its place and its events are kept: tenant, API and name, separated by
// slashes, or only tenant and API; within them, a slash is "%2F" and a percent sign "%25". A finished range adds to the name a
// blank, its Since, a slash and its Until.
func (s Spec) Source() string {
	name := escape.Replace(s.Name)
	if s.finished() {
		name += " " + deliver.Window{Since: s.Since, Until: s.Until}.String()
	}
	log := escape.Replace(s.Tenant) + "/" + escape.Replace(string(s.API))
	if name == "" {
		return log
	}
	return log + "/" + name
}

var escape = strings.NewReplacer("%", "%25", "/", "%2F")

// finished reports whether the range has an end.
func (s Spec) finished() bool { return !s.Until.IsZero() }

// kind is which of the two queues a task is in.
func (s Spec) kind() string {
	if s.finished() {
		return kindWindow
	}
	return kindFollow
}

// The queues. Ranges of the past have one of their own, so that nothing new waits behind years of history.
const (
	kindFollow = "follow"
	kindWindow = "window"
)

func (s Spec) taskSubject() string { return subject(taskSubject+s.kind()+".", s.Source()) }

// Backfill returns the specs that read a range of the past in windows and follow the log from its end: one for each window, and
// one for what comes after. [Add] them all. The windows are read at once, by all workers, and beside the following.
//
// A record that becomes visible after its window was read is missed, so let w.Until be as far back as records may be late. Bad
// input is an [*auditlogs.FilterError].
func Backfill(s Spec, w deliver.Windows) ([]Spec, error) {
	if !s.Since.IsZero() || s.finished() {
		return nil, refuse("Backfill", "Since", "and Until of the spec must be zero: the windows have them")
	}
	windows, err := w.Cut()
	if err != nil {
		return nil, err
	}
	all := make([]Spec, 0, len(windows)+1)
	for _, window := range windows {
		one := s
		one.Since, one.Until = window.Since, window.Until
		all = append(all, one)
	}
	s.Since = w.Until.UTC()
	return append(all, s), nil
}

// maxSpec is how large a spec may be, in bytes of JSON.
const maxSpec = 64 << 10

// check refuses a spec that cannot be a task.
func (s Spec) check(op string) error {
	switch {
	case s.Tenant == "":
		return refuse(op, "Tenant", "is empty")
	case s.API == "":
		return refuse(op, "API", "is empty")
	case len(s.Params) > 0 && !json.Valid(s.Params):
		return refuse(op, "Params", "is not JSON")
	case s.finished() && !s.Since.Before(s.Until):
		return refuse(op, "Since", "is not before Until")
	case strings.HasSuffix(s.Source(), sinceSuffix):
		return refuse(op, "Name", fmt.Sprintf("ends in %q, which is the fleet's own", sinceSuffix))
	case deliver.CheckName(s.Source()+sinceSuffix) != nil:
		return refuse(op, "Tenant", fmt.Sprintf("and Name make a name of more than %d bytes, or of bytes that are no text", deliver.MaxName-len(sinceSuffix)))
	}
	if text, err := s.text(); err != nil || len(text) > maxSpec {
		return refuse(op, "Params", fmt.Sprintf("makes the spec larger than %d bytes", maxSpec))
	}
	return nil
}

// same reports whether two specs ask for the same.
func (s Spec) same(other Spec) bool {
	a, errA := s.text()
	b, errB := other.text()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// text returns the message of the task.
func (s Spec) text() ([]byte, error) {
	s.Since, s.Until = s.Since.UTC(), s.Until.UTC()
	return json.Marshal(s) //nolint:gosec // Secret is the name of a credential
}

package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// answer is what the page is told of the trail.
type answer struct {
	Demo     bool              `json:"demo,omitempty"`
	Events   []json.RawMessage `json:"events"`
	Next     string            `json:"next"` // the place of the event after these
	Done     bool              `json:"done"` // there is none, and will be none
	Most     int               `json:"most"`
	Cut      bool              `json:"cut"`
	Ranged   bool              `json:"ranged"`
	APIs     []auditlogs.API   `json:"apis"`
	Failures []string          `json:"failures"`
	Lacks    []string          `json:"lacks"`
}

// list returns up to limit events from a place on, without their records if they are to be brief. If needed, it reads more for a
// moment.
func (t *trail) list(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from, err := strconv.Atoi("0" + r.FormValue("from"))
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	if err != nil || from > len(t.events) || limit < 1 || limit > 10_000 {
		http.Error(w, "no such place", http.StatusBadRequest)
		return
	}
	t.readSome(from + limit)
	to := min(from+limit, len(t.events))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer{
		Demo: t.madeUp, Events: t.shown(t.events[from:to], r.FormValue("brief") != ""), Next: strconv.Itoa(to), Done: t.done && to == len(t.events), Most: t.most,
		Cut: t.cut, Ranged: t.ranged, APIs: t.apis, Failures: texts(t.failures), Lacks: t.lacks(),
	})
}

// shown returns events as JSON, with their records unless brief, with a mark if they are made up, and with the name of the target's type if it has one.
func (t *trail) shown(events []auditlogs.Event, brief bool) []json.RawMessage {
	all := make([]json.RawMessage, len(events))
	for i, e := range events {
		if brief {
			e.Record, e.Raw = nil, nil
		}
		text, _ := json.Marshal(e) // an event that was read can be written
		if name := t.names.of(&e); name != "" {
			member, _ := json.Marshal(map[string]string{"type_name": name})
			member[len(member)-1] = ','
			text = append(member, text[1:]...)
		}
		if t.madeUp {
			text = demo.Mark(text)
		}
		all[i] = text
	}
	return all
}

func texts(errs []error) []string {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Error()
	}
	return all
}

package auditlogs

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// maxWord limits the length of each text from an API within an event's line.
const maxWord = 100

// String returns the event as one line of bounded length, for people and logs: time, API, action, actor, target,
// address and outcome. It contains nothing of the original record; docs/events.md describes what that leaves out.
func (e Event) String() string {
	var parts []string
	add := func(before, text, after string) {
		if text != "" {
			parts = append(parts, before+text+after)
		}
	}
	if !e.Time.IsZero() {
		add("", e.Time.UTC().Format(time.RFC3339Nano), "")
	}
	add("", word(string(e.API)), "")
	add("", strings.TrimSuffix(word(e.Action), "."), "")
	add("by ", word(e.Actor.label()), "")
	add("on ", word(e.Target.label()), "")
	add("from ", word(e.SourceIP), "")
	add("(", word(string(e.Outcome)), ")")
	return strings.Join(parts, " ")
}

// Format prints String, whatever the verb.
func (e Event) Format(f fmt.State, verb rune) { formatText(f, verb, e.String()) }

// LogValue returns a group for slog with the attributes id, time, api, source, action, actor (id, name, email, kind),
// target (type and id, or name if there is no id), source_ip and outcome, if they are known. It contains nothing of the
// original record.
func (e Event) LogValue() slog.Value {
	var attrs []slog.Attr
	text := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, word(value)))
		}
	}
	text("id", e.ID)
	if !e.Time.IsZero() {
		attrs = append(attrs, slog.Time("time", e.Time.UTC()))
	}
	text("api", string(e.API))
	text("source", e.Source)
	text("action", e.Action)
	for _, group := range []slog.Attr{{Key: "actor", Value: e.Actor.LogValue()}, {Key: "target", Value: e.Target.LogValue()}} {
		if len(group.Value.Group()) > 0 {
			attrs = append(attrs, group)
		}
	}
	text("source_ip", e.SourceIP)
	text("outcome", string(e.Outcome))
	return slog.GroupValue(attrs...)
}

// LogValue returns a group for slog with the attributes id, name, email and kind, if they are known.
func (a Actor) LogValue() slog.Value {
	return words("id", a.ID, "name", a.Name, "email", a.Email, "kind", a.Kind)
}

// LogValue returns a group for slog with the attributes type and id, or name if there is no id.
func (t Target) LogValue() slog.Value {
	if t.ID != "" {
		return words("type", t.Type, "id", t.ID)
	}
	return words("type", t.Type, "name", t.Name)
}

// label returns the first of name, address, ID and kind that is known.
func (a Actor) label() string { return cmp.Or(a.Name, a.Email, a.ID, a.Kind) }

// label returns the target's type and ID. It uses the name only if there is no ID, because a name may be a person's.
func (t Target) label() string {
	return strings.TrimSpace(t.Type + " " + cmp.Or(t.ID, t.Name))
}

// words returns a group of the texts that are not empty.
func words(pairs ...string) slog.Value {
	var attrs []slog.Attr
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, slog.String(pairs[i], word(pairs[i+1])))
		}
	}
	return slog.GroupValue(attrs...)
}

// word makes a text from an API fit on a line.
func word(text string) string { return scrub.Line(text, maxWord) }

// formatText prints a text instead of a value, so that no verb shows the value's fields.
func formatText(f fmt.State, verb rune, text string) {
	if verb != 'q' {
		verb = 's'
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), text)
}

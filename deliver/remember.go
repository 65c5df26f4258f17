package deliver

import (
	"context"
	"errors"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Remember keeps a text in a sink, under a name: the first call stores it, and every later one, in this process or another,
// returns what the first stored. So what a job must say in the same words at every run, such as the Since of what it
// follows, is computed once:
//
//	since, err := deliver.Remember(ctx, sink, "waldur since", time.Now().Add(-24*time.Hour).Format(time.RFC3339))
//
// The name is one of the names of sources, and must be none of these. The text is stored as the Cursor of a place whose
// commit has no events, so it must not be empty. It asks the sink for the place, and commits once at most. Safe for
// concurrent use.
func Remember(ctx context.Context, to Sink, name, text string) (string, error) {
	if err := checkSink("Remember", to, Options{}); err != nil {
		return "", err
	}
	if text == "" {
		return "", refuse("Remember", "text", "is empty")
	}
	if err := CheckName(name); err != nil {
		return "", err
	}
	d := &delivery{Options: Options{}.withDefaults(), op: "Remember", to: to, name: name}
	err := d.ask(ctx)
	if err == nil && d.place.Seq == 0 {
		if err = d.commit(ctx, &page{Next: auditlogs.Cursor(text)}, false); errors.Is(err, ErrMoved) {
			err = d.ask(ctx) // another process was first
		}
	}
	if err != nil {
		return "", d.fault(err)
	}
	if d.place.Count > 0 || d.place.Seq > 1 || d.place.Done {
		return "", refuse("Remember", "name", "is the name of a source that was delivered")
	}
	return string(d.place.Cursor), nil
}

package deliver

import (
	"context"
	"time"
)

// RememberTime keeps a time in a sink, as [Remember] keeps a text, and with its names, requests and errors. So a program that
// runs again and again begins where its first run did:
//
//	begin, err := deliver.RememberTime(ctx, sink, "begin", time.Now().AddDate(0, 0, -7))
//
// The result is in UTC, to the nanosecond, in the first run too. A zero time is refused, and so is a name whose text is no
// time of this form.
func RememberTime(ctx context.Context, to Sink, name string, t time.Time) (time.Time, error) {
	if t.IsZero() {
		return time.Time{}, refuse("RememberTime", "t", "is zero")
	}
	text, err := Remember(ctx, to, name, t.UTC().Format(time.RFC3339Nano))
	if err != nil {
		return time.Time{}, err
	}
	kept, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, refuse("RememberTime", "name", "is that of a text that is no time")
	}
	return kept.UTC(), nil
}

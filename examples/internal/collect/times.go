package collect

import (
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// day is the length of a window, unless a flag says another.
const day = 24 * time.Hour

// contradicts reports whether a flag asks for another time than a certain one.
func contradicts(m cli.Moment, t time.Time) bool { return m.Fixed && !m.Equal(t) }

// span is a range of time. A zero since is the first record, and a zero until has no end yet.
type span struct{ since, until time.Time }

func (s span) String() string { return timeText(s.since) + "/" + timeText(s.until) }

// openEnd is an open end in a range, as in ISO 8601-2.
const openEnd = ".."

func timeText(t time.Time) string {
	if t.IsZero() {
		return openEnd
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func parseTimeText(text string) (time.Time, error) {
	if text == openEnd {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339Nano, text)
}

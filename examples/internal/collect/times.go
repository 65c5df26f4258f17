package collect

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// units are those that durations have here, beside those of Go.
var units = []struct {
	name string
	time.Duration
}{{"y", 365 * day}, {"w", 7 * day}, {"d", day}}

// parseDuration reads a duration such as "2y", "1d12h" or "90s". It is not negative.
func parseDuration(text string) (sum time.Duration, err error) {
	bad := fmt.Errorf("%q is no duration such as 24h, 7d, 2w or 1y", text)
	rest := text
	for _, unit := range units {
		number, after, ok := strings.Cut(rest, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 64)
		if err != nil || n > uint64((1<<63-1-sum)/unit.Duration) {
			return 0, bad
		}
		sum, rest = sum+time.Duration(n)*unit.Duration, after
	}
	if rest == "" && text != "" {
		return sum, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more < 0 || sum+more < 0 {
		return 0, bad
	}
	return sum + more, nil
}

// duration is a flag with these units.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }

func (d *duration) Set(text string) error {
	parsed, err := parseDuration(text)
	*d = duration(parsed)
	return err
}

// moment is a time that a flag gives.
type moment struct {
	time.Time      // zero: not given
	fixed     bool // given as a time, not as a distance from now
}

// parseMoment reads a time, or a distance back from now. What is counted from now has whole seconds.
func parseMoment(text string, now time.Time) (moment, error) {
	if text == "" {
		return moment{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return moment{t.UTC(), true}, nil
	}
	back, err := parseDuration(text)
	if err != nil {
		return moment{}, fmt.Errorf("%q is neither a time such as 2026-10-01T00:00:00Z nor a duration such as 24h or 7d", text)
	}
	return moment{now.Add(-back).UTC().Truncate(time.Second), false}, nil
}

// contradicts reports whether another time than a certain one was asked for.
func (m moment) contradicts(t time.Time) bool { return m.fixed && !m.Equal(t) }

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

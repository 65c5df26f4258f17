package cli

import (
	"errors"
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

// ParseDuration reads a duration such as "2y", "1d12h" or "90s". It is not negative.
func ParseDuration(text string) (sum time.Duration, err error) {
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

// Duration is a [flag.Value] with these units.
type Duration time.Duration

// String returns the duration in the units of Go.
func (d *Duration) String() string { return time.Duration(*d).String() }

// Set reads a text as ParseDuration does.
func (d *Duration) Set(text string) error {
	parsed, err := ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// Moment is a time that a flag gives.
type Moment struct {
	time.Time      // in UTC; zero: not given
	Fixed     bool // given as a time, not as a distance from now
}

var errMoment = errors.New("want a duration back from now such as 24h or 7d, a date such as 2026-10-01, or a time such as 2026-10-01T00:00:00Z")

// ParseMoment reads a duration back from now, a date, which is its midnight in UTC, or a time of RFC 3339. What is counted from
// now has whole seconds.
func ParseMoment(text string, now time.Time) (Moment, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return Moment{t.UTC(), true}, nil
		}
	}
	back, err := ParseDuration(text)
	if err != nil {
		return Moment{}, errMoment
	}
	return Moment{now.Add(-back).UTC().Truncate(time.Second), false}, nil
}

// momentValue is the flag of a moment.
type momentValue struct {
	to  *Moment
	now time.Time
}

func (v *momentValue) String() string { return "" } // none has a default

func (v *momentValue) Set(text string) (err error) {
	*v.to, err = ParseMoment(text, v.now)
	return err
}

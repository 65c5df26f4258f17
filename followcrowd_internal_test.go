package auditlogs

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Arrivals of sources a to c, and at which of them all are caught up: "a." is a page, "a+" the last of a poll, "a!" an error
// and "ax" the end of the source.
func TestCrowdRounds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arrivals, want string }{
		"one":                   {"a+ a. a+ a+", "a+ a+ a+"},
		"each in turn":          {"a+ b+ c+ a+ b+ c+", "c+ c+"},
		"one is faster":         {"a+ a+ b+ a+ c+ a+ c+ b+", "c+ b+"},
		"within the next poll":  {"a+ a. b+ c+", "c+"},
		"a page is no poll":     {"a. b+ c+ a. a+", "a+"},
		"the missing one fails": {"a+ b+ c! cx", "cx"},
		"it failed before":      {"c! cx a+ b+ a+ b+", "b+ b+"},
		"it failed, and others end polls meanwhile": {"a+ b+ c! a+ cx", "cx"},
		"one caught up before it failed":            {"a+ a! ax b. c+ b+ b+ c+", "b+ c+"},
		"some failed in vain":                       {"a! ax b! bx c+", "c+"},
		"all fail before any is caught up":          {"a! ax b. b! bx c! cx", ""},
		"all fail, one was caught up":               {"a+ a! ax b! bx c! cx", "cx"},
		"all were caught up, and fail":              {"a+ b+ c+ a! ax b! bx c! cx", "c+"},
		"an error of one of several logs":           {"a! a. b+ c+ a+", "a+"},
		"all logs of one of several fail":           {"a. a! a! ax b+ c+", "c+"},
		"one of one's own ends with a poll":         {"a+ ax b+ c+ b+ c+", "c+ c+"},
		"one of one's own ends within a poll":       {"a+ a. ax b+ c+ b+ c+", "c+"},
		"one of one's own gives nothing":            {"ax b+ c+ b+ c+", ""},
	} {
		c := &crowd{members: make([]member, 3)}
		if name == "one" {
			c.members = c.members[:1]
		}
		c.n = len(c.members)
		var got []string
		ended := 0
		for text := range strings.FieldsSeq(test.arrivals) {
			a, called := arrival{source: int(text[0] - 'a')}, false
			switch text[1] {
			case '!':
				a.err = errors.New("down")
			case '.', '+':
				a.page = &Page[Event]{CaughtUp: text[1] == '+'}
			default:
				ended++
			}
			if left := c.note(a); left || a.page != nil && a.page.CaughtUp {
				called = c.caughtUp()
			}
			require.Equal(t, len(c.members)-ended, c.n)
			if called {
				got = append(got, text)
			}
		}
		require.Equal(t, test.want, strings.Join(got, " "), name)
	}
	require.True(t, (&crowd{}).caughtUp(), "nothing is left to be read")
}

package auditlogs

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// clockStep is one answer: how long after the one before, what it says, and what is believed, both against the right time.
type clockStep struct {
	times      int
	after      time.Duration
	says, want time.Duration
}

func TestServerClock(t *testing.T) {
	t.Parallel()
	const day, minute = 24 * time.Hour, time.Minute
	for name, steps := range map[string][]clockStep{
		"right":                        {{times: 100, after: minute}},
		"ahead once":                   {{times: 3, after: minute}, {times: 1, after: minute, says: day}, {times: 3, after: minute}},
		"ahead, not proved":            {{times: 3, after: minute}, {times: clockProof - 1, after: minute, says: day}, {times: 1, after: minute}, {times: clockProof - 1, after: minute, says: day}},
		"ahead, proved":                {{times: 3, after: minute}, {times: clockProof - 1, after: minute, says: day}, {times: 9, after: minute, says: day, want: day}},
		"answers within a poll":        {{times: 3, after: minute}, {times: 500, after: time.Millisecond, says: day}},
		"behind, hardly known before":  {{times: 3, after: minute}, {times: 1, after: minute, says: -day, want: -day}, {times: clockProof - 1, after: minute, want: -day}, {times: 3, after: minute}},
		"behind, well known before":    {{times: clockProof + 2, after: minute}, {times: 1, after: minute, says: -day, want: -day}, {times: 3, after: minute}},
		"behind for good":              {{times: clockProof + 2, after: minute}, {times: clockProof, after: minute, says: -day, want: -day}, {times: 3, after: minute, want: -day}},
		"within the slack":             {{times: 3, after: minute}, {times: 1, after: minute, says: 9 * time.Second, want: 9 * time.Second}, {times: 3, after: minute}},
		"slow polls allow more":        {{times: 3, after: 10 * time.Hour}, {times: 3, after: 10 * time.Hour, says: 10 * minute, want: 10 * minute}},
		"a year ahead and a day ahead": {{times: 3, after: minute}, {times: 5, after: minute, says: 365 * day}, {times: 5, after: minute, says: day}, {times: 1, after: minute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newServerClock(minute)
				for i, s := range steps {
					for range s.times {
						time.Sleep(s.after)
						right := time.Now().Add(26 * 365 * day)
						got := c.read(right.Add(s.says), time.Now())
						require.Equal(t, s.want, got.Sub(right), "step %d", i)
					}
				}
			})
		})
	}
}

// A copy that shows the same date again and again is no clock: it does not keep the right one from being believed again.
func TestServerClockOfACopy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newServerClock(time.Minute)
		began := time.Now()
		right := func() time.Time { return time.Now().Add(epochOfServer) }
		c.read(right(), time.Now())
		copied := began.Add(epochOfServer - time.Hour)
		for range clockProof + 1 {
			time.Sleep(time.Minute)
			require.Equal(t, copied, c.read(copied, time.Now()))
			c.read(right(), time.Now())
		}
		require.Equal(t, right(), c.read(right(), time.Now()))
	})
}

const epochOfServer = 26 * 365 * 24 * time.Hour

// An answer that took long is not behind.
func TestServerClockOfSlowAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newServerClock(time.Minute)
		for range 5 {
			sent := time.Now()
			time.Sleep(time.Minute)
			date := time.Now().Add(epochOfServer)
			time.Sleep(time.Minute) // the body
			require.Equal(t, date, c.read(date, sent))
		}
		quick := time.Now().Add(epochOfServer)
		require.Equal(t, quick, c.read(quick, time.Now()))
	})
}

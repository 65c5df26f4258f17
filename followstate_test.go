package auditlogs

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// someFollowState is a place with everything in it.
func someFollowState(n int) followState {
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := followState{
		start: end.Add(-time.Hour), end: end, keep: end.Add(-5 * time.Minute), recent: recent{},
		poll: newPosition(pollBounds(end.Add(-5*time.Minute), false), 0), rising: true, hint: 17,
	}
	f.poll.lag, f.poll.floor, f.poll.until = time.Minute, end, end.Add(10*time.Minute)
	f.poll.started, f.poll.frontier, f.poll.order = true, end.Add(time.Minute), newestFirst
	for i := range n {
		d := digestOf(fmt.Sprint(i))
		f.recent[d] = end.Add(time.Duration(i%600-300) * time.Second) // some are newer than the end
		if i%3 == 0 {
			f.poll.keys.add(d)
		}
	}
	return f
}

func TestFollowStateSurvivesItsCursor(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 5, 1000} {
		want := someFollowState(n)
		c, err := want.encode("scope")
		require.NoError(t, err)
		again, err := want.encode("scope")
		require.NoError(t, err)
		assert.Equal(t, c, again, "equal places give equal cursors")
		got, err := decodeFollow(c, "scope", false)
		require.NoError(t, err)
		assert.Equal(t, want.recent, got.recent)
		assert.Equal(t, want.poll.keys, got.poll.keys)
		assert.Equal(t, want.poll.bounds, got.poll.bounds)
		assert.Equal(t, []any{want.start, want.end, want.keep, want.rising, want.hint}, []any{got.start, got.end, got.keep, got.rising, got.hint})
		assert.Equal(t, []any{want.poll.lag, want.poll.floor, want.poll.frontier}, []any{got.poll.lag, got.poll.floor, got.poll.frontier})
		_, err = decodeFollow(c, "another", false)
		assert.ErrorIs(t, err, ErrCursorMismatch)
	}
}

func TestFollowCursorGrowsByTenBytesARecord(t *testing.T) {
	t.Parallel()
	small, large := someFollowState(0), someFollowState(3000)
	large.poll.keys = digests{}
	a, err := small.encode("scope")
	require.NoError(t, err)
	b, err := large.encode("scope")
	require.NoError(t, err)
	assert.LessOrEqual(t, len(b)-len(a), 11*3000)
}

func TestRecentForgetsByTheSecond(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := recent{digestOf("old"): at.Add(-time.Second), digestOf("new"): at}
	r.forget(at.Add(999 * time.Millisecond))
	assert.Equal(t, recent{digestOf("new"): at}, r)
}

// FuzzFollowCursor: whatever a cursor holds, it is read or refused.
func FuzzFollowCursor(f *testing.F) {
	state := someFollowState(4)
	whole, err := state.encode("scope")
	require.NoError(f, err)
	f.Add(string(whole), []byte(nil), []byte(nil))
	f.Add("al1.", []byte(`{"s":"scope","follow":{"u":"2026-03-01T12:00:00Z","k":6,"p":{"s":"","t":-1}}}`), []byte("123456abcdef\x04"))
	f.Add("", []byte(`{"s":"scope","follow":{"u":"2026-03-01T12:00:00Z","k":-1}}`), []byte("1234567"))
	f.Add("", []byte(`{"s":"scope","b":true,"l":"2026-03-01T12:00:00Z"}`), []byte{})
	f.Fuzz(func(t *testing.T, text string, state, rest []byte) {
		cursors := []Cursor{Cursor(text)}
		if sealed, err := sealCursor(rawJSON(state), rest); err == nil {
			cursors = append(cursors, sealed)
		}
		for _, c := range cursors {
			got, err := decodeFollow(c, "scope", len(state)%2 == 0)
			if err != nil {
				if !assert.True(t, err == ErrInvalidCursor || err == ErrCursorMismatch) {
					t.Log(err)
				}
				continue
			}
			again, err := got.encode("scope")
			require.NoError(t, err)
			_, err = decodeFollow(again, "scope", len(state)%2 == 0)
			require.NoError(t, err)
		}
	})
}

type rawJSON []byte

func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

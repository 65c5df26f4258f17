package auditlogs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// second is the nth second of a day.
func second(n int) time.Time { return time.Date(2026, 3, 1, 0, 0, n, 0, time.UTC) }

func seconds(ns ...int) (times []time.Time) {
	for _, n := range ns {
		times = append(times, second(n))
	}
	return times
}

func TestOrderOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		times []int
		want  order
	}{
		{nil, orderUnknown},
		{[]int{1}, orderUnknown},
		{[]int{1, 1, 1}, orderUnknown},
		{[]int{2, 1}, newestFirst},
		{[]int{1, 2}, oldestFirst},
		{[]int{3, 3, 2, 2, 1}, newestFirst},
		{[]int{1, 1, 2, 3, 3}, oldestFirst},
		{[]int{1, 3, 2}, unordered},
		{[]int{3, 2, 2, 3}, unordered},
	} {
		require.Equal(t, c.want, orderOf(seconds(c.times...)), "%v", c)
	}
}

func TestRelate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order           order
		older, same, in relation
	}{
		{newestFirst, ahead, level, behind},
		{oldestFirst, behind, level, ahead},
		{unordered, level, level, level},
		{orderUnknown, ahead, level, ahead},
	} {
		require.Equal(t, c.older, c.order.relate(second(1), second(2)), "%v", c)
		require.Equal(t, c.same, c.order.relate(second(2), second(2).In(time.FixedZone("", 3600))), "%v", c)
		require.Equal(t, c.in, c.order.relate(second(3), second(2)), "%v", c)
	}
}

func TestFollows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order              order
		older, same, newer bool
	}{
		{newestFirst, true, true, false},
		{oldestFirst, false, true, true},
		{unordered, true, true, true},
		{orderUnknown, true, true, true},
	} {
		require.Equal(t, c.older, c.order.follows(second(1), second(2)), "%v", c)
		require.Equal(t, c.same, c.order.follows(second(2), second(2)), "%v", c)
		require.Equal(t, c.newer, c.order.follows(second(3), second(2)), "%v", c)
	}
}

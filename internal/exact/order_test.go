package exact

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOrderOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		times []int
		want  Order
	}{
		{nil, OrderUnknown},
		{[]int{1}, OrderUnknown},
		{[]int{1, 1, 1}, OrderUnknown},
		{[]int{2, 1}, NewestFirst},
		{[]int{1, 2}, OldestFirst},
		{[]int{3, 3, 2, 2, 1}, NewestFirst},
		{[]int{1, 1, 2, 3, 3}, OldestFirst},
		{[]int{1, 3, 2}, Unordered},
		{[]int{3, 2, 2, 3}, Unordered},
	} {
		require.Equal(t, c.want, OrderOf(seconds(c.times...)), "%v", c)
	}
}

func TestRelate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order           Order
		older, same, in relation
	}{
		{NewestFirst, ahead, level, behind},
		{OldestFirst, behind, level, ahead},
		{Unordered, level, level, level},
		{OrderUnknown, ahead, level, ahead},
	} {
		require.Equal(t, c.older, c.order.relate(second(1), second(2)), "%v", c)
		require.Equal(t, c.same, c.order.relate(second(2), second(2).In(time.FixedZone("", 3600))), "%v", c)
		require.Equal(t, c.in, c.order.relate(second(3), second(2)), "%v", c)
	}
}

func TestFollows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order              Order
		older, same, newer bool
	}{
		{NewestFirst, true, true, false},
		{OldestFirst, false, true, true},
		{Unordered, true, true, true},
		{OrderUnknown, true, true, true},
	} {
		require.Equal(t, c.older, c.order.follows(second(1), second(2)), "%v", c)
		require.Equal(t, c.same, c.order.follows(second(2), second(2)), "%v", c)
		require.Equal(t, c.newer, c.order.follows(second(3), second(2)), "%v", c)
	}
}

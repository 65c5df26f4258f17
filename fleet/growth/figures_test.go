package main

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentile(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	require.Zero(t, percentile(all, 95))
	for i := range 20 {
		all = append(all, time.Duration(i+1))
	}
	require.Equal(t, time.Duration(19), percentile(all, 95))
	require.Equal(t, time.Duration(10), percentile(all, 50))
	require.Equal(t, time.Duration(20), percentile(all, 100))
	require.Equal(t, time.Duration(1), percentile(all[:1], 95))
}

func TestCommitsBetween(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return day.Add(time.Duration(s) * time.Second) }
	all := commits{{at(0), at(9)}, {at(0), at(3)}, {at(4), at(5)}, {at(1), at(10)}}
	require.Equal(t, []time.Duration{time.Second, 3 * time.Second, 9 * time.Second}, all.between(at(3), at(10)))
}

func TestTurns(t *testing.T) {
	t.Parallel()
	a, b := turns{1, 2, 3, 4, 5, 6}, turns{10, 20, 30, 40, 50, 60}
	require.Equal(t, turns{11, 22, 33, 44, 55, 66}, a.plus(b))
	require.Equal(t, turns{9, 18, 27, 36, 45, 54}, b.minus(a))
}

func TestUsage(t *testing.T) {
	t.Parallel()
	require.Equal(t, int64(1234<<10), resident("Name:\tx\nVmRSS:\t    1234 kB\nThreads:\t3\n"))
	require.Zero(t, resident("Name:\tx\n"))
	require.InDelta(t, 1.75, cpu("7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0"), 1e-9)
	require.Zero(t, cpu("7 (x) S"))
	require.Zero(t, cpu(""))
	u := used()
	require.Positive(t, u.Heap)
	require.Positive(t, u.Goroutines)
	if runtime.GOOS == "linux" {
		require.Positive(t, u.Resident)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -123: "-123", -1234: "-1,234"} {
		require.Equal(t, want, number(n))
	}
	require.Equal(t, "1.5 MiB", mib(3<<19))
	require.Equal(t, "2,000 KiB", kib(2000<<10))
}

func TestSection(t *testing.T) {
	t.Parallel()
	require.Equal(t, "### T\n\nN\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", section("T", "N", table{"a", "b"}, [][]string{{"1", "2"}}))
}

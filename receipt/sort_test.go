package receipt

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// shuffled are events of three days in no order, some of them twice.
func shuffled(n int) []auditlogs.Event {
	random := rand.New(rand.NewPCG(3, uint64(n)))
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	events := make([]auditlogs.Event, n)
	for i := range events {
		at := random.IntN(3 * 86400)
		events[i] = auditlogs.Event{ID: fmt.Sprint(at % 97), Time: begin.Add(time.Duration(at) * time.Second), Raw: fmt.Append(nil, at%13)}
		if i > 0 && i%10 == 0 {
			events[i] = events[i-1]
		}
	}
	return events
}

func sequence(events []auditlogs.Event, err error) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(auditlogs.Event{}, err)
		}
	}
}

// What is sorted in a file gives the same receipt, and leaves none behind.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // Windows
	open := openFiles()
	for _, n := range []int{0, 1, 2, 7, 64, 1000} {
		events := shuffled(n)
		want, err := read(sequence(events, nil), time.Time{}, time.Time{}, n+1)
		require.NoError(t, err)
		require.EqualValues(t, n, want.Count)
		for _, run := range []int{1, 2, 7, 64, 999, 1000} {
			got, err := read(sequence(events, nil), time.Time{}, time.Time{}, run)
			require.NoError(t, err)
			require.Equal(t, Difference{}, want.Compare(got), "%d in runs of %d", n, run)
		}
	}
	_, err := read(sequence(shuffled(100), errors.New("broken")), time.Time{}, time.Time{}, 7)
	require.ErrorContains(t, err, "broken")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, open, openFiles())
}

// openFiles returns how many files are open, or 0 where the system does not say.
func openFiles() int {
	files, _ := os.ReadDir("/proc/self/fd")
	return len(files)
}

// The root is that of the leaves as the package documentation describes them.
func TestLeavesAreSorted(t *testing.T) {
	t.Parallel()
	var (
		s      = sorter{run: 10}
		c      encoder
		leaves [][]byte
	)
	defer s.close()
	events := shuffled(300)
	for i := range events {
		l, err := c.leaf(&events[i])
		require.NoError(t, err)
		require.NoError(t, s.add(&l))
	}
	last := ""
	for l, err := range s.all() {
		require.NoError(t, err)
		require.LessOrEqual(t, last, string(l[:]))
		last = string(l[:])
		leaves = append(leaves, append([]byte(leafPrefix), l[:]...))
	}
	require.Len(t, leaves, 300)
	want, err := read(sequence(events, nil), time.Time{}, time.Time{}, 1000)
	require.NoError(t, err)
	require.Equal(t, naiveRoot(leaves), want.Root)
}

// A temporary file that cannot be made, or is shorter than what was written, gives no receipt.
func TestTemporaryFileFails(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir()+"/missing")
		t.Setenv("TMP", t.TempDir()+"/missing")
		_, err := read(sequence(shuffled(10), nil), time.Time{}, time.Time{}, 3)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
	for name, tc := range map[string]struct{ run, runs int }{
		"cut within a leaf":  {1000, 5}, // 64 KiB are read ahead
		"cut between leaves": {9, 7000}, // 8 leaves are read ahead
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sorter{run: tc.run}
			defer s.close()
			for range tc.run * tc.runs {
				require.NoError(t, s.add(&leaf{}))
			}
			n, failure := 0, error(nil)
			for _, err := range s.all() {
				if n++; n == 1 {
					require.NoError(t, s.file.Truncate(0))
				}
				failure = err
			}
			require.ErrorIs(t, failure, io.ErrUnexpectedEOF)
			require.Less(t, n, tc.run*tc.runs)
		})
	}
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		s := sorter{run: 1}
		defer s.close()
		require.NoError(t, s.add(&leaf{}))
		require.NoError(t, s.add(&leaf{}))
		require.NoError(t, s.file.Close())
		require.ErrorIs(t, s.add(&leaf{}), os.ErrClosed)
	})
}

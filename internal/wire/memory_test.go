package wire

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShortTextsShareLittle: no text shares its memory with more than a piece has room for.
func TestShortTextsShareLittle(t *testing.T) { //nolint:paralleltest // it counts allocations
	var m memory
	var kept []string
	id := []byte(strings.Repeat("i", 36))
	allocations := testing.AllocsPerRun(1000, func() { kept = append(kept[:0], m.own(id)) })
	require.Less(t, allocations, 1.0, "several share one allocation")
	for i := range 1000 {
		kept = append(kept, m.own([]byte("id "+strconv.Itoa(i))))
		require.LessOrEqual(t, m.ids.Cap(), idPiece)
	}
	for i, text := range kept[1:] {
		require.Equal(t, "id "+strconv.Itoa(i), text)
	}
	long := strings.Repeat("x", shortText+1)
	before := m.ids.Len()
	require.Equal(t, long, m.own([]byte(long)))
	require.Equal(t, before, m.ids.Len(), "a long text has memory of its own")
}

// TestListsShareLittle: lists share pieces, and none runs into the next one.
func TestListsShareLittle(t *testing.T) {
	t.Parallel()
	var shared []int
	var lists [][]int
	for n := range 40 {
		list := room(&shared, fewValues)
		for range n % 12 { // some outgrow the piece
			list = append(list, n)
		}
		list = settle(&shared, list)
		require.Equal(t, len(list), cap(list))
		require.LessOrEqual(t, cap(shared), fewValues)
		lists = append(lists, list)
		_ = append(list, -1)
	}
	for n, list := range lists {
		require.NotNil(t, list)
		require.Len(t, list, n%12)
		for _, value := range list {
			require.Equal(t, n, value)
		}
	}
}

// TestRowsServeAgain: the table of an answer is that of the next one, unless it is much too large.
func TestRowsServeAgain(t *testing.T) {
	t.Parallel()
	p := &Shared[note]{}
	const three = `[{"id":"1","body":[1]},{"id":"2"},{"id":"3"}]`
	first := readNotes([]byte(three), p, 0).Rows
	kept := first[0]
	p.Reuse(first)
	require.Zero(t, first[0].ID, "what the rows refer to is let go")
	second := readNotes([]byte(three), p, 0).Rows
	require.Same(t, &first[0], &second[0])
	require.Equal(t, "[1]", string(kept.Body), "a copy stays")
	require.Empty(t, readNotes([]byte(`[]`), p, 0).Rows)

	p.Reuse(make([]note, 10, 100))
	p.Reuse(nil)
	require.Empty(t, p.tables, "too large, or nothing")
	for range maxTables + 1 {
		p.Reuse(make([]note, 10))
	}
	require.Len(t, p.tables, maxTables)
}

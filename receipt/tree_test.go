package receipt

import (
	"crypto/sha256"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// naiveRoot is the definition of RFC 6962, section 2.1.
func naiveRoot(leaves [][]byte) [32]byte {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		left, right := naiveRoot(leaves[:k]), naiveRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	var (
		grown  tree
		leaves [][]byte
		hashes []tlog.Hash
	)
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range indexes {
			found = append(found, hashes[i])
		}
		return found, nil
	})
	for n := range int64(200) {
		require.Equal(t, naiveRoot(leaves), grown.root(), n)
		if n > 0 { // tlog has another hash of no leaves
			want, err := tlog.TreeHash(n, reader)
			require.NoError(t, err)
			require.Equal(t, [32]byte(want), grown.root(), n)
		}
		leaf := []byte(strconv.FormatInt(n, 10))
		leaves = append(leaves, leaf)
		grown.add(tlog.RecordHash(leaf))
		more, err := tlog.StoredHashes(n, leaf, reader)
		require.NoError(t, err)
		hashes = append(hashes, more...)
	}
}

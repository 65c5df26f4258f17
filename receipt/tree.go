package receipt

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is a Merkle tree (RFC 6962, section 2.1) that grows by one leaf after another. It keeps one hash for each bit of its size: those of
// the complete subtrees, the largest first.
type tree struct {
	size     uint64
	complete []tlog.Hash
}

// add appends a leaf.
func (t *tree) add(hash tlog.Hash) {
	for n := t.size; n&1 == 1; n >>= 1 { // each 1 is a subtree that is as large as what comes after it
		last := len(t.complete) - 1
		hash = tlog.NodeHash(t.complete[last], hash)
		t.complete = t.complete[:last]
	}
	t.complete = append(t.complete, hash)
	t.size++
}

// root returns the hash of the tree.
func (t *tree) root() [32]byte {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(t.complete) - 1
	hash := t.complete[last]
	for i := last - 1; i >= 0; i-- {
		hash = tlog.NodeHash(t.complete[i], hash)
	}
	return hash
}

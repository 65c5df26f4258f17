package exact

// FormerRows are rows that earlier releases identified by other keys, of which their cursors remember digests.
type FormerRows interface {
	// Former returns the former key of row i as the nth of the rows whose former keys are equal.
	Former(i, n int) string
}

// former says where rows may be remembered by their former keys: at the frontier of a walk that continues from a cursor
// of an earlier release, or by a Follow that does. It ends as soon as the last of these digests is forgotten.
type former struct {
	keys      bool                // the walk's keys may be former ones
	uncounted bool                // how many equal rows the server's listing has shown is known by these keys only
	rename    func(old, d digest) // tells Follow both digests of a row; nil if it remembers no former ones
}

// formerDigest returns the digest of row i's former key, and the number that it has among the rows whose former keys
// are equal. ok is false if no row is remembered by that digest, or if it is the row's digest still.
func (k *TokenWalk) formerDigest(i int, base digest) (old digest, n int, ok bool) {
	rows, ok := k.got.Rows.(FormerRows)
	if !ok || !k.former.keys && k.former.rename == nil {
		return old, 0, false
	}
	nth := func(n int) digest { return digestOf(rows.Former(i, n)) }
	if old = nth(0); old == base {
		return old, 0, false
	}
	n = k.ordinal(old, 0, nth)
	return nth(n), n, true
}

// rename records that a row has a former digest and another one now. It reports whether the row was read before under
// the former.
func (k *TokenWalk) rename(old, d digest) (known bool) {
	if k.former.rename != nil {
		k.former.rename(old, d)
	}
	if known = k.keys.has(old); known {
		k.keys.add(d)
	}
	k.keys.add(old) // a cursor counts the rows of either kind by it
	return known
}

// rename gives a record that is remembered by its former digest the present one, too.
func (r recent) rename(old, d digest) {
	if t, ok := r[old]; ok {
		r[d] = t
	}
}

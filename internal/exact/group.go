package exact

const (
	// maxPasses bounds how often a group that does not fit on a page is read again until it is known to be complete.
	maxPasses = 8
	// maxAnswers bounds the answers of one pass over such a group, in addition to one answer per row.
	maxAnswers = 50
)

// group is the proof for one group: the rows that share the frontier's time. A group within one answer needs no proof.
// A larger group is read again until a pass proves that it is complete.
type group struct {
	MetAll bool        `json:"g,omitempty"` // this pass met all keys; set when a cursor is written
	Met    fingerprint `json:"e,omitzero"`  // rows met in this pass that belong to the listing
	Before fingerprint `json:"b,omitzero"`  // those of the previous pass
	Steady bool        `json:"s,omitempty"` // the total was the same in every answer of the pass
	Total  int         `json:"t"`           // that total
	Gap    bool        `json:"x,omitempty"` // without an order by time: rows may have slipped through between two answers of the pass
	Passes int         `json:"c,omitempty"` // made so far

	passKeys    digests // rows met in this pass, whether they belong to the listing or not
	union       digests // rows met in all passes while the total stood still
	unionTotal  int     // that total
	grown       bool    // this pass added to the union
	passAnswers int     // of this pass
}

// fingerprint identifies a set of rows without keeping them: by their number and the sum of their digests.
type fingerprint struct {
	N   int    `json:"n"`
	Sum uint64 `json:"s"`
}

// begin starts a pass.
func (g *group) begin(total int) {
	if !g.Steady || total != g.unionTotal {
		g.union, g.unionTotal = g.union.emptied(), total
	}
	g.grown = false
	g.passKeys = g.passKeys.emptied()
	g.Met, g.Steady, g.Gap, g.Total, g.passAnswers = fingerprint{}, true, false, total, 0
}

// enter begins the first pass over a group.
func (g *group) enter(total int) {
	g.Steady = false // and no pass came before
	g.begin(total)
	g.Before, g.Passes = fingerprint{}, 0
}

// again prepares another pass.
func (g *group) again() {
	g.Passes++
	g.Before = g.Met
}

// meet records a row of the group. It reports whether this pass had not met it yet.
func (g *group) meet(d digest, belongs bool) bool {
	if g.passKeys == nil {
		g.passKeys = digests{}
	}
	if g.union == nil {
		g.union = digests{}
	}
	g.grown = g.grown || !g.union.has(d)
	g.union.add(d)
	if g.passKeys.has(d) {
		return false
	}
	if belongs {
		g.Met.N++
		g.Met.Sum += d.number()
	}
	g.passKeys.add(d)
	return true
}

// whole reports whether the passes prove that every row of a group of n places was met. If rows are added only at the
// head of the list and the total is sure, a steady total is a proof. Otherwise a row could be missed whenever another
// row is deleted. A second pass would then meet other rows than the first, so two equal passes are a proof. In an order
// that differs each time, no two passes are equal, but together they meet as many rows as there are places while the
// total stands still; one more pass that meets no other row shows that none was replaced.
func (g *group) whole(n int, sureTotal, total bool) bool {
	switch {
	case sureTotal && g.Steady && len(g.passKeys) == n:
		return true
	case total && g.Steady && g.Passes > 0 && len(g.union) == n && !g.grown:
		return true
	}
	return len(g.passKeys) >= n && g.Passes > 0 && g.Met == g.Before
}

// answeredTooOften reports whether the pass makes no progress.
func (g *group) answeredTooOften() bool { return g.passAnswers > maxAnswers+len(g.passKeys) }

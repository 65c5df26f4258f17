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
	passAnswers int     // of this pass
}

// fingerprint identifies a set of rows without keeping them: by their number and the sum of their digests.
type fingerprint struct {
	N   int    `json:"n"`
	Sum uint64 `json:"s"`
}

// begin starts a pass.
func (g *group) begin(total int) {
	g.passKeys = g.passKeys.emptied()
	g.Met, g.Steady, g.Gap, g.Total, g.passAnswers = fingerprint{}, true, false, total, 0
}

// enter begins the first pass over a group.
func (g *group) enter(total int) {
	g.begin(total)
	g.Before, g.Passes = fingerprint{}, 0
}

// again prepares another pass.
func (g *group) again() {
	g.Passes++
	g.Before = g.Met
}

// meet records a row of the group.
func (g *group) meet(d digest, belongs bool) {
	if g.passKeys == nil {
		g.passKeys = digests{}
	}
	if !g.passKeys.has(d) && belongs {
		g.Met.N++
		g.Met.Sum += d.number()
	}
	g.passKeys.add(d)
}

// whole reports whether the pass proves that every row of a group of n places was met. If rows are added only at the
// head of the list and the total is reliable, a steady total is a proof. Otherwise a row could be missed whenever
// another row is deleted. A second pass would then meet other rows than the first, so only two equal passes are a
// proof.
func (g *group) whole(n int, sureTotal bool) bool {
	if sureTotal && g.Steady && len(g.passKeys) == n {
		return true
	}
	return len(g.passKeys) >= n && g.Passes > 0 && g.Met == g.Before
}

// answeredTooOften reports whether the pass makes no progress.
func (g *group) answeredTooOften() bool { return g.passAnswers > maxAnswers+len(g.passKeys) }

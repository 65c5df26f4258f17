package exact

const (
	// maxPasses bounds how often a group of rows that no page can hold is read again until it is known whole.
	maxPasses = 8
	// maxAnswers bounds the answers of one pass over such a group, beside one for each of its rows.
	maxAnswers = 50
)

// group is the proof of one group: the rows that share the frontier's time. A group that lies within one answer needs no
// proof. A larger one is read again until a pass over it proves that it is whole.
type group struct {
	MetAll bool        `json:"g,omitempty"` // this pass met all the keys; set when a cursor is written
	Met    fingerprint `json:"e,omitzero"`  // the rows met in this pass, of those that belong to the listing
	Before fingerprint `json:"b,omitzero"`  // those of the pass before
	Steady bool        `json:"s,omitempty"` // the total was the same in every answer of the pass
	Total  int         `json:"t"`           // that total
	Passes int         `json:"c,omitempty"` // made so far

	passKeys    digests // rows met in this pass, whether they belong or not
	passAnswers int     // of this pass
}

// fingerprint tells sets of rows apart without keeping them: their number and the sum of their digests.
type fingerprint struct {
	N   int    `json:"n"`
	Sum uint64 `json:"s"`
}

// begin starts a pass.
func (g *group) begin(total int) {
	g.passKeys = g.passKeys.emptied()
	g.Met, g.Steady, g.Total, g.passAnswers = fingerprint{}, true, total, 0
}

// enter begins the first pass over a group.
func (g *group) enter(total int) {
	g.begin(total)
	g.Before, g.Passes = fingerprint{}, 0
}

// again plans another pass.
func (g *group) again() {
	g.Passes++
	g.Before = g.Met
}

// meet notes a row of the group.
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

// whole reports whether the pass proves that every row of a group of n places was met. Where rows come only at the head of
// the list, and are counted reliably, a steady total does. Elsewhere a row could slip through unseen whenever another one is
// deleted; then a second pass meets other rows than the first, and only two equal passes are a proof.
func (g *group) whole(n int, sureTotal bool) bool {
	if sureTotal && g.Steady && len(g.passKeys) == n {
		return true
	}
	return len(g.passKeys) >= n && g.Passes > 0 && g.Met == g.Before
}

// answeredTooOften reports whether the pass makes no headway.
func (g *group) answeredTooOften() bool { return g.passAnswers > maxAnswers+len(g.passKeys) }

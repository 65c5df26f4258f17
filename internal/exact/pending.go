package exact

// A digest is needed of the rows that a cursor holds: those at the frontier, after the answer. While an answer is read, the
// frontier mostly moves with each row, and what was read at the one before is forgotten. So rows that come with a new frontier
// wait until the answer was read, and are told apart by their hashes until then.

// pending is the rows of an answer that were taken at the frontier, if it was entered in this answer.
type pending struct {
	rows []int   // their indices
	nth  []int   // of those that are equal, in a TokenWalk
	seen counter // their hashes
}

func (p *pending) reset() {
	p.rows, p.nth = p.rows[:0], p.nth[:0]
	p.seen.reset()
}

// add adds a row, the nth of those that are equal.
func (p *pending) add(i, nth int, h Hash) {
	p.rows, p.nth = append(p.rows, i), append(p.nth, nth)
	p.seen.add(h)
}

// everything is all rows that were read since the listing began, while they are known and few. They are needed if the order
// that was relied on is lost.
type everything struct {
	forgotten bool
	hashes    hashes
	digests   []digest // in place of the hashes where no document promises an order, so that a cursor can hold them after the loss
}

// maxSeen bounds the rows that are remembered in case an API turns out to have no order by time.
const maxSeen = 20_000

// forget forgets all, for good.
func (e *everything) forget() { *e = everything{forgotten: true} }

// reasonForgotten is why a listing cannot go on in another process whose order was lost before.
const reasonForgotten = "the API's answers are not in order of time, and the position cannot tell which records were read before that showed; records would come twice"

// remember adds row i of the answer to everything that was read.
func (c *core) remember(i int, h Hash) {
	e := &c.all
	switch {
	case e.forgotten:
	case e.hashes.len()+len(e.digests) >= maxSeen:
		e.forget()
	case c.traits.Undocumented:
		e.digests = append(e.digests, digestOf(c.got.Rows.Key(i)))
	default:
		e.hashes.add(h)
	}
}

// recall makes everything that was read known, by its keys or, where those were not needed until now, by its hashes.
func (c *core) recall() {
	if c.traits.Undocumented {
		c.keys = setOf(c.all.digests)
		return
	}
	c.earlier = make(map[Hash]struct{}, c.all.hashes.len())
	for h := range c.all.hashes.all {
		c.earlier[h] = struct{}{}
	}
}

// wasRead reports whether row i was read before. A row that is known by its hash is among the keys from then on.
func (c *core) wasRead(d digest, h Hash) bool {
	if _, known := c.earlier[h]; known {
		delete(c.earlier, h)
		c.keys.add(d)
	}
	return c.keys.has(d)
}

// members returns how many rows are known at the frontier.
func (c *core) members() int { return len(c.keys) + len(c.earlier) + len(c.pending.rows) }

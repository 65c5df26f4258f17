package exact

import "time"

// WithoutBounds continues a listing whose bounds the server refuses, although it has a parameter for them: by offsets, in
// the server's whole list, of which only the rows in the range are delivered. What was read stays read. The next window is
// aimed at where the frontier's group was when it was read, and must show it as any other window must.
func (l *Listing) WithoutBounds() {
	l.Boundless = true
	l.dropBounds()
	if !l.Started { // the caller's Offset counts rows of the range, which now begins anywhere
		l.Omit, l.End = l.Omit+l.End, 0
		return
	}
	at := max(0, l.Examined-l.members())
	l.reset(at, at)
}

// dropBounds makes the walk as one of an API without parameters for bounds.
func (c *core) dropBounds() {
	c.traits.Granule = 0
	c.origin.Low, c.origin.High = time.Time{}, time.Time{}
	c.unbind()
}

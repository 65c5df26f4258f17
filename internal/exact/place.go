package exact

import "maps"

// place notices an answer that proves nothing because the order is not known yet: all rows that were read share one time, all
// rows of the answer share another one, and nothing tells which comes first. More is asked for around the place. If the rows
// that were read are gone for good, reading goes on, and leaves out what was read.
func (l *Listing) place() {
	if l.Order != OrderUnknown || l.got.Rows.Len() == 0 || l.got.Rows.Time(0).Equal(l.Frontier) {
		return
	}
	if l.astray = l.retries < 2; !l.astray {
		if l.early == nil {
			l.early = digests{}
		}
		maps.Copy(l.early, l.keys)
	}
}

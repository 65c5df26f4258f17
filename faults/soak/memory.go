package main

import "runtime/metrics"

// memory holds the peak size of the client's heap, with live and dead objects: up to a tenth of the rows, up to half of
// them, and up to the last.
type memory struct {
	rows             int
	tenth, half, all uint64
}

const mebibyte = 1 << 20

// sample measures the heap after done rows.
func (m *memory) sample(done int) {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	now := s[0].Value.Uint64()
	if done*10 <= m.rows || m.tenth == 0 {
		m.tenth = max(m.tenth, now)
	}
	if done*2 <= m.rows || m.half == 0 {
		m.half = max(m.half, now, m.tenth)
	}
	m.all = max(m.all, now, m.half)
}

// flat reports whether the last nine tenths took no more memory than the first tenth. It tolerates a quarter and 8 MiB
// more, because the garbage collector may run later.
func (m *memory) flat() bool { return m.all <= m.tenth+m.tenth/4+8*mebibyte }

package logs

import "fmt"

// Tally records which numbers were delivered, with one bit for each, and another bit for each that came twice.
type Tally struct {
	seen, again []uint64
	most        int

	Rows    int // all that were delivered
	Twice   int // numbers that came more than once
	Strange int // deliveries of anything else
}

// NewTally returns a Tally for the numbers from 0 up to most, most excluded.
func NewTally(most int) *Tally {
	words := (most + 63) / 64
	return &Tally{seen: make([]uint64, words), again: make([]uint64, words), most: most}
}

// Add counts what was delivered.
func (t *Tally) Add(numbers ...int) {
	for _, n := range numbers {
		t.Rows++
		if n < 0 || n >= t.most {
			t.Strange++
			continue
		}
		word, bit := n/64, uint64(1)<<(n%64)
		if t.seen[word]&bit != 0 && t.again[word]&bit == 0 {
			t.again[word] |= bit
			t.Twice++
		}
		t.seen[word] |= bit
	}
}

// Has reports whether a number was delivered.
func (t *Tally) Has(n int) bool { return t.seen[n/64]&(1<<(n%64)) != 0 }

// Missing counts the numbers of a range that were not delivered.
func (t *Tally) Missing(from, to int) int {
	missing := 0
	for n := from; n < to; n++ {
		if !t.Has(n) {
			missing++
		}
	}
	return missing
}

// Exact returns nil if every number was delivered exactly once and nothing else was delivered.
func (t *Tally) Exact() error {
	if missing := t.Missing(0, t.most); missing+t.Twice+t.Strange > 0 {
		return fmt.Errorf("of %d records %d are missing, %d came twice, and %d are none of them", t.most, missing, t.Twice, t.Strange)
	}
	return nil
}

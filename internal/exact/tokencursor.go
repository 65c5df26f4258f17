package exact

import (
	"encoding/binary"
	"encoding/json"
	"maps"
)

// savedTokenWalk is what a cursor of a TokenWalk contains besides the keys.
type savedTokenWalk struct {
	Scope string `json:"s"`
	state
	Token  string       `json:"n,omitempty"`
	Served *savedServed `json:"y,omitempty"` // not in cursors of earlier releases
}

// savedServed is what a cursor says of the server's listing. It is written into cursors: fields may be added, but never
// renamed.
type savedServed struct {
	Keys     int    `json:"k"`           // how many keys there are; after them, for each how often the listing showed that row
	Former   bool   `json:"o,omitempty"` // keys may be former ones
	Witness  bool   `json:"w,omitempty"`
	Reached  bool   `json:"a,omitempty"`
	Guessed  bool   `json:"g,omitempty"`
	Replaced bool   `json:"r,omitempty"`
	Refused  int    `json:"x,omitempty"`
	Idle     int    `json:"i,omitempty"`
	Page     []byte `json:"p,omitempty"` // the last page with rows,
	Times    int    `json:"t,omitempty"` // and how often it came in a row
}

func (k *TokenWalk) save(scope string) (saved any, keys []byte) {
	s := savedTokenWalk{Scope: scope, state: k.state, Token: k.token}
	if k.former.uncounted { // the keys must tell the next process, too
		return s, k.keys.bytes()
	}
	s.Served = &savedServed{
		Keys: len(k.keys), Former: k.former.keys, Witness: k.served.witness, Reached: k.served.reached,
		Guessed: k.guessed, Replaced: k.replaced, Refused: k.refused, Idle: k.idle, Times: k.served.times,
	}
	if k.served.times > 0 {
		s.Served.Page = k.served.last[:]
	}
	return s, k.served.appendCounts(k.keys.bytes(), k.keys)
}

func (k *TokenWalk) restore(saved []byte, keys []byte) error {
	var s savedTokenWalk
	if json.Unmarshal(saved, &s) != nil {
		return ErrInvalid
	}
	k.token = s.Token
	if s.Served == nil {
		k.former.keys, k.former.uncounted = true, true
		k.served.witness, k.served.reached = s.Started, s.Started
		return k.core.restore(s.state, keys)
	}
	n := s.Served.Keys
	if n < 0 || n > len(keys)/digestSize {
		return ErrInvalid
	}
	if err := k.core.restore(s.state, keys[:n*digestSize]); err != nil {
		return err
	}
	k.guessed = s.Served.Guessed
	k.former.keys, k.replaced, k.refused, k.idle = s.Served.Former, s.Served.Replaced, s.Served.Refused, s.Served.Idle
	k.served.witness, k.served.reached, k.served.times = s.Served.Witness, s.Served.Reached, s.Served.Times
	copy(k.served.last[:], s.Served.Page)
	return k.served.readCounts(keys[n*digestSize:], k.keys)
}

// appendCounts appends the counts of the keys, in the order in which a cursor has those.
func (s *served) appendCounts(to []byte, keys digests) []byte {
	for _, d := range sorted(maps.Keys(keys)) {
		to = binary.AppendUvarint(to, uint64(s.counts[d]))
	}
	return to
}

// readCounts is the inverse of appendCounts.
func (s *served) readCounts(b []byte, keys digests) error {
	for _, d := range sorted(maps.Keys(keys)) {
		count, size := binary.Uvarint(b)
		if size <= 0 || count > maxKeys {
			return ErrInvalid
		}
		if count > 0 {
			s.counts[d] = int(count)
		}
		b = b[size:]
	}
	if len(b) > 0 {
		return ErrInvalid
	}
	return nil
}

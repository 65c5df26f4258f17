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
	Seeking  bool   `json:"l,omitempty"` // it has not reached the frontier,
	Witness  bool   `json:"w,omitempty"` // but rows before it
	Guessed  bool   `json:"g,omitempty"`
	Replaced bool   `json:"r,omitempty"`
	Lost     bool   `json:"u,omitempty"`
	Refused  int    `json:"x,omitempty"`
	Idle     int    `json:"i,omitempty"`
	Page     []byte `json:"p,omitempty"` // the last page with rows,
	Again    int    `json:"t,omitempty"` // and how often that came again in a row
}

func (k *TokenWalk) save(scope string) (saved any, keys []byte) {
	s := savedTokenWalk{Scope: scope, state: k.state, Token: k.token}
	s.Partial = s.Partial || len(k.earlier) > 0
	if k.former.uncounted { // the keys must tell the next process, too
		return s, k.keys.bytes()
	}
	s.Served = &savedServed{
		Keys: len(k.keys), Former: k.former.keys, Seeking: !k.served.reached, Witness: !k.served.reached && k.served.witness,
		Guessed: k.guessed, Replaced: k.replaced, Lost: k.lost, Refused: k.refused, Idle: k.idle,
	}
	if k.served.times > 0 {
		s.Served.Page, s.Served.Again = k.served.last[:], k.served.times-1
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
	k.former.keys, k.guessed = s.Served.Former, s.Served.Guessed
	k.replaced, k.lost = s.Served.Replaced, s.Served.Lost
	k.refused, k.idle = max(0, s.Served.Refused), max(0, s.Served.Idle)
	k.served.reached, k.served.witness = !s.Served.Seeking, !s.Served.Seeking || s.Served.Witness
	if len(s.Served.Page) == digestSize {
		k.served.last, k.served.times = digest(s.Served.Page), max(0, s.Served.Again)+1
	}
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

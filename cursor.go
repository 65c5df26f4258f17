package auditlogs

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"strings"
	"time"
)

// cursorVersion begins every cursor. A later version reads this one for as long as it can.
const cursorVersion = "al1."

// cursorState is what a cursor holds of a position, beside the keys. Members are added, never renamed.
type cursorState struct {
	Scope    string    `json:"s"`
	Until    time.Time `json:"u,omitzero"`
	Low      time.Time `json:"l,omitzero"`
	High     time.Time `json:"h,omitzero"`
	Moved    bool      `json:"m,omitempty"`
	Order    order     `json:"o,omitempty"`
	Shown    int       `json:"x,omitempty"`
	Started  bool      `json:"b,omitempty"`
	Frontier time.Time `json:"f,omitzero"`
	Start    int       `json:"g,omitempty"`
	Skip     int       `json:"k,omitempty"`
	Total    int       `json:"t"`
	Counted  int       `json:"w"`
	Cap      int       `json:"c,omitempty"`
	Short    int       `json:"sh,omitempty"`
	Token    string    `json:"n,omitempty"`
	Pass     *passMark `json:"p,omitempty"`
	Examined int       `json:"q,omitempty"`
	First    int       `json:"v,omitempty"`
	Omit     int       `json:"i,omitempty"`
	Reason   string    `json:"r,omitempty"`
	Cause    string    `json:"e,omitempty"`
	Done     bool      `json:"d,omitempty"`
}

// passMark is a pass over a group. One that met other rows than the keys begins again.
type passMark struct {
	Begun  bool        `json:"g,omitempty"`
	Set    fingerprint `json:"e,omitzero"`
	Before fingerprint `json:"b,omitzero"`
	Steady bool        `json:"s,omitempty"`
	Total  int         `json:"t"`
	Count  int         `json:"c,omitempty"`
}

// causes names the sentinels that a cursor can hold.
var causes = map[string]error{"loop": ErrCursorLoop, "offset": ErrOffsetLimit}

// scope names what a cursor belongs to, so that one of another API, address, filter or range is refused. It is a digest,
// and gives nothing of that away.
func (f *feed[T]) scope(c *conn, span ...string) string {
	return contentKey(append([]string{c.api, c.base.String(), c.projectID, f.op, f.filter}, span...)...)[:16]
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// encodeCursor writes a position of the listing named by scope.
func encodeCursor(scope string, p *position) (Cursor, error) {
	return sealCursor(p.state(scope), p.keys.bytes())
}

// decodeCursor reads a position of the listing named by scope, which began with the bounds of origin.
func decodeCursor(c Cursor, scope string, origin bounds) (*position, error) {
	var s cursorState
	keys, err := openCursor(c, &s)
	if err != nil {
		return nil, err
	}
	if s.Scope != scope {
		return nil, ErrCursorMismatch
	}
	return s.position(origin, keys)
}

// state is the position as a cursor holds it, but for the keys.
func (p *position) state(scope string) cursorState {
	s := cursorState{
		Scope: scope, Until: p.until, Low: p.low, High: p.high, Moved: p.moved, Order: p.order, Shown: p.shown,
		Started: p.started, Frontier: p.frontier, Start: p.start, Skip: p.skip, Total: p.total, Counted: p.counted,
		Cap: p.cap, Short: p.short, Token: p.token,
		Examined: p.examined, First: p.firstTotal, Omit: p.omit, Reason: p.reason, Done: p.done,
	}
	for name, err := range causes {
		if errors.Is(p.cause, err) {
			s.Cause = name
		}
	}
	g := p.pass
	s.Pass = &passMark{len(g.seen) == len(p.keys), g.set, g.before, g.steady, g.total, g.count}
	if !s.Pass.Begun {
		s.Skip = min(s.Skip, s.Start)
	}
	return s
}

// position is the inverse of state.
func (s cursorState) position(origin bounds, digests []byte) (*position, error) {
	keys, ok := digestsFrom(digests)
	if !ok || s.Skip < 0 || s.Start < 0 || s.Cap < 0 || s.Omit < 0 || s.Order < orderUnknown || s.Order > unordered {
		return nil, ErrInvalidCursor
	}
	p := &position{
		bounds: bounds{origin.since, s.Until, s.Low, s.High}, origin: origin, moved: s.Moved, order: s.Order, shown: s.Shown,
		started: s.Started, frontier: s.Frontier, keys: keys, start: s.Start, skip: s.Skip, total: s.Total, counted: s.Counted,
		cap: s.Cap, short: s.Short, token: s.Token,
		examined: s.Examined, firstTotal: s.First, omit: s.Omit, reason: s.Reason, cause: causes[s.Cause], done: s.Done,
	}
	p.pass.begin(s.Counted)
	if m := s.Pass; m != nil {
		p.pass.before, p.pass.count = m.Before, m.Count
		if m.Begun {
			p.pass.seen, p.pass.set, p.pass.steady, p.pass.total = keys.clone(), m.Set, m.Steady, m.Total
		}
	}
	return p, nil
}

// sealCursor joins state and digests to text: version, checksum, length of the state, state, digests.
func sealCursor(state any, rest []byte) (Cursor, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	body := binary.AppendUvarint(nil, uint64(len(text)))
	body = append(append(body, text...), rest...)
	sealed := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	return Cursor(cursorVersion + base64.RawURLEncoding.EncodeToString(append(sealed, body...))), nil
}

// openCursor is the inverse of sealCursor; every damage is ErrInvalidCursor.
func openCursor(c Cursor, state any) (rest []byte, err error) {
	text, ok := strings.CutPrefix(string(c), cursorVersion)
	if !ok {
		return nil, ErrInvalidCursor
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(sealed) < 4 || strings.ContainsAny(text, "\r\n") { // which the decoder passes over
		return nil, ErrInvalidCursor
	}
	sum, body := binary.BigEndian.Uint32(sealed), sealed[4:]
	if crc32.ChecksumIEEE(body) != sum {
		return nil, ErrInvalidCursor
	}
	n, size := binary.Uvarint(body)
	if size <= 0 || n > uint64(len(body)-size) {
		return nil, ErrInvalidCursor
	}
	body = body[size:]
	if err := json.Unmarshal(body[:n], state); err != nil {
		return nil, ErrInvalidCursor
	}
	return body[n:], nil
}

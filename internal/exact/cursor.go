package exact

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"time"
)

// cursorVersion is the prefix of every cursor. A later version reads this one as long as it can.
const cursorVersion = "al1."

var (
	// ErrInvalid is the error for a damaged cursor.
	ErrInvalid = errors.New("invalid cursor")
	// ErrMismatch is the error for a cursor of another listing.
	ErrMismatch = errors.New("cursor of another listing")
)

// Seal writes a cursor from a state, which becomes JSON, and the bytes that follow it. A cursor consists of the
// version, the checksum, the length of the state, the state and the rest.
func Seal(state any, rest []byte) (string, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	body := binary.AppendUvarint(nil, uint64(len(text)))
	body = append(append(body, text...), rest...)
	sealed := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	return cursorVersion + base64.RawURLEncoding.EncodeToString(append(sealed, body...)), nil
}

// Open is the inverse of Seal. Any damage gives ErrInvalid.
func Open(cursor string, state any) (rest []byte, err error) {
	text, rest, err := open(cursor)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, state); err != nil {
		return nil, ErrInvalid
	}
	return rest, nil
}

// open splits a cursor into state and rest.
func open(cursor string) (state, rest []byte, err error) {
	text, ok := strings.CutPrefix(cursor, cursorVersion)
	if !ok {
		return nil, nil, ErrInvalid
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(sealed) < 4 || strings.ContainsAny(text, "\r\n") { // the decoder ignores line breaks
		return nil, nil, ErrInvalid
	}
	sum, body := binary.BigEndian.Uint32(sealed), sealed[4:]
	if crc32.ChecksumIEEE(body) != sum {
		return nil, nil, ErrInvalid
	}
	n, size := binary.Uvarint(body)
	if size <= 0 || n > uint64(len(body)-size) {
		return nil, nil, ErrInvalid
	}
	body = body[size:]
	return body[:n], body[n:], nil
}

// SealWalk writes the cursor of a walk. The scope names the listing to which the cursor belongs.
func SealWalk(scope string, w Walk) (string, error) {
	saved, keys := w.save(scope)
	return Seal(saved, keys)
}

// OpenWalk makes a new walk continue from a cursor. A cursor of another scope gives ErrMismatch.
func OpenWalk(cursor, scope string, w Walk) error {
	text, keys, err := open(cursor)
	if err != nil {
		return err
	}
	var owner struct {
		Scope string `json:"s"`
	}
	if json.Unmarshal(text, &owner) != nil {
		return ErrInvalid
	}
	if owner.Scope != scope {
		return ErrMismatch
	}
	return w.restore(text, keys)
}

// savedListing is what a cursor of a Listing contains besides the keys.
type savedListing struct {
	Scope string `json:"s"`
	state
	aim
	Group group  `json:"p"`
	Tail  []byte `json:"ta,omitempty"`
}

func (l *Listing) save(scope string) (saved any, keys []byte) {
	s := savedListing{scope, l.state, l.aim, l.group, nil}
	if s.Order != Unordered {
		s.LastRow = 0
	}
	for _, d := range l.tail {
		s.Tail = append(s.Tail, d.digest[:]...)
	}
	if len(l.earlier) > 0 {
		s.markIncomplete(reasonForgotten, CauseNone)
		s.Done = true
	}
	s.Group.MetAll = len(l.group.passKeys) == len(l.keys)
	if !s.Group.MetAll { // the pass over the group begins again
		s.End = min(s.End, s.GroupStart)
	}
	return s, l.keys.bytes()
}

func (l *Listing) restore(saved []byte, keys []byte) error {
	var s savedListing
	if json.Unmarshal(saved, &s) != nil || s.End < 0 || s.GroupStart < 0 || s.ServerPage < 0 {
		return ErrInvalid
	}
	if err := l.core.restore(s.state, keys); err != nil {
		return err
	}
	l.aim, l.group = s.aim, s.Group
	l.longest = l.Most
	if l.origin.High.IsZero() && !s.High.IsZero() && l.traits.Granule > 0 {
		l.origin.High = l.Until // as the first answer set it
	}
	for d := range slices.Chunk(s.Tail[:min(len(s.Tail)/digestSize, maxTail)*digestSize], digestSize) {
		l.tail.push(digest(d), time.Time{})
	}
	if s.Boundless {
		l.dropBounds()
	}
	if !l.group.MetAll {
		l.group.begin(l.LastTotal)
		return nil
	}
	l.group.passKeys, l.group.union, l.group.unionTotal = l.keys.clone(), l.keys.clone(), l.group.Total
	return nil
}

// restore restores a saved state. The keys of the whole listing are then not known any more.
func (c *core) restore(s state, keys []byte) error {
	met, ok := digestsFrom(keys)
	if !ok || s.Omit < 0 || s.Order < OrderUnknown || s.Order > Unordered {
		return ErrInvalid
	}
	c.state, c.keys = s, met
	c.all.forget()
	return nil
}

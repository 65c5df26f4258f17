package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// leafPrefix begins what is hashed for a record, so that the hash of a leaf means nothing elsewhere. It has the version of the
// format.
const leafPrefix = "auditlogs.go/receipt/v1 record\n"

const (
	secondsSize = 8
	nanosSize   = 4
	timeSize    = secondsSize + nanosSize
	leafSize    = timeSize + 2*sha256.Size
	daySeconds  = 24 * 60 * 60
	signBit     = 1 << 63 // added to seconds, so that those before 1970 sort first
)

// leaf is a record as it is sorted and hashed: its time, the digest of its id, and the digest of its canonical JSON. Leaves
// sort as bytes.
type leaf [leafSize]byte

// hash returns the hash of the leaf in a Merkle tree.
func (l *leaf) hash() tlog.Hash {
	var text [len(leafPrefix) + leafSize]byte
	copy(text[copy(text[:], leafPrefix):], l[:])
	return tlog.RecordHash(text[:])
}

// day returns when the day of the record begins.
func (l *leaf) day() time.Time {
	seconds := int64(binary.BigEndian.Uint64(l[:]) ^ signBit)
	return time.Unix(seconds-mod(seconds, daySeconds), 0).UTC()
}

// mod is the remainder that is never negative.
func mod(a, b int64) int64 { return ((a % b) + b) % b }

// encoder makes leaves. It keeps its memory from one to the next.
type encoder struct {
	count   int
	compact bytes.Buffer
	text    []byte
}

// leaf returns the leaf of an event.
func (c *encoder) leaf(e *auditlogs.Event) (l leaf, err error) {
	c.count++
	if !writable(e.Time) {
		return l, fmt.Errorf("%w: number %d has a time outside the years 0 to 9999", ErrInvalidEvent, c.count)
	}
	record, err := c.canonical(e)
	if err != nil {
		return l, fmt.Errorf("%w: number %d has a record that is not JSON: %w", ErrInvalidEvent, c.count, err)
	}
	binary.BigEndian.PutUint64(l[:], uint64(e.Time.Unix())^signBit)
	binary.BigEndian.PutUint32(l[secondsSize:], uint32(e.Time.Nanosecond()))
	id, digest := sha256.Sum256(validText([]byte(idOf(e)))), sha256.Sum256(record)
	copy(l[copy(l[timeSize:], id[:])+timeSize:], digest[:])
	return l, nil
}

// writable reports whether RFC 3339 can write a time in UTC.
func writable(t time.Time) bool {
	year := t.UTC().Year()
	return 0 <= year && year <= 9999
}

// idOf returns the ID that the API gave the record. A record without one has the empty ID: its key is a digest of its
// content, which the leaf has anyway, and of its place among equal records, which depends on the order in which they
// came. An event whose ID is not the key of its record was changed, and keeps its ID.
func idOf(e *auditlogs.Event) string {
	switch r := e.Record.(type) {
	case auditlogs.UserEvent:
		if r.Key() == e.ID {
			return ""
		}
	case auditlogs.DataAssetLog:
		if r.AuditLogID == "" && r.Key() == e.ID {
			return ""
		}
	}
	return e.ID
}

// canonical returns the canonical JSON of the original record, or nothing if there is none. It is valid until the next call.
func (c *encoder) canonical(e *auditlogs.Event) ([]byte, error) {
	raw := e.Raw
	if len(raw) == 0 && e.Record != nil { // an event that was made by hand
		var err error
		if raw, err = json.Marshal(e.Record); err != nil {
			return nil, err
		}
	}
	if len(raw) == 0 {
		return nil, nil
	}
	c.compact.Reset()
	if err := json.Compact(&c.compact, raw); err != nil {
		return nil, err
	}
	if bytes.Equal(c.compact.Bytes(), []byte("null")) { // reading an event takes null for no record
		return nil, nil
	}
	c.text = appendPlain(c.text[:0], c.compact.Bytes())
	if e.API == auditlogs.APIThousandEyes {
		return withResourcesInOrder(c.text), nil
	}
	return c.text, nil
}

package auditlogs

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzCursorDamage: a position survives its cursor, the same position gives the same cursor, and a cursor with one bit
// turned round is refused. FuzzCursor has cursors that hold anything.
func FuzzCursorDamage(f *testing.F) {
	f.Add(int64(0), uint16(0), uint16(0), uint8(0), "", "", []byte(nil), uint16(5), uint8(0))
	f.Add(int64(1768383720_123456789), uint16(300), uint16(4), uint8(1), "cursor=a%20b&aid=1", "", []byte("0123456789ab"), uint16(90), uint8(7))
	f.Add(int64(-1), uint16(65535), uint16(65535), uint8(3), "cursor=\u00e9\"\\<&>\u2028", "the API repeats itself", []byte("\xff\xfe\xfd\x00\x01\x02"), uint16(65535), uint8(5))
	f.Fuzz(func(t *testing.T, nanos int64, skip, start uint16, kind uint8, token, reason string, keys []byte, at uint16, bit uint8) {
		if !utf8.ValidString(token) || !utf8.ValidString(reason) {
			return // both come out of JSON, or out of this package
		}
		known, ok := digestsFrom(keys[:len(keys)/digestSize*digestSize])
		require.True(t, ok)
		origin := bounds{since: second(1), until: time.Unix(0, nanos).UTC()}
		p := newPosition(origin, 0)
		p.skip, p.start, p.order, p.token, p.reason = int(skip), int(start), order(kind%4), token, reason
		p.frontier, p.started, p.keys = time.Unix(0, nanos).UTC(), kind%2 == 0, known
		if p.pass.begin(p.counted); kind&4 != 0 {
			p.pass.seen = known.clone()
		}

		c, err := encodeCursor("scope", p)
		require.NoError(t, err)
		back, err := decodeCursor(c, "scope", origin)
		require.NoError(t, err)
		require.Equal(t, p.frontier, back.frontier)
		require.Equal(t, p.token, back.token)
		require.Equal(t, p.keys, back.keys)
		again, err := encodeCursor("scope", back)
		require.NoError(t, err)
		require.Equal(t, c, again)
		_, err = decodeCursor(c, "another", origin)
		require.ErrorIs(t, err, ErrCursorMismatch)

		_, err = decodeCursor(turned(c, at, bit), "scope", origin)
		require.ErrorIs(t, err, ErrInvalidCursor)

		state := someFollowState(int(kind % 8))
		followed, err := state.encode("scope")
		require.NoError(t, err)
		_, err = decodeFollow(turned(followed, at, bit), "scope", true)
		require.ErrorIs(t, err, ErrInvalidCursor)
	})
}

// turned is a cursor with one bit turned round.
func turned(c Cursor, at uint16, bit uint8) Cursor {
	text := []byte(c)
	text[int(at)%len(text)] ^= 1 << (bit % 8)
	return Cursor(text)
}

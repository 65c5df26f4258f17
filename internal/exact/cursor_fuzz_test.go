package exact

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzCursor: whatever a cursor holds, it is refused, or read to a walk that gives the same cursor again and can go on.
func FuzzCursor(f *testing.F) {
	full, err := Seal(fullListing(f), []byte("0123456789ab"))
	require.NoError(f, err)
	token, err := Seal(fullTokenWalk(f), []byte("012345\x01"))
	require.NoError(f, err)
	first, err := SealWalk("s", NewListing(Options{}))
	require.NoError(f, err)
	for _, seed := range []string{full, token, first, "", "al1.", "al2.AAAA", full[:40]} {
		f.Add(seed, []byte(`{"s":"0123456789abcdef","t":-1}`), []byte("012345"))
	}
	o := Options{Traits: Traits{MaxSize: 300}}
	f.Fuzz(func(t *testing.T, text string, state, rest []byte) {
		read := func(c string) {
			var s struct {
				Scope string `json:"s"`
			}
			if _, err := Open(c, &s); err != nil {
				require.ErrorIs(t, err, ErrInvalid)
				return
			}
			for _, begin := range []func() Walk{
				func() Walk { return NewListing(o) },
				func() Walk { return NewTokenWalk(o) },
			} {
				p, q := begin(), begin()
				if err := OpenWalk(c, s.Scope, p); err != nil {
					require.ErrorIs(t, err, ErrInvalid)
					continue
				}
				again, err := SealWalk(s.Scope, p)
				if err != nil {
					continue // a year that RFC 3339 has no form for
				}
				require.NoError(t, OpenWalk(again, s.Scope, q))
				third, err := SealWalk(s.Scope, q)
				require.NoError(t, err)
				require.Equal(t, again, third)
				// What a walk plans from whatever it was given does not panic, nor ask for less than a row.
				w, more := q.Next()
				if l, ok := q.(*Listing); ok && more {
					require.True(t, w.Size > 0 && l.want > 0, "%+v", w)
				}
			}
		}
		read(text)
		if sealed, err := Seal(rawState(state), rest); err == nil {
			read(sealed)
		}
	})
}

// FuzzCursorDamage: a walk survives its cursor, the same walk gives the same cursor, and a cursor with one bit turned round
// is refused. FuzzCursor has cursors that hold anything.
func FuzzCursorDamage(f *testing.F) {
	f.Add(int64(0), uint16(0), uint16(0), uint8(0), "", "", []byte(nil), uint16(5), uint8(0))
	f.Add(int64(1768383720_123456789), uint16(300), uint16(4), uint8(1), "cursor=a%20b&aid=1", "", []byte("0123456789ab"), uint16(90), uint8(7))
	f.Add(int64(-1), uint16(65535), uint16(65535), uint8(3), "cursor=\u00e9\"\\<&>\u2028", "the API repeats itself", []byte("\xff\xfe\xfd\x00\x01\x02"), uint16(65535), uint8(5))
	f.Fuzz(func(t *testing.T, nanos int64, read, start uint16, kind uint8, token, reason string, keys []byte, at uint16, bit uint8) {
		if !utf8.ValidString(token) || !utf8.ValidString(reason) {
			return // both come out of JSON, or out of this package
		}
		known, ok := digestsFrom(keys[:len(keys)/digestSize*digestSize])
		require.True(t, ok)
		o := Options{Range: Range{Since: second(1), Until: time.Unix(0, nanos).UTC()}}
		l, k := NewListing(o), NewTokenWalk(o)
		l.End, l.GroupStart, k.token = int(read), int(start), token
		for _, c := range []*core{&l.core, &k.core} {
			c.Order, c.Reason = Order(kind%4), reason
			c.Frontier, c.Started, c.keys = time.Unix(0, nanos).UTC(), kind%2 == 0, known
		}
		if l.group.begin(l.LastTotal); kind&4 != 0 {
			l.group.passKeys = known.clone()
		}

		listing, tokens := NewListing(o), NewTokenWalk(o)
		for walk, back := range map[Walk]Walk{l: listing, k: tokens} {
			c, err := SealWalk("scope", walk)
			require.NoError(t, err)
			require.NoError(t, OpenWalk(c, "scope", back))
			require.Equal(t, walk.base().Frontier, back.base().Frontier)
			require.Equal(t, walk.base().keys, back.base().keys)
			again, err := SealWalk("scope", back)
			require.NoError(t, err)
			require.Equal(t, c, again)
			require.ErrorIs(t, OpenWalk(c, "another", back), ErrMismatch)
			require.ErrorIs(t, OpenWalk(turned(c, at, bit), "scope", back), ErrInvalid)
		}
		require.Equal(t, k.token, tokens.token)

		followed, err := someFollowing(int(kind % 8)).Seal("scope")
		require.NoError(t, err)
		_, err = OpenFollowing(turned(followed, at, bit), "scope", poller(0))
		require.ErrorIs(t, err, ErrInvalid)
	})
}

// turned is a cursor with one bit turned round.
func turned(c string, at uint16, bit uint8) string {
	text := []byte(c)
	text[int(at)%len(text)] ^= 1 << (bit % 8)
	return string(text)
}

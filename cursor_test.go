package auditlogs

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fullState has a value in every member.
func fullState(t testing.TB) cursorState {
	s := cursorState{
		Scope: "0123456789abcdef", Until: second(9).Add(1), Low: second(1).Add(123), High: second(8).Add(456), Moved: true,
		Order: oldestFirst, Shown: 8, Started: true, Frontier: second(7).Add(789), Start: 3, Skip: 5, Total: 100, Counted: 90, Cap: 200,
		Short: 11, Token: "cursor=a%20b&aid=1", Pass: &passMark{true, fingerprint{2, 3}, fingerprint{4, 5}, true, 100, 3}, Examined: 50, First: 100, Omit: 6, Reason: "why", Cause: "loop", Done: true,
	}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		require.False(t, v.Field(i).IsZero(), "give %s a value", v.Type().Field(i).Name)
	}
	return s
}

func TestCursorStatesThereAndBack(t *testing.T) {
	t.Parallel()
	rest := []byte("0123456789ab")
	for _, s := range []cursorState{{}, fullState(t)} {
		c, err := sealCursor(s, rest)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(c), cursorVersion))
		var back cursorState
		tail, err := openCursor(c, &back)
		require.NoError(t, err)
		require.Equal(t, s, back)
		require.Equal(t, rest, tail)
	}
	// Members may be added: a cursor of a newer release of the same version is read.
	newer, err := sealCursor(map[string]any{"s": "x", "t": 1, "w": 1, "new": []int{1}}, nil)
	require.NoError(t, err)
	_, err = decodeCursor(newer, "x", bounds{})
	require.NoError(t, err)
}

func TestPositionsThereAndBack(t *testing.T) {
	t.Parallel()
	origin := bounds{since: second(1), until: second(50), low: second(1), high: second(50)}
	keys := digests{digestOf("a"): {}, digestOf("b"): {}}
	full := &position{
		bounds: bounds{second(1), second(40).Add(1), second(2), second(30)}, origin: origin, moved: true, order: newestFirst, shown: 8,
		started: true, frontier: second(29).Add(123_456_789), keys: keys, start: 4, skip: 6, total: 70, counted: 60,
		pass: group{seen: keys.clone(), set: fingerprint{2, 3}, before: fingerprint{4, 5}, steady: true, total: 60, count: 2}, cap: 100, short: 7, token: "cursor=x",
		examined: 50, firstTotal: 100, omit: 6, reason: "why", cause: ErrOffsetLimit, done: true,
	}
	c, err := encodeCursor("scope", full)
	require.NoError(t, err)
	back, err := decodeCursor(c, "scope", origin)
	require.NoError(t, err)
	require.Equal(t, full, back)

	for name, cause := range causes {
		full.cause = cause
		c, err := encodeCursor("scope", full)
		require.NoError(t, err, name)
		back, err := decodeCursor(c, "scope", origin)
		require.NoError(t, err, name)
		require.Equal(t, cause, back.cause)
	}

	// A pass that met other rows than the keys begins again, at the group's first row.
	full.pass.seen.add(digestOf("c"))
	c, err = encodeCursor("scope", full)
	require.NoError(t, err)
	back, err = decodeCursor(c, "scope", origin)
	require.NoError(t, err)
	require.Equal(t, full.start, back.skip)
	require.Empty(t, back.pass.seen)
	require.True(t, back.pass.steady)

	fresh := newPosition(bounds{}, 0)
	c, err = encodeCursor("scope", fresh)
	require.NoError(t, err)
	back, err = decodeCursor(c, "scope", bounds{})
	require.NoError(t, err)
	require.Equal(t, -1, back.total)
	require.Equal(t, -1, back.counted)
	require.False(t, back.started)
}

func TestCursorsThatAreRefused(t *testing.T) {
	t.Parallel()
	seal := func(change func(*cursorState), rest []byte) Cursor {
		s := fullState(t)
		change(&s)
		c, err := sealCursor(s, rest)
		require.NoError(t, err)
		return c
	}
	none := func(*cursorState) {}
	scope := fullState(t).Scope
	_, err := decodeCursor(seal(none, nil), scope, bounds{})
	require.NoError(t, err)
	for name, c := range map[string]Cursor{
		"half a key":        seal(none, []byte("12345")),
		"negative skip":     seal(func(s *cursorState) { s.Skip = -1 }, nil),
		"negative start":    seal(func(s *cursorState) { s.Start = -1 }, nil),
		"negative cap":      seal(func(s *cursorState) { s.Cap = -1 }, nil),
		"order below":       seal(func(s *cursorState) { s.Order = -1 }, nil),
		"order above":       seal(func(s *cursorState) { s.Order = unordered + 1 }, nil),
		"nothing":           "",
		"version alone":     cursorVersion,
		"checksum alone":    cursorVersion + "AAAAAAA",
		"another version":   "al2." + seal(none, nil)[4:],
		"one letter more":   seal(none, nil) + "A",
		"not in the letter": seal(none, nil)[:30] + "!" + seal(none, nil)[31:],
	} {
		_, err := decodeCursor(c, scope, bounds{})
		require.ErrorIs(t, err, ErrInvalidCursor, name)
	}
	_, err = decodeCursor(seal(none, nil), "another", bounds{})
	require.ErrorIs(t, err, ErrCursorMismatch)
}

func TestScopesTellListingsApart(t *testing.T) {
	t.Parallel()
	scope := func(api, address, project, op, filter string, span ...string) string {
		base, err := url.Parse(address)
		require.NoError(t, err)
		f := &feed[UserEvent]{op: op, filter: filter}
		return f.scope(&conn{api: api, base: base, projectID: project}, span...)
	}
	seen := map[string]string{}
	for name, s := range map[string]string{
		"one":             scope("api", "https://a.example", "p", "op", "filter", "1", "2"),
		"another API":     scope("apj", "https://a.example", "p", "op", "filter", "1", "2"),
		"another host":    scope("api", "https://b.example", "p", "op", "filter", "1", "2"),
		"another path":    scope("api", "https://a.example/x", "p", "op", "filter", "1", "2"),
		"another project": scope("api", "https://a.example", "q", "op", "filter", "1", "2"),
		"another op":      scope("api", "https://a.example", "p", "oq", "filter", "1", "2"),
		"another filter":  scope("api", "https://a.example", "p", "op", "filtes", "1", "2"),
		"another range":   scope("api", "https://a.example", "p", "op", "filter", "12", ""),
		"half the range":  scope("api", "https://a.example", "p", "op", "filter", "12"),
	} {
		require.Len(t, s, 16, name)
		require.NotContains(t, seen, s, name)
		seen[s] = name
	}
	require.Empty(t, stamp(time.Time{}))
	require.Equal(t, stamp(second(1)), stamp(second(1).In(time.FixedZone("", 3600))))
}

func FuzzCursor(f *testing.F) {
	full, err := sealCursor(fullState(f), []byte("0123456789ab"))
	require.NoError(f, err)
	first, err := encodeCursor("s", newPosition(bounds{}, 0))
	require.NoError(f, err)
	for _, seed := range []string{string(full), string(first), "", "al1.", "al2.AAAA", string(full[:40])} {
		f.Add(seed, []byte(`{"s":"0123456789abcdef","t":-1}`), []byte("012345"))
	}
	f.Fuzz(func(t *testing.T, text string, state, rest []byte) {
		read := func(c Cursor) {
			var s cursorState
			if _, err := openCursor(c, &s); err != nil {
				require.ErrorIs(t, err, ErrInvalidCursor)
				return
			}
			p, err := decodeCursor(c, s.Scope, bounds{})
			if err != nil {
				require.ErrorIs(t, err, ErrInvalidCursor)
				return
			}
			again, err := encodeCursor(s.Scope, p)
			if err != nil {
				return // a year that RFC 3339 has no form for
			}
			q, err := decodeCursor(again, s.Scope, bounds{})
			require.NoError(t, err)
			third, err := encodeCursor(s.Scope, q)
			require.NoError(t, err)
			require.Equal(t, again, third)
			// What a position plans from whatever it was given does not panic, nor ask for less than a row.
			w, take := q.plan(traits{maxSize: 300}, 0)
			require.True(t, w.size > 0 && take > 0, "%+v", w)
		}
		read(Cursor(text))
		if sealed, err := sealCursor(rawState(state), rest); err == nil {
			read(sealed)
		}
	})
}

// rawState is a state as text, so that its checksum is right whatever it holds.
type rawState []byte

func (s rawState) MarshalJSON() ([]byte, error) { return s, nil }

package exact

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fullListing has a value in every member.
func fullListing(t testing.TB) savedListing {
	s := savedListing{
		Scope: "0123456789abcdef", state: fullState(),
		aim: aim{GroupStart: 3, End: 5, LastTotal: 90, FirstTotal: 100, ServerPage: 200, ShortPage: 11,
			Most: 12, LastRow: 13, Unreliable: true, Expected: 14, AfterOffset: true, Recounted: true, RangeTotal: 16, Short: true, Deleted: 15, Rechecking: true, Closing: true, Blind: true, Hiding: true, CutAt: 9, Ragged: true, Ties: 17},
		Group: group{MetAll: true, Met: fingerprint{2, 3}, Before: fingerprint{4, 5}, Steady: true, Gap: true, Total: 100, Passes: 3},
		Tail:  []byte("123456"),
	}
	requireFull(t, reflect.ValueOf(s))
	return s
}

// fullTokenWalk has a value in every member.
func fullTokenWalk(t testing.TB) savedTokenWalk {
	s := savedTokenWalk{
		Scope: "0123456789abcdef", state: fullState(), Token: "cursor=a%20b&aid=1",
		Served: &savedServed{Keys: 1, Former: true, Seeking: true, Witness: true, Guessed: true, Replaced: true, Lost: true, Refused: 2, Idle: 3, Page: []byte("abcdef"), Again: 4},
	}
	requireFull(t, reflect.ValueOf(s))
	requireFull(t, reflect.ValueOf(*s.Served))
	return s
}

func fullState() state {
	return state{
		frontier{Until: second(9).Add(1), Slack: true, Started: true, Frontier: second(7).Add(789), Examined: 50, Omit: 6},
		course{
			Low: second(1).Add(123), High: second(8).Add(456), Moved: true, Order: OldestFirst, Shown: 8, Partial: true, Matching: 100,
			Boundless: true,
		},
		outcome{Reason: "why", Cause: CauseLoop, Done: true},
	}
}

// requireFull requires a value in every member that is written.
func requireFull(t testing.TB, v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Type().Field(i); {
		case f.Anonymous && f.Type != reflect.TypeFor[search]():
			requireFull(t, v.Field(i))
		case f.IsExported():
			require.False(t, v.Field(i).IsZero(), "give %s a value", f.Name)
		}
	}
}

func TestCursorStatesThereAndBack(t *testing.T) {
	t.Parallel()
	rest := []byte("0123456789ab")
	for _, s := range []any{&savedListing{}, new(fullListing(t)), &savedTokenWalk{}, new(fullTokenWalk(t))} {
		c, err := Seal(s, rest)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(c, cursorVersion))
		back := reflect.New(reflect.TypeOf(s).Elem()).Interface()
		tail, err := Open(c, back)
		require.NoError(t, err)
		require.Equal(t, s, back)
		require.Equal(t, rest, tail)
	}
	// Members may be added: a cursor of a newer release of the same version is read.
	newer, err := Seal(map[string]any{"s": "x", "t": 1, "w": 1, "new": []int{1}}, nil)
	require.NoError(t, err)
	require.NoError(t, OpenWalk(newer, "x", NewListing(Options{})))
	require.NoError(t, OpenWalk(newer, "x", NewTokenWalk(Options{})))
}

// TestCursorsOfEarlierReleases: the names of the members stay, so that stored cursors can be read.
func TestCursorsOfEarlierReleases(t *testing.T) {
	t.Parallel()
	common := `"s":"0123456789abcdef","u":"2026-03-01T00:00:09.000000001Z","l":"2026-03-01T00:00:01.000000123Z",` +
		`"h":"2026-03-01T00:00:08.000000456Z","m":true,"o":2,"x":8,"b":true,"f":"2026-03-01T00:00:07.000000789Z","g":3,"k":5,` +
		`"t":100,"w":90,"c":200,"sh":11,"n":"cursor=a%20b&aid=1","q":50,"v":100,"i":6,"r":"why","e":"loop","d":true,"nb":true,` +
		`"sl":true,"pa":true,"lo":12,"lr":13,"ur":true,"ex":14,"ao":true,"rc":true,"rt":16,"st":true,"de":15,"re":true,"cl":true,"bl":true,"hi":true,"ca":9,"ra":true,"ti":17,"ta":"MTIzNDU2"`
	group := `,"p":{"g":true,"e":{"n":2,"s":3},"b":{"n":4,"s":5},"s":true,"x":true,"t":100,"c":3}`
	c, err := Seal(rawState("{"+common+group+"}"), nil)
	require.NoError(t, err)
	var l savedListing
	_, err = Open(c, &l)
	require.NoError(t, err)
	require.Equal(t, fullListing(t), l)
	var k savedTokenWalk
	_, err = Open(c, &k)
	require.NoError(t, err)
	first := fullTokenWalk(t)
	first.Served = nil
	require.Equal(t, first, k)

	c, err = Seal(rawState("{"+common+"}"), nil) // without a pass over the group: one begins
	require.NoError(t, err)
	walk := NewListing(Options{})
	require.NoError(t, OpenWalk(c, l.Scope, walk))
	require.Equal(t, group0(90), walk.group)
}

// group0 is a group of which a pass begins.
func group0(total int) (g group) {
	g.begin(total)
	return g
}

func TestPositionsThereAndBack(t *testing.T) {
	t.Parallel()
	o := Options{
		Traits: Traits{MaxSize: 300, Granule: time.Second}, PageSize: 20,
		Range: Range{Since: second(1), Until: second(50), Low: second(1), High: second(50)},
	}
	keys := digests{digestOf("a"): {}, digestOf("b"): {}}
	open := func(l *Listing) *Listing {
		c, err := SealWalk("scope", l)
		require.NoError(t, err)
		back := NewListing(o)
		require.NoError(t, OpenWalk(c, "scope", back))
		return back
	}
	full := NewListing(o)
	s := fullListing(t)
	full.state, full.aim, full.group = s.state, s.aim, s.Group
	full.tail, full.LastRow, full.longest = tail{{digest: digestOf("a")}}, 0, full.Most
	full.Boundless = false                                  // TestWithoutBounds is about it
	full.keys, full.all = keys, everything{forgotten: true} // not all keys of the listing are in its cursor
	full.group.passKeys, full.group.union, full.group.unionTotal = keys.clone(), keys.clone(), full.group.Total
	require.Equal(t, full, open(full))

	for _, cause := range []Cause{CauseNone, CauseLoop, CauseOffsetLimit} {
		full.Cause = cause
		reason, got := open(full).Incomplete()
		require.Equal(t, "why", reason)
		require.Equal(t, cause, got)
	}

	// A pass that met other rows than the keys begins again, at the group's first row.
	full.group.passKeys.add(digestOf("c"))
	back := open(full)
	require.Equal(t, full.GroupStart, back.End)
	require.Empty(t, back.group.passKeys)
	require.Equal(t, fingerprint{}, back.group.Met)
	require.True(t, back.group.Steady)
	require.Equal(t, 5, full.End, "the listing itself goes on")

	fresh := NewListing(o)
	back = open(fresh)
	require.Equal(t, -1, back.Total())
	require.Equal(t, -1, back.LastTotal)
	require.False(t, back.Started)
	w, _ := fresh.Next()
	again, ok := back.Next()
	require.True(t, ok)
	require.Equal(t, w, again)

	token := NewTokenWalk(o)
	token.state, token.token = fullTokenWalk(t).state, "cursor=x"
	token.keys, token.all = keys, everything{forgotten: true}
	token.served = served{
		counts: map[digest]int{digestOf("a"): 300}, witness: true, reached: true,
		followed: digests{}, pages: map[Hash]int{}, several: map[Hash]struct{}{}, last: digestOf("page"), times: 2,
	}
	token.guessed, token.replaced, token.lost, token.refused, token.idle, token.former.keys = true, true, true, 3, 4, true
	c, err := SealWalk("scope", token)
	require.NoError(t, err)
	reopened := NewTokenWalk(o)
	require.NoError(t, OpenWalk(c, "scope", reopened))
	require.Equal(t, token, reopened)
}

// TestWalksGoOnFromTheirCursors: a walk that is written and read before each request reads every row once.
func TestWalksGoOnFromTheirCursors(t *testing.T) {
	t.Parallel()
	var log testRows
	want := []string{}
	for i := range 90 {
		log = append(log, testRow{at: second(1000 - i + i%7), key: strconv.Itoa(i)})
	}
	slices.SortStableFunc(log, func(a, b testRow) int { return b.at.Compare(a.at) })
	for i := range log {
		want = append(want, log.Key(i))
	}
	through := func(begin func() Walk) func(Walk) Walk {
		return func(w Walk) Walk {
			c, err := SealWalk("scope", w)
			require.NoError(t, err)
			again, err := SealWalk("scope", w)
			require.NoError(t, err)
			require.Equal(t, c, again)
			back := begin()
			require.NoError(t, OpenWalk(c, "scope", back))
			require.Equal(t, w.Total(), back.Total())
			return back
		}
	}
	for _, traits := range []Traits{
		{MaxSize: 10, SureTotal: true}, {MaxSize: 10, Granule: time.Second}, {MaxSize: 10, Paged: true, SureTotal: true},
		{MaxSize: 4, SureTotal: true},
	} {
		for _, offset := range []int{0, 13} {
			begin := func() Walk { return NewListing(Options{Traits: traits, Offset: offset}) }
			got := readAll(t, begin(), func(w Window) Answer { return log.serve(w, traits.Paged) }, through(begin))
			require.Equal(t, want[offset:], got, "%+v from %d", traits, offset)
		}
	}
	s := &tokenServer{log, 7, map[string]testRows{}}
	begin := func() Walk { return tokenWalk(true) }
	require.Equal(t, want, readAll(t, begin(), func(w Window) Answer { return *s.answer(w) }, through(begin)))
}

func TestCursorsThatAreRefused(t *testing.T) {
	t.Parallel()
	seal := func(change func(*savedListing), rest []byte) string {
		s := fullListing(t)
		change(&s)
		c, err := Seal(s, rest)
		require.NoError(t, err)
		return c
	}
	raw := func(text string) string {
		c, err := Seal(rawState(text), nil)
		require.NoError(t, err)
		return c
	}
	none := func(*savedListing) {}
	scope := fullListing(t).Scope
	good := seal(none, nil)
	walks := func() []Walk { return []Walk{NewListing(Options{}), NewTokenWalk(Options{})} }
	for _, w := range walks() {
		require.NoError(t, OpenWalk(good, scope, w))
	}
	for name, c := range map[string]struct {
		cursor string
		places bool // only a listing by windows has what is wrong
	}{
		"half a key":           {seal(none, []byte("12345")), false},
		"negative read":        {seal(func(s *savedListing) { s.End = -1 }, nil), true},
		"negative start":       {seal(func(s *savedListing) { s.GroupStart = -1 }, nil), true},
		"negative server page": {seal(func(s *savedListing) { s.ServerPage = -1 }, nil), true},
		"negative omit":        {seal(func(s *savedListing) { s.Omit = -1 }, nil), false},
		"order below":          {seal(func(s *savedListing) { s.Order = -1 }, nil), false},
		"order above":          {seal(func(s *savedListing) { s.Order = Unordered + 1 }, nil), false},
		"order far above":      {raw(`{"s":"` + scope + `","o":300}`), false},
		"a time that is none":  {raw(`{"s":"` + scope + `","f":"now"}`), false},
		"a scope that is none": {raw(`{"s":1}`), false},
		"a list":               {raw(`[]`), false},
		"nothing":              {"", false},
		"version alone":        {cursorVersion, false},
		"checksum alone":       {cursorVersion + "AAAAAAA", false},
		"another version":      {"al2." + good[4:], false},
		"one letter more":      {good + "A", false},
		"padded":               {good + "=", false},
		"a line break":         {good[:30] + "\n" + good[30:], false},
		"not in the letter":    {good[:30] + "!" + good[31:], false},
	} {
		for _, w := range walks() {
			if _, ok := w.(*TokenWalk); ok && c.places {
				require.NoError(t, OpenWalk(c.cursor, scope, w), name)
				continue
			}
			require.ErrorIs(t, OpenWalk(c.cursor, scope, w), ErrInvalid, name)
		}
	}
	for _, w := range walks() {
		require.ErrorIs(t, OpenWalk(good, "another", w), ErrMismatch)
	}
	_, err := Open(raw(`{"s":1}`), &savedListing{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Seal(rawState("{"), nil)
	require.Error(t, err)
}

// rawState is a state as text, so that its checksum is right whatever it holds.
type rawState []byte

func (s rawState) MarshalJSON() ([]byte, error) { return s, nil }

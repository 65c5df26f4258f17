package transport

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLinkQuery(t *testing.T) {
	t.Parallel()
	const waldur = `<https://w.example/api/data-access-logs/>; rel="first", <https://w.example/api/data-access-logs/?page=2&o=a,b>; rel="prev", ` +
		`<https://w.example/api/data-access-logs/?page=4>; rel="next", <https://w.example/api/data-access-logs/?page=9>; rel="last"`
	page := func(n string) url.Values { return url.Values{"page": {n}} }
	for name, tc := range map[string]struct {
		header []string
		rel    string
		want   url.Values
		ok     bool
	}{
		"next":                      {[]string{waldur}, "next", page("4"), true},
		"last":                      {[]string{waldur}, "last", page("9"), true},
		"comma within the target":   {[]string{waldur}, "prev", url.Values{"page": {"2"}, "o": {"a,b"}}, true},
		"first has no query":        {[]string{waldur}, "first", url.Values{}, true},
		"not there":                 {[]string{waldur}, "up", nil, false},
		"several headers":           {[]string{`<?page=1>; rel="first"`, `<?page=5>; rel="next"`}, "next", page("5"), true},
		"without quotes":            {[]string{`<?page=5>; rel=next`}, "next", page("5"), true},
		"other case and blanks":     {[]string{`  <?page=5> ; title="x" ; REL = "NEXT"`}, "next", page("5"), true},
		"several relations":         {[]string{`<?page=5>; rel="last next"`}, "next", page("5"), true},
		"comma within quotes":       {[]string{`<?page=1>; title="a, b"; rel="prev", <?page=5>; rel="next"`}, "next", page("5"), true},
		"not a part of a word":      {[]string{`<?page=5>; rel="nextish"`}, "next", nil, false},
		"not another parameter":     {[]string{`<?page=5>; anchor="next"`}, "next", nil, false},
		"empty":                     {[]string{""}, "next", nil, false},
		"no header":                 {nil, "next", nil, false},
		"no end of the target":      {[]string{`<?page=5; rel="next"`}, "next", nil, false},
		"no target":                 {[]string{`rel="next"`}, "next", nil, false},
		"a target that is no URL":   {[]string{`<:x>; rel="next"`}, "next", nil, false},
		"quotes that do not end":    {[]string{`<?page=5>; title="x; rel=prev, <?page=6>; rel=next`}, "next", nil, false},
		"semicolon within quotes":   {[]string{`<?page=4>; title="a; rel=next", <?page=5>; rel="next"`}, "next", page("5"), true},
		"damage before what counts": {[]string{`nonsense`, `<?page=5>; rel="next"`}, "next", page("5"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := LinkQuery(tc.header, tc.rel)
			assert.Equal(t, tc.ok, ok)
			assert.Equal(t, tc.want, got)
		})
	}
}

func FuzzLink(f *testing.F) {
	f.Add(`<https://a.example/x?page=1>; rel="prev", <https://a.example/x?page=3>; rel="next"`, "page=7")
	f.Add(`<<>>;;,,<`, "")
	f.Add(`<a>; rel="next`, "a=b,c")
	f.Fuzz(func(t *testing.T, header, query string) {
		LinkQuery([]string{header, header}, "next")
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		// A link that is well formed is found behind others.
		line := `<https://a.example/?x=1>; rel="prev"; title="a,b", <https://b.example/?` + values.Encode() + `>; rel="next"`
		got, ok := LinkQuery([]string{line}, "next")
		require.True(t, ok)
		require.Equal(t, values.Encode(), got.Encode())
	})
}

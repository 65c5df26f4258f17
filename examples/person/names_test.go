package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"Jane Doe", "Jane Doe"}, {"Jane Doe", "JANE DOE"}, {"Jane Doe", "  jane \u00A0 doe "},
		{"Zo\u00EB \u00C5ngstr\u00F6m", "Zoe\u0308 A\u030Angstro\u0308m"}, {"\u212Bngstr\u00F6m", "ÅNGSTRO\u0308M"},
		{"Nguy\u1EC5n", "Nguye\u0302\u0303n"}, {"\u1EC7", "e\u0302\u0323"}, {"\u1EC7", "\u1EB9\u0302"},
		{"Юлия Андрей", "юлия андреи\u0306"}, {"Άλφα", "Α\u0301λφα"}, {"がく", "か\u3099く"}, {"김각", "\u1100\u1175\u11B7\u1100\u1161\u11A8"}, {"王小明", "王小明"},
	} {
		require.True(t, sameName(pair[0], pair[1]), pair)
		require.True(t, sameName(pair[1], pair[0]), pair)
	}
	for _, pair := range [][2]string{
		{"Jane Doe", "Jane Doe-Smith"}, {"Jane Doe", "Jane"}, {"Jane Doe", "Jane A. Doe"}, {"Jane Doe", "Doe Jane"}, {"Jane Doe", "JaneDoe"},
		{"Jane Doe", "Jane Doë"}, {"Jane Doe", "Jаne Doe"}, {"Jane Doe", "Jane Do\u200Be"}, {"Jane Doe", "Jane Doe (jane@example.org)"}, {"", ""},
		{"각", "가"}, {"e\u0302", "e\u0303"},
	} {
		require.False(t, sameName(pair[0], pair[1]), pair)
		require.False(t, sameName(pair[1], pair[0]), pair)
	}
}

func TestSameAddress(t *testing.T) {
	t.Parallel()
	require.True(t, sameAddress("jane@example.org", " JANE@Example.ORG"))
	require.True(t, sameAddress("zo\u00EB@example.org", "zoe\u0308@example.org"))
	for _, other := range []string{
		"", "ane@example.org", "jane@example.org.uk", "mary-jane@example.org", "jane@example", "jane+x@example.org", "jаne@example.org",
		"jane@examp\u212Ae.org",
	} {
		require.False(t, sameAddress("jane@example.org", other), other)
	}
	require.False(t, sameAddress("kate@example.org", "\u212Aate@example.org"), "no ASCII letter")
}

func TestSameID(t *testing.T) {
	t.Parallel()
	require.True(t, sameID("6b1f0c9e-2d3a-4b5c-8d7e-9f0a1b2c3d4e", strings.ToUpper(janeUUID)))
	require.True(t, sameID("7", "7"))
	for _, other := range []string{"", "70", "07", " 7", "7-"} {
		require.False(t, sameID("7", other), other)
	}
}

// What is searched for is in every spelling of the name.
func TestSearchable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Jane Doe": "Jane", "Zoë Ångström": "ngstr", "Zoe\u0308 A\u030Angstro\u0308m": "ngstr", "O'Hara%": "Hara", "王 小明": "小明", "각": "", "Юлия": "",
		"がくこ": "くこ", "Li 2nd": "2nd", "e\u0301": "",
	} {
		require.Equal(t, want, searchable(name), name)
	}
	for _, name := range []string{"Zoë Ångström", "Nguyễn Thị Hương", "Jane Doe"} {
		require.Contains(t, nameKey(name), strings.ToLower(searchable(name)))
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		mentions []mention
		want     int
		several  bool
	}{
		{[]mention{{}, {name: "Jane"}}, 0, false},
		{[]mention{{id: "1"}, {id: "1", email: "a@x"}, {email: "A@x"}}, 1, false},
		{[]mention{{id: "1"}, {email: "a@x"}}, 2, false},
		{[]mention{{id: "1"}, {email: "a@x"}, {id: "1", email: "a@x"}}, 1, false},
		{[]mention{{id: "1"}, {id: "2"}}, 2, true},
		{[]mention{{email: "a@x"}, {email: "b@x"}}, 2, true},
		{[]mention{{id: "1", email: "a@x"}, {id: "2", email: "b@x"}, {id: "2", email: "a@x"}}, 2, true},
		{[]mention{{id: "1", email: "a@x"}, {id: "2", email: "a@x"}}, 2, true},
		{[]mention{{email: "a@x"}, {id: "1", email: "a@x"}, {id: "2", email: "a@x"}, {email: "a@x"}}, 2, true},
	} {
		var all identities
		for _, m := range test.mentions {
			all.add(m)
		}
		require.Len(t, all, test.want, test.mentions)
		require.Equal(t, test.several, all.several(), test.mentions)
	}
}

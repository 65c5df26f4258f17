package main

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// cellsOf reads rows as RFC 4180 has them: each ends in CR LF, and all have as many cells.
func cellsOf(t *testing.T, text string) [][]string {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\r\n"))
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestTable(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	f := table{names: typeNames{"19": "campaign"}, madeUp: true}
	require.NoError(t, f.begin(&text))
	event := auditlogs.Event{
		ID: "1", Time: time.Date(2026, time.October, 1, 2, 3, 4, 5000, time.FixedZone("", 7200)), API: auditlogs.APIAkinon, Source: "akinon",
		Action: "request", Actor: auditlogs.Actor{ID: "7", Name: `Mia "Max", & Söhne`, Email: "mia@example.org", Kind: "user"},
		Target: auditlogs.Target{Type: "19", ID: "5", Name: "a;b"}, SourceIP: "192.0.2.1", Outcome: auditlogs.OutcomeFailure,
	}
	require.NoError(t, f.event(&text, &event))
	require.NoError(t, f.event(&text, &auditlogs.Event{ID: "2"}))
	require.NoError(t, f.lacking(&text, "akinon could not be read to its end."))
	require.Contains(t, text.String(), `,"Mia ""Max"", & Söhne",`)
	rest, marked := strings.CutPrefix(text.String(), "\xEF\xBB\xBF")
	require.True(t, marked, "a spreadsheet takes a file without a mark for one in an older encoding")
	require.NotContains(t, rest, "\uFEFF")
	rows := cellsOf(t, rest)
	require.Equal(t, columns, rows[0])
	require.Equal(t, []string{
		"demo", "2026-10-01T00:03:04.000005Z", "akinon", "akinon", "1", "request", `Mia "Max", & Söhne`, "mia@example.org", "7", "user",
		"19", "campaign", "a;b", "5", "192.0.2.1", "failure",
	}, rows[1])
	require.Equal(t, "demo||||2|||||||||||", strings.Join(rows[2], "|"))
	require.Equal(t, "INCOMPLETE: akinon could not be read to its end."+strings.Repeat("|", 15), strings.Join(rows[3], "|"))
}

// No cell begins like a formula, whatever it is quoted with, and each text can be had back.
func TestHarmless(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "=", "'", "'=1", `=HYPERLINK("http://example.org","x")`, `=1","=2`,
	} {
		safe := harmless(text)
		require.Equal(t, "'"+text, safe)
		var row strings.Builder
		require.NoError(t, writeRow(&row, []string{"a", text, "b"}))
		require.True(t, strings.HasPrefix(row.String(), "a,'") || strings.HasPrefix(row.String(), `a,"'`), row.String())
	}
	for _, text := range []string{"", "a=b", "a", "1", " =1", "连", "\u00e9", "\"=1"} {
		require.Equal(t, text, harmless(text))
	}
	require.Equal(t, "a\ufffdb", harmless("a\xffb"))
}

func FuzzRow(f *testing.F) {
	for _, text := range []string{"", "=1", "'=1", "a,b", "a\"b", "a\nb", " a ", "a;b", "\xff", "\ufeff"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		var row strings.Builder
		require.NoError(t, writeRow(&row, []string{"x", one, two}))
		cells := cellsOf(t, row.String())
		require.Len(t, cells, 1)
		for i, text := range []string{one, two} {
			cell := cells[0][i+1]
			require.False(t, strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@"), cell)
			want := strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n") // which is how package csv reads line ends
			require.Equal(t, want, strings.ReplaceAll(strings.TrimPrefix(cell, "'"), "\r\n", "\n"))
		}
	})
}

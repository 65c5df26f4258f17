package receipt_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// sample is a receipt of three records on two days, with every field set.
func sample(t *testing.T) receipt.Receipt {
	t.Helper()
	r, err := receipt.From(each(
		auditlogs.Event{ID: "1", API: "waldur", Source: "waldur", Time: since},
		auditlogs.Event{ID: "2", API: "waldur", Source: "waldur", Time: since.Add(time.Hour)},
		auditlogs.Event{ID: "3", API: "waldur", Source: "waldur", Time: since.AddDate(0, 0, 2)},
	), since, until)
	require.NoError(t, err)
	r.Scope = "tenant 7"
	r.ReadAt = time.Date(2026, 3, 4, 1, 2, 3, 456000000, time.UTC)
	return r
}

const (
	rootA = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
	rootB = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
)

// lines are a text that is a receipt.
const lines = `auditlogs.go/receipt/v1/waldur/waldur
3
` + rootA + `
scope tenant%207
since 2026-03-01T00:00:00Z
until 2026-03-04T00:00:00Z
read 2026-03-04T01:02:03.456Z
day 2026-03-01 2 ` + rootA + `
day 2026-03-03 1 ` + rootB + `
`

func TestText(t *testing.T) {
	t.Parallel()
	var r receipt.Receipt
	require.NoError(t, r.UnmarshalText([]byte(lines)))
	want := sample(t)
	require.Equal(t, want.Days[0].Date, r.Days[0].Date)
	require.EqualValues(t, 1, r.Root[31])
	require.EqualValues(t, 2, r.Days[1].Root[0])
	r.Root, r.Days = want.Root, want.Days
	require.Equal(t, want, r)

	text, err := json.Marshal(want)
	require.NoError(t, err)
	var again receipt.Receipt
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, want, again)
}

func TestTextOfOddReceipts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*receipt.Receipt){
		"open": func(r *receipt.Receipt) {
			r.Since, r.Until, r.ReadAt, r.Scope = time.Time{}, time.Time{}, time.Time{}, ""
		},
		"no names":      func(r *receipt.Receipt) { r.API, r.Source = "", "" },
		"line feeds":    func(r *receipt.Receipt) { r.API, r.Source, r.Scope = "a\n3\n", "\n\n— x y\n", "\nday\r\n" },
		"slashes":       func(r *receipt.Receipt) { r.API, r.Source, r.Scope = "a/b", "c/d/%2F", "/ %" },
		"not UTF-8":     func(r *receipt.Receipt) { r.API, r.Source, r.Scope = "\xff", "é\xc3", "\x00\u2028" },
		"nothing":       func(r *receipt.Receipt) { *r = of(t) },
		"nanoseconds":   func(r *receipt.Receipt) { r.Since = r.Since.Add(time.Nanosecond) },
		"without times": func(r *receipt.Receipt) { *r = of(t, auditlogs.Event{}) },
		"without a time, in a window": func(r *receipt.Receipt) {
			var err error
			*r, err = receipt.From(each(auditlogs.Event{}), since, until)
			require.NoError(t, err)
		},
		"year 0": func(r *receipt.Receipt) { *r = of(t, auditlogs.Event{Time: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)}) },
		"year 9999": func(r *receipt.Receipt) {
			*r = of(t, auditlogs.Event{Time: time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := sample(t)
			change(&want)
			text, err := want.MarshalText()
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(text), want.Origin()+"\n"))
			for _, b := range text {
				require.True(t, b == '\n' || ' ' <= b && b <= '~', "%q", text)
			}
			require.NotContains(t, string(text), "\n\n")
			var again receipt.Receipt
			require.NoError(t, again.UnmarshalText(text))
			require.Equal(t, want, again)
		})
	}
}

func TestTextIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"another version":         {"/v1/", "/v2/"},
		"no source":               {"waldur/waldur", "waldur"},
		"a third name":            {"waldur/waldur", "waldur/waldur/x"},
		"bad escape of the API":   {"v1/waldur", "v1/%zz"},
		"bad escape of a source":  {"waldur/waldur", "waldur/%"},
		"bad escape of the scope": {"%207", "%2"},
		"escaped without need":    {"waldur/waldur", "waldur/w%61ldur"},
		"count does not add up":   {"\n3\n", "\n4\n"},
		"day does not add up":     {"03-03 1", "03-03 2"},
		"leading zero":            {"\n3\n", "\n03\n"},
		"sign":                    {"\n3\n", "\n+3\n"},
		"no number":               {"\n3\n", "\nx\n"},
		"no root":                 {"\n" + rootA, "\nAQ=="},
		"no root of a day":        {rootB, "AgI"},
		"root without padding":    {rootA + "\nscope", strings.TrimSuffix(rootA, "=") + "\nscope"},
		"empty scope":             {"scope tenant%207", "scope "},
		"another zone":            {"since 2026-03-01T00:00:00Z", "since 2026-03-01T01:00:00+01:00"},
		"zeros in a time":         {"03.456Z", "03.4560Z"},
		"no time":                 {"since 2026-03-01T00:00:00Z", "since yesterday"},
		"since is until":          {"since 2026-03-01", "since 2026-03-04"},
		"no date":                 {"day 2026-03-01", "day 2026-02-30"},
		"a day before the window": {"day 2026-03-01", "day 2026-02-28"},
		"a day behind the window": {"day 2026-03-03", "day 2026-03-04"},
		"a day twice":             {"day 2026-03-03", "day 2026-03-01"},
		"days in another order":   {"day 2026-03-01 2", "day 2026-03-03 2"},
		"a day of no records":     {"2026-03-03 1", "2026-03-03 0"},
		"a day of four words":     {"2026-03-03 1", "2026-03-03 1 1"},
		"unknown line":            {"scope", "scop"},
		"unknown last line":       {rootB + "\n", rootB + "\nmore\n"},
		"empty last line":         {rootB + "\n", rootB + "\n\n"},
		"no last line feed":       {rootB + "\n", rootB},
		"carriage return":         {"\n3\n", "\n3\r\n"},
		"times in another order":  {"since 2026-03-01T00:00:00Z\nuntil 2026-03-04T00:00:00Z", "until 2026-03-04T00:00:00Z\nsince 2026-03-01T00:00:00Z"},
		"a time twice":            {"since 2026-03-01T00:00:00Z", "since 2026-03-01T00:00:00Z\nsince 2026-03-01T00:00:00Z"},
		"nothing":                 {lines, ""},
		"two lines":               {lines, "auditlogs.go/receipt/v1/waldur/waldur\n0\n"},
		"no records with a root":  {lines, "auditlogs.go/receipt/v1/waldur/waldur\n0\n" + rootA + "\n"},
		"root of the only day":    {lines, "auditlogs.go/receipt/v1/waldur/waldur\n1\n" + rootA + "\nday 2026-03-01 1 " + rootB + "\n"},
		"more than can be counted": {
			lines, "auditlogs.go/receipt/v1/waldur/waldur\n0\n" + rootA + "\nday 2026-03-01 18446744073709551615 " + rootA + "\nday 2026-03-02 1 " + rootA + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(lines, change[0], change[1], 1)
			require.NotEqual(t, lines, text)
			r := receipt.Receipt{Scope: "as before"}
			require.ErrorIs(t, r.UnmarshalText([]byte(text)), receipt.ErrInvalid)
			require.Equal(t, receipt.Receipt{Scope: "as before"}, r)
		})
	}
}

func TestReceiptThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*receipt.Receipt){
		"count":         func(r *receipt.Receipt) { r.Count++ },
		"day is no day": func(r *receipt.Receipt) { r.Days[0].Date = r.Days[0].Date.Add(time.Second) },
		"day too late": func(r *receipt.Receipt) {
			r.Until, r.Days[1].Date = time.Time{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
		},
		"since too early":    func(r *receipt.Receipt) { r.Since = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) },
		"read too late":      func(r *receipt.Receipt) { r.ReadAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"until before since": func(r *receipt.Receipt) { r.Until = r.Since.Add(-1) },
	} {
		r := sample(t)
		change(&r)
		_, err := r.MarshalText()
		require.ErrorIs(t, err, receipt.ErrInvalid, name)
		_, err = receipt.Sign(r, signer(t, "key"))
		require.ErrorIs(t, err, receipt.ErrInvalid, name)
	}
}

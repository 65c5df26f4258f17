package wire

import (
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// FuzzAppendText compares with the parser's own way of writing a text.
func FuzzAppendText(f *testing.F) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, text := range []string{"", "a", `"`, `a\`, "\x1f\x7f", "é\u2028😀", "a\xffb", "\xed\xa0\x80", string(every), string(every[:128]), `01234567"`, `\\"0123456\\`, "\x000000000\x7f", "0000000é0000000\xff0000000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, _ := jsontext.AppendQuote([]byte("x"), text)
		require.Equal(t, string(want), string(AppendText([]byte("x"), text)))
		require.Equal(t, string(want), string(AppendQuoted([]byte("x"), []byte(text))))
		require.Equal(t, string(want[2:len(want)-1]), string(AppendInside(nil, text)))
	})
}

func TestAppendCompact(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		` { "a" : [ 1.50 , null ],` + "\n" + `"b":"\u0041" } `: `{"a":[1.50,null],"b":"\u0041"}`,
		`"plain é"`:            `"plain é"`,
		`"a\u0041"`:            `"a\u0041"`,
		"\"a\xffb\"":           "\"a\ufffdb\"",
		`12345678901234567890`: `12345678901234567890`,
		`true`:                 `true`,
		`"abc`:                 ``, ``: ``, `"`: ``, `""x`: ``, `{"a"}`: ``, `tru`: ``, "\"a\nb\"": ``, `1 2`: ``, `"a"b"`: ``, `[{"a":1,"\u0061":2}]`: ``,
	} {
		got, ok := AppendCompact([]byte("x"), []byte(value))
		require.Equal(t, want != "", ok, "%q", value)
		require.Equal(t, ok && utf8.ValidString(value), IsValid([]byte(value)), "%q", value)
		require.Equal(t, "x"+want, string(got), "%q", value)
	}
}

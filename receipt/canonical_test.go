package receipt

import (
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		``:                               ``,
		` null `:                         ``,
		` { "a" : [ 1 , 2.50, true ] } `: `{"a":[1,2.50,true]}`,
		`"\u003c\u003E\u0026<>&"`:        `"<>&<>&"`,
		`"\/ \" \\ \b \f \n \r \t"`:      `"/ \" \\ \b \f \n \r \t"`,
		`"\u002f \u0022 \u005C \u0008 \u000c \u000a \u000d \u0009"`: `"/ \" \\ \b \f \n \r \t"`,
		`"\u0000 \u001F \u007F \u00e9 \u2028"`:                      "\"\\u0000 \\u001f \u007f é \u2028\"",
		`"\uD83D\uDE00 \uD83D \uDE00 \uD83D\u0041 \uD83D\n"`:        `"😀 \ud83d \ude00 \ud83dA \ud83d\n"`,
		`"\uD83D\uD83D\uDE00"`:                                      `"\ud83d😀"`,
		`"\ufffd"`:                                                  `"` + "\ufffd" + `"`,
		"\"\xff\xed\xa0\x80\"":                                      "\"\ufffd\ufffd\ufffd\ufffd\"",
		`{"\u0061":1,"a":2}`:                                        `{"a":1,"a":2}`,
		`{"resources":["b","a"]}`:                                   `{"resources":["b","a"]}`,
	} {
		var c encoder
		got, err := c.canonical(&auditlogs.Event{Raw: []byte(raw)})
		require.NoError(t, err, raw)
		require.Equal(t, want, string(got), raw)
		again, err := new(encoder).canonical(&auditlogs.Event{Raw: got})
		require.NoError(t, err, raw)
		require.Equal(t, want, string(again), "canonical JSON stays as it is")
	}
}

func TestCanonicalResources(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{}`:                            `{}`,
		`[]`:                            `[]`,
		`"resources"`:                   `"resources"`,
		`{"resources":[]}`:              `{"resources":[]}`,
		`{"resources":{"b":1,"a":2}}`:   `{"resources":{"b":1,"a":2}}`,
		`{"a":{"resources":["b","a"]}}`: `{"a":{"resources":["b","a"]}}`,
		`{"resources":["b","\u0061"]}`:  `{"resources":["a","b"]}`,
		`{"x":["b","a"],"resourc\u0065s":[{"n":[2,1]},{"m":"]},\\\"["}, "[,"],"y":0}`: `{"x":["b","a"],"resources":["[,",{"m":"]},\\\"["},{"n":[2,1]}],"y":0}`,
	} {
		got, err := new(encoder).canonical(&auditlogs.Event{API: auditlogs.APIThousandEyes, Raw: []byte(raw)})
		require.NoError(t, err, raw)
		require.Equal(t, want, string(got), raw)
	}
}

package wire

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// attributes is what LooseMap reads, written once more with encoding/json.
type attributes map[string]string

func (a *attributes) UnmarshalJSON(data []byte) error {
	var text string
	var values map[string]json.RawMessage
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil || text == "" {
			return err
		}
		if text[0] != '{' || json.Unmarshal([]byte(text), &values) != nil {
			values = map[string]json.RawMessage{"": data}
		}
	} else if err := json.Unmarshal(data, &values); err != nil || values == nil {
		*a = nil
		return err
	}
	if *a == nil {
		*a = attributes{}
	}
	for name, value := range values {
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return err
		}
		(*a)[name] = string(ValidText(compact.Bytes()))
		if value[0] == '"' || value[0] == 'n' {
			text = ""
			if err := json.Unmarshal(value, &text); err != nil {
				return err
			}
			(*a)[name] = text
		}
	}
	return nil
}

func TestLooseMap(t *testing.T) {
	t.Parallel()
	for came, want := range map[string]map[string]string{
		`null`: nil, `""`: nil, `{}`: {}, `"{}"`: {},
		`{"a":"b","c":null,"d":""}`:                          {"a": "b", "c": "", "d": ""},
		`{"n":9007199254740993,"f":1.50,"t":true,"u":false}`: {"n": "9007199254740993", "f": "1.50", "t": "true", "u": "false"},
		`{"o":{ "x" : [ 1 , "\u00e9" ] },"l":[ ]}`:           {"o": `{"x":[1,"\u00e9"]}`, "l": "[]"},
		`{"o":{"x":"y"},"l":[ null ],"a":"b"}`:               {"o": `{"x":"y"}`, "l": "[null]", "a": "b"},
		"{\"o\":[\"\xff\"],\"\xff\":\"\xff\"}":               {"o": "[\"\uFFFD\"]", "\uFFFD": "\uFFFD"},
		`"{\"a\":\"b\",\"n\":7,\"o\":{\"x\": 1}}"`:           {"a": "b", "n": "7", "o": `{"x":1}`},
		`"some words"`:      {"": "some words"},
		`"[1]"`:             {"": "[1]"},
		`"{\"a\":1"`:        {"": `{"a":1`},
		`"{} x"`:            {"": "{} x"},
		`{"a":"{\"b\":1}"}`: {"a": `{"b":1}`},
	} {
		for _, table := range []*stringTable{nil, {}} {
			var got map[string]string
			r := newReader([]byte(came), table)
			r.LooseMap(&got)
			r.end()
			require.NoError(t, r.err, came)
			require.Equal(t, want, got, came)
		}
	}
	for _, came := range []string{`[]`, `7`, `true`, `{"a":}`, `{"a":tru}`, `{"a":{"b"}}`, `{"a":"\x"}`, `{"a":["\x"]}`, `"`, ``} {
		var got map[string]string
		r := newReader([]byte(came), nil)
		r.LooseMap(&got)
		r.end()
		require.Error(t, r.err, came)
		requireStandard(t, r.err)
	}
}

// Of a member that comes twice, encoding/json keeps what the second one lacks.
func TestLooseMapAddsToWhatIsThere(t *testing.T) {
	t.Parallel()
	for came, want := range map[string]map[string]string{
		`{"b":2}`: {"a": "1", "b": "2"}, `"{\"b\":2}"`: {"a": "1", "b": "2"}, `"x"`: {"a": "1", "": "x"}, `""`: {"a": "1"}, `null`: nil,
		`"{\"b\":2"`: {"a": "1", "": `{"b":2`},
	} {
		got := map[string]string{"a": "1"}
		r := newReader([]byte(came), nil)
		r.LooseMap(&got)
		require.NoError(t, r.err)
		require.Equal(t, want, got, came)
	}
}

func TestSaid(t *testing.T) {
	t.Parallel()
	for came, want := range map[string]bool{
		`true`: true, `"TRUE"`: true, `"true"`: true, `false`: false, `"FALSE"`: false, `null`: false, `1`: false, `""`: false, `["true"]`: false, `{}`: false,
	} {
		r := newReader([]byte(came), nil)
		require.Equal(t, want, r.Said(), came)
		r.end()
		require.NoError(t, r.err, came)
	}
	r := newReader([]byte(`tru`), nil)
	require.False(t, r.Said())
	require.Error(t, r.err)
}

func TestLooseIDs(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*Reader, *string){"ID": (*Reader).ID, "StringOrNumber": (*Reader).StringOrNumber} {
		for came, want := range map[string]string{
			`"x"`: "x", `""`: "", `null`: "before", `7`: "7", `-0`: "-0", `1.50`: "1.50", `1222341536243515939999`: "1222341536243515939999", `"\u00e9"`: "é",
		} {
			got := "before"
			r := newReader([]byte(came), &stringTable{})
			read(r, &got)
			r.end()
			require.NoError(t, r.err, "%s %s", name, came)
			require.Equal(t, want, got, "%s %s", name, came)
		}
		for _, came := range []string{`true`, `[]`, `{}`, `-`, `01`, ``} {
			got := "before"
			r := newReader([]byte(came), nil)
			read(r, &got)
			r.end()
			require.Error(t, r.err, "%s %s", name, came)
			requireStandard(t, r.err)
		}
	}
}

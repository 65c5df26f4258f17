package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 14, 9, 26, 53, 0, time.UTC)
	for name, tt := range map[string]struct {
		came string
		want note
	}{
		"everything": {
			`{"id":"1","at":"2026-01-14T09:26:53Z","author":{"id":7,"name":"Ada"},"place":{"city":"Rome"},"marks":[{"city":"a"},null,{}],"words":["x","y"],"extra":{"k":"v"},"size":9,"body":[ 1 ]}`,
			note{
				ID: "1", At: at, Author: &author{ID: "7", Name: "Ada", Raw: json.RawMessage(`{"id":7,"name":"Ada"}`)}, Place: place{City: "Rome"},
				Marks: []place{{City: "a"}, {}, {}}, Words: []string{"x", "y"}, Extra: map[string]string{"k": "v"}, Size: 9, Body: json.RawMessage(`[ 1 ]`),
			},
		},
		"nothing":            {`{}`, note{}},
		"null":               {`null`, note{}},
		"unknown members":    {`{"ID":"2","id":"1","other":[{"id":"3"}]}`, note{ID: "1"}},
		"bare id":            {`{"author":7}`, note{Author: &author{ID: "7", Raw: json.RawMessage(`7`)}}},
		"blanks in a part":   {"{\"author\" :\t{ \"id\" : 7 }\n}", note{Author: &author{ID: "7", Raw: json.RawMessage(`{ "id" : 7 }`)}}},
		"escaped name":       {`{"\u0069d":"1","\u0061uthor":{"id":"7"}}`, note{ID: "1", Author: &author{ID: "7", Raw: json.RawMessage(`{"id":"7"}`)}}},
		"null in members":    {`{"id":null,"at":null,"author":null,"place":null,"marks":null,"words":null,"extra":null,"size":null,"body":null}`, note{Body: json.RawMessage(`null`)}},
		"text, then null":    {`{"id":"1","id":null}`, note{ID: "1"}},
		"pointer, then null": {`{"author":{"id":"7"},"author":null}`, note{}},
		"slice, then null":   {`{"marks":[{}],"marks":null,"words":["x"],"words":null}`, note{}},
		"map, then null":     {`{"extra":{"k":"v"},"extra":null}`, note{}},
		"part twice":         {`{"author":{"id":"7","name":"Ada"},"author":{"id":"8"}}`, note{Author: &author{ID: "8", Raw: json.RawMessage(`{"id":"8"}`)}}},
		"object twice":       {`{"place":{"city":"Rome","room":"1"},"place":{"room":"2"}}`, note{Place: place{City: "Rome", Room: "2"}}},
		"slice twice":        {`{"marks":[{"city":"Rome"},{}],"marks":[{"room":"2"}]}`, note{Marks: []place{{Room: "2"}}}},
		"empty lists":        {`{"marks":[],"words":[],"extra":{}}`, note{Marks: []place{}, Words: []string{}, Extra: map[string]string{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := []byte(" \n" + tt.came + "\t ")
			got := note{ID: "before", Words: []string{"before"}}
			require.NoError(t, noteCodec.Decode(data, &got))
			clear(data)
			tt.want.Raw = json.RawMessage(tt.came)
			require.Equal(t, tt.want, got, "nothing is left of the value before, nor refers to the data")
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for came, want := range map[string]string{
		``:                               "unexpected EOF",
		` `:                              "unexpected EOF",
		`{"id":`:                         "unexpected EOF",
		`{} {}`:                          "more than one JSON value",
		`{}x`:                            "more than one JSON value",
		`[]`:                             "array in place of object",
		`7`:                              "number in place of object",
		`{"id":7}`:                       "id: number in place of string",
		`{"at":"noon"}`:                  `at: parsing time "noon" as`,
		`{"author":{"name":[]}}`:         "author: name: array in place of string",
		`{"author":true}`:                "bool in place of string",
		`{"marks":[{},7]}`:               "marks: number in place of object",
		`{"marks":{}}`:                   "marks: object in place of array",
		`{"words":["a",7]}`:              "words: number in place of string",
		`{"extra":[7]}`:                  "extra: array in place of object",
		`{"extra":[]}`:                   "extra: array in place of object",
		`{"extra":["\u006b"]}`:           "extra: array in place of object",
		`{"size":1.5}`:                   "invalid syntax",
		`{"size":9223372036854775808}`:   "value out of range",
		`{"` + strings.Repeat("x", 1000): "unexpected EOF",
	} {
		t.Run(came[:min(len(came), 30)], func(t *testing.T) {
			t.Parallel()
			got := note{ID: "before"}
			err := noteCodec.Decode([]byte(came), &got)
			require.ErrorContains(t, err, want)
			requireStandard(t, err)
			require.Equal(t, note{ID: "before"}, got, "the value stays as it was")
		})
	}
}

// TestErrorsNameTheirMember bounds the names: they are the server's, and may be of any length.
func TestErrorsNameTheirMember(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	r := newReader([]byte(`{"`+long+`":7}`), nil)
	for range r.Members {
		var text string
		r.Text(&text)
	}
	require.EqualError(t, r.err, long[:64]+": number in place of string")
}

func TestRecord(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		err  error
	}{
		"record":      {` {"id":"1"} `, nil},
		"null":        {" null\n", errNull},
		"no id":       {`{}`, errNoKey},
		"empty id":    {`{"id":""}`, errNoKey},
		"broken":      {`{"id":"1"`, nil},
		"two records": {`{"id":"1"}{"id":"2"}`, errTrailing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := noteCodec.Record([]byte(tt.body))
			if name == "record" {
				require.NoError(t, err)
				require.Equal(t, &note{ID: "1", Raw: json.RawMessage(`{"id":"1"}`)}, got)
				return
			}
			require.Error(t, err)
			require.Nil(t, got)
			requireStandard(t, err)
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
			}
		})
	}
}

// TestKeptBytesHaveTheirBounds appends to what was kept: it must not run into what stands behind it.
func TestKeptBytesHaveTheirBounds(t *testing.T) {
	t.Parallel()
	const came = `{"id":"1","author":{"id":"7"},"body":[2],"size":3}`
	var one note
	require.NoError(t, noteCodec.Decode([]byte(came), &one))
	many := readNotes([]byte(`[`+came+`,`+came+`]`), &Shared[note]{}, 2)
	require.NoError(t, many.err)
	for _, n := range append(many.Rows, one) {
		for _, kept := range []json.RawMessage{n.Author.Raw, n.Body, n.Raw} {
			_ = append(kept, "appended"...)
		}
		require.Equal(t, came, string(n.Raw))
		require.Equal(t, `{"id":"7"}`, string(n.Author.Raw))
		require.Equal(t, `[2]`, string(n.Body))
	}
	for _, row := range many.Rows {
		require.Equal(t, came, string(row.Raw))
	}
}

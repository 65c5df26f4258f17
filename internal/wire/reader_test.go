package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestStringsAreSharedAndBounded(t *testing.T) { //nolint:paralleltest // it counts allocations
	s := new(stringTable)
	m := memory{strings: s}
	hot := func() string { return m.recurring([]byte("hot")) }
	hot()
	first := hot()
	require.Zero(t, testing.AllocsPerRun(10, func() { hot() }))
	require.Same(t, unsafe.StringData(first), unsafe.StringData(hot()))
	for i := range 100_000 {
		text := fmt.Sprint("text ", i)
		require.Equal(t, text, m.recurring([]byte(text)))
	}
	require.Same(t, unsafe.StringData(first), unsafe.StringData(hot()), "what comes once displaces nothing")
	for range 2 {
		for i := range 100_000 {
			text := fmt.Sprint("text ", i/2) // each comes twice
			require.Equal(t, text, m.recurring([]byte(text)))
		}
	}
	require.NotSame(t, unsafe.StringData(first), unsafe.StringData(hot()), "what recurs displaces what does not any more")
	long := strings.Repeat("x", longest+1)
	for range 3 {
		require.Equal(t, long, m.recurring([]byte(long)))
	}
	for _, set := range s.sets {
		require.NotContains(t, set.known[:], long)
	}
	require.Equal(t, "no table", new(memory).recurring([]byte("no table")))
}

func TestFirstErrorStays(t *testing.T) {
	t.Parallel()
	r := newReader([]byte(`{"a":1,"b":"x","c":[null]}`), nil)
	text := "as it was"
	for range r.Members {
		r.Text(&text)
	}
	require.EqualError(t, r.err, "a: number in place of string")
	first := r.err
	r.fail(errors.New("another"))
	var n int64
	var raw json.RawMessage
	var m map[string]string
	var names []string
	r.Skip()
	r.Int(&n)
	r.StringOrNumber(&text)
	r.Raw(&raw)
	r.LooseMap(&m)
	r.InternedList(&names)
	r.end()
	for range r.elements {
		t.Error("an element after an error")
	}
	require.False(t, r.null() || r.IsObject() || r.IsArray())
	require.Equal(t, first, r.err)
	require.Equal(t, "as it was", text)
	require.Nil(t, raw)
	require.Nil(t, m)
}

// FuzzElement takes every member of an element apart, and compares its bytes with those that the parser gives for the whole.
func FuzzElement(f *testing.F) {
	for _, text := range []string{
		`{"a":"}\\\"{","b":[{"c":"\\"}]}`, `{ "a" : { } } `, ` {}`, `{"\u0061":1}`, `7`, `null`, `"{"`, `[{"a":1}]`, `{"a":1]`, `{"a":"`, `{"a":[}]}`,
		`{"":1}`, `{"a":"\`, "\n{\n\"a\"\n:\n1\n}\n", `{"a":{"a":{"a":"\\\\"}}}`, `{"a":1}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		data := append(append([]byte("["), text...), ", 1]"...)
		whole, parts := newReader(data, nil), newReader(data, nil)
		var want []json.RawMessage
		for range whole.elements {
			var raw json.RawMessage
			whole.Raw(&raw)
			want = append(want, raw)
		}
		if whole.end(); whole.err != nil {
			want = nil
		}
		var got, members []json.RawMessage
		for range parts.elements {
			members = append(members, nil)
			raw, err := parts.element(func() {
				if !parts.IsObject() {
					parts.Skip()
					return
				}
				for range parts.Members {
					parts.Raw(&members[len(members)-1])
				}
			})
			require.False(t, err != nil && parts.err == nil, "nothing is wrong in itself here")
			got = append(got, raw)
		}
		if parts.end(); parts.err != nil {
			got = nil
		}
		require.Equal(t, want, got)
		kept := fmt.Sprintf("%s %s", got, members)
		if clear(data); got != nil {
			require.Equal(t, kept, fmt.Sprintf("%s %s", got, members), "nothing refers to the data")
		}
	})
}

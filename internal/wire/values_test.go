package wire

import (
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asJSON compares a way to read a value with encoding/json's: the same value, or both refuse.
func asJSON[T any](read func(*Reader, *T)) func(*testing.T, string, *stringTable) {
	return func(t *testing.T, text string, table *stringTable) {
		t.Helper()
		var want, got T
		wantErr := json.Unmarshal([]byte(text), &want)
		r := newReader([]byte(text), table)
		read(r, &got)
		r.end()
		require.Equal(t, wantErr != nil, r.err != nil, "%s: %v against encoding/json's %v", text, r.err, wantErr)
		if wantErr != nil {
			requireStandard(t, r.err)
			return
		}
		require.Equal(t, want, got, text)
	}
}

// ownTime is read by its own method, which newer encoding/json passes by for a plain time.
type ownTime struct{ time.Time }

func TestValuesAreThoseOfEncodingJSON(t *testing.T) {
	t.Parallel()
	texts := []string{
		``, ` `, `null`, ` null `, `nul`, `true`, `false`, `tru`, ` true `, `0`, `-0`, `12`, `-9223372036854775808`, `9223372036854775807`, `9223372036854775808`, `1.0`, `1e2`, `01`, `-`,
		`""`, `"x"`, ` "x" `, `"\u00e9\n\/"`, `"\ud83d\ude00"`, `"\ud800\ud800\udc00"`, "\"\xff\xc3\"", "\"\x01\"", `"\x"`, `"`, `"x`, `[]`, `[ ]`, `["a",null]`,
		`["a","a" , "b"]`, `[1]`, `["a",]`, `["a"`, `["\u0061"]`, `{}`, `{"a":"b"}`, `{"a":"b","a":"c"}`, `{"a":null}`, `{ "a" : "b" , "c":"\u00e9"}`, `{"\u0061":"b"}`,
		"{\"\xff\":\"b\"}", `{"a":1}`, `{"a":"\u00e9","b":1}`, `{"a":}`, `{"a"`, `{"":""}`, `"2026-01-14T09:26:53Z"`, `"2026-01-14T09:26:53.1+03:00"`,
		`"2026-01-14T09:26:53"`, `"2026-01-14T24:00:00Z"`, `"2026-01-14T9:26:53Z"`, `"2026-01-14T09:26:53,1Z"`, `"2026\u002d01-14T09:26:53Z"`, `{} {}`, "\ufeff{}",
	}
	for name, compare := range map[string]func(*testing.T, string, *stringTable){
		"Text":  asJSON((*Reader).Text),
		"Name":  asJSON((*Reader).Interned),
		"Bool":  asJSON((*Reader).Bool),
		"Int":   asJSON((*Reader).Int),
		"Count": asJSON((*Reader).Count),
		"Names": asJSON((*Reader).InternedList),
		"Map":   asJSON(func(r *Reader, to *attributes) { r.LooseMap((*map[string]string)(to)) }),
		"Time":  asJSON(func(r *Reader, to *ownTime) { r.Time(&to.Time) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var table stringTable
			for _, text := range texts {
				compare(t, text, nil)
				compare(t, text, &table)
				compare(t, text, &table) // once more, when the table knows it
			}
		})
	}
}

// TestErrorOfTheCaller comes out as it is, but only where nothing went wrong before.
func TestErrorOfTheCaller(t *testing.T) {
	t.Parallel()
	r := newReader([]byte(`{"a":{"b":1}}`), nil)
	for range r.Members {
		for range r.Members {
			r.fail(io.ErrNoProgress)
		}
	}
	r.end()
	require.ErrorIs(t, r.err, io.ErrNoProgress)
	require.EqualError(t, r.err, "a: b: "+io.ErrNoProgress.Error())
	first := r.err
	r.fail(io.ErrClosedPipe)
	require.Equal(t, first, r.err)

	r.reset([]byte(`7`))
	var n int64
	r.Int(&n)
	r.end()
	require.NoError(t, r.err, "a reader that begins anew forgets")
	require.EqualValues(t, 7, n)
}

// TestIterationCanStop breaks off in the middle, without an error.
func TestIterationCanStop(t *testing.T) {
	t.Parallel()
	r := newReader([]byte(`{"a":[1,2,3],"b":4}`), nil)
	for range r.Members {
		for i := range r.elements {
			r.Skip()
			if i == 1 {
				break
			}
		}
		break
	}
	require.NoError(t, r.err)
}

package wire

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		ids  string
	}{
		"bare":               {`[{"id":"1"},{"id":"2"}]`, "12"},
		"enveloped":          {`{"count":2,"notes":[{"id":"1"},{"id":"2"}],"other":[{}]}`, "12"},
		"blanks":             {" [ {\"id\" : \"1\"}\n,\t{ \"id\":\"2\" } ] \r\n", "12"},
		"more than asked":    {`[{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"}]`, "1234"},
		"escaped name":       {`[{"id":"1","pl\u0061ce":{}},{"pl\u0061ce":{},"id":"2"} ,{"id":"3","\u0061uthor":{}}]`, "123"},
		"none":               {`[]`, ""},
		"null for a list":    {`{"notes":null}`, ""},
		"large first record": {`[{"id":"1","body":"` + strings.Repeat("x", 1000) + `"},{"id":"2"}]`, "12"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := []byte(tt.body)
			got := readNotes(data, &Shared[note]{}, 2)
			require.NoError(t, got.err)
			require.Zero(t, got.index)
			require.False(t, got.HasFault())
			for _, row := range got.Rows {
				var again note
				require.Contains(t, tt.body, string(row.Raw))
				require.NoError(t, noteCodec.Decode(row.Raw, &again))
				require.Equal(t, row, again, "a record's own bytes say the same")
			}
			kept := fmt.Sprintf("%+v", got.Rows)
			clear(data)
			require.Equal(t, tt.ids, got.ids())
			require.Equal(t, kept, fmt.Sprintf("%+v", got.Rows), "nothing refers to the body")
		})
	}
}

func TestAnswersThatAreWrong(t *testing.T) {
	t.Parallel()
	const good = `{"id":"1"}`
	for _, tt := range []struct {
		name, body string
		index      int
		err        string
		fault      bool // a record is wrong in itself, in an answer that could be read
	}{
		{"more than one", `[` + good + `] x`, -1, "more than one JSON value", false},
		{"cut within a record", `[` + good + `,{"id":`, 1, "unexpected EOF", false},
		{"cut between records", `[` + good + `,`, 1, "unexpected EOF", false},
		{"broken record", `[` + good + `,{"id" "1"}]`, 1, "invalid character", false},
		{"comma at the end", `[` + good + `,]`, 1, "invalid character", false},
		{"member that is at fault", `[{"id":"1","place":{"city":7}}]`, 0, "place: city: number in place of string", true},
		{"first fault counts", `[` + good + `,{"id":7},{"id":[]}]`, 1, "id: number in place of string", true},
		{"good ones behind a fault", `[{"id":7},` + good + `]`, 0, "id: number in place of string", true},
		{"fault of the answer comes first", `{"notes":[7],"count":"x"}`, -1, "count: string in place of number", false},
		{"answer breaks off behind a fault", `{"notes":[7],"count":1`, -1, "unexpected EOF", false},
		{"broken record behind a fault", `[7,{"id" "1"}]`, -1, "invalid character", false},
		{"count out of range", `{"notes":[],"count":9223372036854775808}`, -1, "value out of range", false},
		{"too deep", `[{"id":"1","x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}]`, 0, "exceeded max depth at byte", false},
		{"long name", `[{"` + strings.Repeat("x", 1000) + `":}]`, 0, "missing value after object name at byte", false},
		{"null for a record", `[` + good + `,null]`, 1, "null in place of an object", true},
		{"no id", `[` + good + `,{"id":""}]`, 1, "the record has no id", true},
		{"null", ` null `, -1, "null in place of an object", false},
		{"no object", `"text"`, -1, "string in place of object", false},
		{"object for a list", `{"notes":{}}`, -1, "notes: object in place of array", false},
		{"nothing", ``, -1, "unexpected EOF", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Shared[note]{}
			p.rows = 7
			got := readNotes([]byte(tt.body), p, 10)
			require.ErrorContains(t, got.err, tt.err)
			require.Equal(t, tt.index, got.index)
			require.Equal(t, tt.fault, got.HasFault())
			require.Less(t, len(got.err.Error()), 500)
			requireStandard(t, got.err)
			require.EqualValues(t, 7, p.rows, "the next answer is not guessed by one that failed")
		})
	}
}

// TestWhetherThereIsAList tells a list from null in its place, and from nothing.
func TestWhetherThereIsAList(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][2]bool{
		`{}`: {}, `{"notes":null}`: {false, true}, `{"notes":[]}`: {true, false}, `[]`: {true, false},
		`{"notes":null,"notes":[]}`: {true, false}, `{"notes":[],"notes":null}`: {false, true},
	} {
		got := readNotes([]byte(body), &Shared[note]{}, 0)
		require.NoError(t, got.err, body)
		require.Equal(t, want, [2]bool{got.Found(), got.IsNull()}, body)
	}
}

// TestListsWithTwoNames: the one that is a list counts, and of two lists the one that has records.
func TestListsWithTwoNames(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"either":[{"id":"1"}]}`:                         "1",
		`{"or":[{"id":"1"}]}`:                             "1",
		`{"either":null,"or":[{"id":"1"}]}`:               "1",
		`{"either":[{"id":"1"}],"or":null}`:               "1",
		`{"either":[],"or":[{"id":"1"}]}`:                 "1",
		`{"either":[{"id":"1"}],"or":[]}`:                 "1",
		`{"either":[],"or":null}`:                         "",
		`{"either":null,"or":[]}`:                         "",
		`{"either":[],"or":[]}`:                           "",
		`{"either":[{"id":"1"}],"or":[{"id":"1"}]}`:       "two lists of records",
		`{"either":[7],"or":[{"id":"1"}]}`:                "two lists of records",
		`{"either":[{"id":"1"}],"or":{}}`:                 "object in place of array",
		`{"either":[7],"or":null}`:                        "number in place of object",
		`{"either":[{"id":"1"}],"count":1,"or":[],"x":1}`: "1",
	} {
		got := readNotes([]byte(body), &Shared[note]{}, 0)
		if len(want) > 1 {
			require.ErrorContains(t, got.err, want, body)
			continue
		}
		require.NoError(t, got.err, body)
		require.True(t, got.Found(), body)
		require.Equal(t, want, got.ids(), body)
	}
	got := readNotes([]byte(`{"either":null,"or":null}`), &Shared[note]{}, 0)
	require.NoError(t, got.err)
	require.True(t, got.IsNull())
}

func TestFilled(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`null`: false, `false`: false, `0`: false, `""`: false, `[]`: false, `{}`: false, "[ \n]": false, ` { } `: false,
		`true`: true, `1`: true, `"x"`: true, `[0]`: true, `{"a":1}`: true, `-1`: true, `[[]]`: true, `" "`: true,
	} {
		r := newReader([]byte(text), nil)
		require.Equal(t, want, r.Filled(), text)
		r.end()
		require.NoError(t, r.err, text)
	}
	r := newReader([]byte(`{"a"`), nil)
	require.False(t, r.Filled())
	require.Error(t, r.err)
}

func TestListsThatComeTwice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first, second string
		ids           string
		index         int
		err           string
	}{
		"other records":          {`[{"id":"1"},{"id":"2"}]`, `[{"id":"3"}]`, "3", 0, ""},
		"more records":           {`[{"id":"1"}]`, `[{"id":"2"},{"id":"3"}]`, "23", 0, ""},
		"none":                   {`[{"id":"1"}]`, `[]`, "", 0, ""},
		"null":                   {`[{"id":"1"}]`, `null`, "", 0, ""},
		"records for null":       {`null`, `[{"id":"1"}]`, "1", 0, ""},
		"fault in the first":     {`[{"id":"1"},7]`, `[{"id":"2"}]`, "2", 0, ""},
		"null behind a fault":    {`[7]`, `null`, "", 0, ""},
		"fault in the second":    {`[{"id":"1"}]`, `[{"id":"2"},7]`, "", 1, "number in place of object"},
		"faults in both":         {`[null]`, `[{"id":"2"},7]`, "", 1, "number in place of object"},
		"first may lack members": {`[{"id":"1","size":9,"words":["x"]}]`, `[{"id":"1"}]`, "1", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readNotes([]byte(`{"notes":`+tt.first+`,"count":1,"notes":`+tt.second+`}`), &Shared[note]{}, 10)
			require.Equal(t, tt.err != "", got.HasFault())
			require.Equal(t, tt.index, got.index)
			if tt.err != "" {
				require.ErrorContains(t, got.err, tt.err)
				return
			}
			require.NoError(t, got.err)
			require.Equal(t, tt.ids, got.ids())
			for _, row := range got.Rows {
				require.Zero(t, row.Size, "nothing is left of the first list")
				require.Nil(t, row.Words)
			}
		})
	}
}

// TestErrorsAreOfTheStandardLibrary cuts an answer everywhere, and breaks it everywhere in several ways.
func TestErrorsAreOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	const body = `{"count":12,"notes":[{"id":"1\u00e9","at":"2026-01-14 09:26:53","author":{"id":7,"name":"A"},"place":{"city":"R"},` +
		`"marks":[{},null],"words":["x"],"extra":{"k":"v"},"size":-9,"body":[true,1.5e3]},{"id":"2","author":7,"at":1768382813}]}`
	require.NoError(t, readNotes([]byte(body), &Shared[note]{}, 0).err)
	for i := range len(body) {
		got := readNotes([]byte(body[:i]), &Shared[note]{}, 0)
		require.Error(t, got.err, body[:i])
		if before := strings.TrimRight(body[:i], " "); !strings.HasSuffix(before, ":") { // of these the parser names another cause
			require.ErrorIs(t, got.err, io.ErrUnexpectedEOF, body[:i])
		}
		requireStandard(t, got.err)
	}
	broken := 0
	for i := range len(body) {
		for _, c := range []byte("\x00\"\\{}[],:x-9 \xff") {
			data := []byte(body)
			data[i] = c
			if got := readNotes(data, &Shared[note]{}, 0); got.err != nil {
				broken++
				requireStandard(t, got.err)
			}
		}
	}
	require.Greater(t, broken, len(body))
}

func TestGuessOfRows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ size, first, most, likely, want int }{
		"by the first":             {1000, 100, 1000, 0, 13},
		"no more than asked for":   {1000, 10, 50, 0, 50},
		"one record":               {100, 98, 1000, 0, 2},
		"first is a lie":           {1 << 30, 2, 1 << 20, 0, 1000},
		"first is empty":           {1 << 30, 0, 0, 0, 1000},
		"as the one before":        {100_000, 100, 0, 300, 300},
		"many before":              {1000_000, 100, 0, 3000, 3000},
		"shorter than before":      {1000, 100, 0, 300, 13},
		"what is asked for counts": {1000, 100, 1000, 300, 13},
	} {
		require.Equal(t, tt.want, rowsIn(tt.size, tt.first, tt.most, tt.likely), name)
	}
	p := &Shared[note]{}
	require.NoError(t, readNotes([]byte(`[{"id":"1"},{"id":"2"},{"id":"3"}]`), p, 0).err)
	require.EqualValues(t, 3, p.rows)
	got := readNotes([]byte(`[{"id":"1"}`+strings.Repeat(" ", 100_000)+`]`), p, 0)
	require.NoError(t, got.err)
	require.LessOrEqual(t, cap(got.Rows), 3)
}

// TestTablesHaveOneOwner reads an answer within another of the same listing.
func TestTablesHaveOneOwner(t *testing.T) {
	t.Parallel()
	p := &Shared[note]{}
	outer := notes{List: NewList(&noteCodec, 0)}
	_, err := ReadAnswer([]byte(`[{"id":"1"}]`), p, outer.List, func(r *Reader) {
		inner := notes{List: NewList(&noteCodec, 0)}
		_, err := ReadAnswer([]byte(`[{"id":"2"}]`), p, inner.List, func(in *Reader) {
			require.NotNil(t, in.strings)
			require.NotSame(t, r.strings, in.strings)
			inner.read(in)
		})
		require.NoError(t, err)
		outer.read(r)
	})
	require.NoError(t, err)
	require.Equal(t, "1", outer.ids())
}

// TestPoolIsShared reads many answers at once with the same pool, as one listing does that reads ahead; -race watches, and
// every record must be of its own answer, whose body is overwritten as soon as it is read.
func TestPoolIsShared(t *testing.T) {
	t.Parallel()
	p := &Shared[note]{}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for round := range 30 {
				id := fmt.Sprintf("%d-%d", worker, round)
				rows := make([]string, 20+10*worker)
				for i := range rows {
					rows[i] = fmt.Sprintf(`{"id":"%s-%d","place":{"city":"city %d"},"author":{"name":"%s"},"words":["%s","shared"]}`, id, i, i%7, id, id)
				}
				data := []byte("[" + strings.Join(rows, ",") + "]")
				got := readNotes(data, p, 0)
				copy(data, bytes.Repeat([]byte("x"), len(data)))
				if got.err != nil || len(got.Rows) != len(rows) {
					t.Error(len(got.Rows), got.err)
					return
				}
				for i, n := range got.Rows {
					own := n.ID == fmt.Sprintf("%s-%d", id, i) && n.Author.Name == id && n.Place.City == fmt.Sprint("city ", i%7) && n.Words[0] == id && n.Words[1] == "shared"
					if !own || string(n.Raw) != rows[i] || string(n.Author.Raw) != fmt.Sprintf(`{"name":"%s"}`, id) {
						t.Errorf("%s is in the answer %s: %+v", n.Raw, id, n)
					}
				}
			}
		})
	}
	all.Wait()
}

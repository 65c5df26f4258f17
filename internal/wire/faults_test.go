package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Faults that are kept are those of whole JSON values; their rows have what could be read of them.
func TestKeptFaults(t *testing.T) {
	t.Parallel()
	const good = `{"id":"1"}`
	for _, tt := range []struct {
		name, body string
		raw        []string
		rows       string // ids
		err        string // of the answer
	}{
		{"none", `[` + good + `]`, nil, "1", ""},
		{"one", `[` + good + `, {"id" : 7 } ,` + good + `]`, []string{`{"id" : 7 }`}, "11", ""},
		{"all kinds", `[7,null,"x",[1,2],true,{}]`, []string{`7`, `null`, `"x"`, `[1,2]`, `true`, `{}`}, "", ""},
		{"what can be read", `[{"id":"1","at":7,"place":{"city":[]},"size":5},{"place":{"city":{"x":[1]},"room":"2"},"id":"2"}]`, []string{
			`{"id":"1","at":7,"place":{"city":[]},"size":5}`, `{"place":{"city":{"x":[1]},"room":"2"},"id":"2"}`,
		}, "12", ""},
		{"broken JSON behind one", `[7,{"id" "1"}]`, nil, "", "invalid character"},
		{"cut behind one", `[7,`, nil, "", "unexpected EOF"},
		{"fault of the answer behind one", `{"notes":[7],"count":"x"}`, nil, "", "count: string in place of number"},
		{"another list behind one", `{"notes":[7],"notes":[` + good + `]}`, nil, "1", ""},
		{"too many", `[` + strings.Repeat("7,", maxFaults) + `8]`, nil, "", "number in place of object"},
		{"as many as are kept", `[` + strings.Repeat("7,", maxFaults-1) + `8]`, append(slices.Repeat([]string{"7"}, maxFaults-1), "8"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := []byte(tt.body)
			got := readNotes(data, &Shared[note]{KeepFaults: true}, 2)
			if tt.err != "" {
				require.ErrorContains(t, got.err, tt.err)
				return
			}
			require.NoError(t, got.err)
			require.Equal(t, len(tt.raw) > 0, got.HasFault())
			clear(data)
			require.Equal(t, tt.rows, got.ids())
			var raw []string
			behindFirst := 0
			byRow := got.FaultsOf(got.Rows)
			for _, fault := range got.Faults {
				raw = append(raw, string(fault.Raw))
				if fault.Index > 0 {
					behindFirst++
				}
				require.Error(t, fault.Err)
				requireStandard(t, fault.Err)
				require.Equal(t, fault, *byRow[fault.Index])
				require.Equal(t, string(fault.Raw), string(got.Rows[fault.Index].Raw))
			}
			require.Equal(t, tt.raw, raw)
			require.Len(t, byRow, len(tt.raw))
			if len(got.Rows) > 1 {
				require.Len(t, got.FaultsOf(got.Rows[1:]), behindFirst, "of some rows")
			}
		})
	}
}

func TestSalvagedMembers(t *testing.T) {
	t.Parallel()
	got := readNotes([]byte(`[{"id":[],"size":5,"words":["a",1],"extra":{"k":1},"author":{"id":{},"name":"A"},"place":{"city":7,"room":"R"},"marks":[{"city":1}],"body":{"x":1}}]`), &Shared[note]{KeepFaults: true}, 2)
	require.NoError(t, got.err)
	row := got.Rows[0]
	require.Empty(t, row.ID)
	require.EqualValues(t, 5, row.Size)
	require.Equal(t, "R", row.Place.Room)
	require.Equal(t, "A", row.Author.Name)
	require.JSONEq(t, `{"x":1}`, string(row.Body))
}

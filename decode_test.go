package auditlogs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecordsCopyOutOfThePage(t *testing.T) {
	t.Parallel()
	data := []byte(`[{"uuid":"u-1","user":{"uuid":"alice"},"accessed_fields":["email"],"context":{"a":1},"accessor_type":"staff"}]`)
	r := &reply{body: data, header: http.Header{}}
	a, err := readDataAccessLogs("", r, &shelf{}, 0, 10)
	require.NoError(t, err)
	require.Nil(t, r.body, "the answer is held no longer than its records need it")
	want := fmt.Sprintf("%+v", a.rows)
	clear(data)
	require.Equal(t, want, fmt.Sprintf("%+v", a.rows))
}

func TestFreeFormMembersHaveTheirBounds(t *testing.T) {
	t.Parallel()
	var e AuditEvent
	came := `{"uuid":"1","content":{"a":1},"headers":[2],"user":{"id":3}}`
	require.NoError(t, json.Unmarshal([]byte(came), &e))
	_ = append(e.Content, "appended"...)
	_ = append(e.Headers, "appended"...)
	_ = append(e.User.Raw, "appended"...)
	_ = append(e.Raw, "appended"...)
	require.Equal(t, came, string(e.Raw))
	require.Equal(t, `[2]`, string(e.Headers))
}

func TestAnEventInAHundredCostsWhatItCosts(t *testing.T) { //nolint:paralleltest // it measures the heap
	const pages, rows = 40, 500
	for _, s := range samples()[:1] {
		data := s.page(rows)
		known := &shelf{}
		kept := make([]DataAccessLog, 0, pages*rows/100)
		before := heap()
		for range pages {
			a, err := readDataAccessLogs("", replyOf(t, data), known, 0, rows)
			require.NoError(t, err)
			for i := 0; i < rows; i += 100 {
				kept = append(kept, a.rows[i])
			}
		}
		grown := heap() - before
		each := int64(len(data)/rows + 1000)
		require.Less(t, grown, int64(len(kept))*each+256<<10, "%d records of %d pages of %d bytes", len(kept), pages, len(data))
		require.Less(t, grown, int64(pages*len(data)/4), "the pages would be much more")
		runtime.KeepAlive(kept)
	}
}

func heap() int64 {
	for range 3 { // what lies in a pool survives two
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestDecodingAllocates(t *testing.T) { //nolint:paralleltest // it counts allocations
	const rows = 200
	most := map[string]float64{"Waldur": 9, "HuaweiEDS": 5, "Akinon": 6, "ElasticPath": 4, "ThousandEyes": 4}
	for _, s := range samples() {
		data := s.page(rows)
		known := &shelf{}
		count := testing.AllocsPerRun(20, func() {
			_, err := s.ours(replyOf(t, data), known)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, count/rows, most[s.name], "allocations for each record of %s", s.name)
	}
}

// TestBuffersHaveOneOwner reads many answers at once through the same pool of buffers; -race watches, and every record
// must be of its own answer.
func TestBuffersHaveOneOwner(t *testing.T) {
	t.Parallel()
	known := &shelf{}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for round := range 30 {
				id := fmt.Sprintf("%d-%d", worker, round)
				rows := make([]string, 20+10*worker)
				for i := range rows {
					rows[i] = fmt.Sprintf(`{"uuid":"%s-%d","context":"%s"}`, id, i, strings.Repeat(id, 100))
				}
				a, err := readDataAccessLogs("", replyOf(t, []byte("["+strings.Join(rows, ",")+"]")), known, 0, 1000)
				if err != nil || len(a.rows) != len(rows) {
					t.Error(len(a.rows), err)
					return
				}
				for i, row := range a.rows {
					if string(row.Raw) != rows[i] || row.UUID != fmt.Sprintf("%s-%d", id, i) {
						t.Errorf("%s is in the answer %s", row.Raw, id)
					}
				}
			}
		})
	}
	all.Wait()
}

func TestAnswersThatAreWrong(t *testing.T) {
	t.Parallel()
	const good = `{"uuid":"1"}`
	for _, tt := range []struct {
		name, body string
		index      int
		err        string
	}{
		{"more than one", `[` + good + `] x`, -1, "more than one JSON value"},
		{"cut within a record", `[` + good + `,{"uuid":`, 1, "unexpected EOF"},
		{"broken record", `[` + good + `,{"uuid" "1"}]`, 1, "unexpected byte"},
		{"comma at the end", `[` + good + `,]`, 1, "unexpected byte"},
		{"member that is at fault", `[{"uuid":"1","user":{"username":7}}]`, 0, "user: username: number in place of string"},
		{"first fault counts", `[` + good + `,{"uuid":7},{"uuid":[]}]`, 1, "uuid: number in place of string"},
		{"list that comes twice", `{"results":[null],"results":[` + good + `,7]}`, 1, "number in place of object"},
		{"fault of the answer comes first", `{"results":[7],"count":"x"}`, -1, "count: string in place of number"},
		{"count out of range", `{"results":[],"count":9223372036854775808}`, -1, "count: value out of range"},
		{"too deep", `[{"uuid":"1","x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}]`, 0, "depth: maximum"},
		{"long name", `[{"` + strings.Repeat("x", 1000) + `":}]`, 0, "unexpected byte"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readDataAccessLogs("X", &reply{body: []byte(tt.body), header: http.Header{}}, &shelf{}, 0, 10)
			var decode *DecodeError
			require.ErrorAs(t, err, &decode)
			require.Equal(t, tt.index, decode.Index)
			require.ErrorContains(t, err, tt.err)
			require.Less(t, len(err.Error()), 500)
		})
	}
}

func TestErrorCodeBesideRecords(t *testing.T) {
	t.Parallel()
	c := &conn{}
	for _, body := range []string{`{"error_code":"EDS.1","data":[7]}`, `{"data":[7,8],"error_code":"EDS.1"}`, `{"data":null,"error_code":"EDS.1"}`} {
		_, err := readDataAssetLogs(c, "X", &reply{body: []byte(body), status: 200}, &shelf{}, 10)
		var refusal *APIError
		require.ErrorAs(t, err, &refusal, body)
		require.Equal(t, body, string(refusal.Body))
	}
}

// TestNullIsChanged changes a value that came as null.
func TestNullIsChanged(t *testing.T) {
	t.Parallel()
	var l PersonalDataLog
	require.NoError(t, json.Unmarshal([]byte(`{"id":"1","initiator":null}`), &l))
	l.Initiator.TokenName = "new"
	wire, err := json.Marshal(l)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"1","initiator":{"access-token-name":"new"}}`, string(wire))
}

// TestCaseOfNames keeps names apart that differ in case only, also when a record is encoded again.
func TestCaseOfNames(t *testing.T) {
	t.Parallel()
	const came = `{"uuid":"1","UUID":"2","Url":7}`
	var e AuditEvent
	require.NoError(t, json.Unmarshal([]byte(came), &e))
	require.Equal(t, "1", e.UUID)
	wire, err := json.Marshal(e)
	require.NoError(t, err)
	require.Equal(t, came, string(wire))
}

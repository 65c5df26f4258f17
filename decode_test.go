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

	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// decodePlainReply is an answer whose body is the very bytes, and none of a shared.
func decodePlainReply(body string) *transport.Reply {
	return transport.NewReply(&http.Response{StatusCode: http.StatusOK, Header: http.Header{}}, []byte(body), 1)
}

func TestRecordsCopyOutOfThePage(t *testing.T) {
	t.Parallel()
	r := decodePlainReply(`[{"uuid":"u-1","user":{"uuid":"alice"},"accessed_fields":["email"],"context":{"a":1},"accessor_type":"staff"}]`)
	data := r.Body
	a, err := readDataAccessLogs("", r, &memory[DataAccessLog]{}, 0, 10)
	require.NoError(t, err)
	require.Nil(t, r.Body, "the answer is held no longer than its records need it")
	want := fmt.Sprintf("%+v", a.items)
	clear(data)
	require.Equal(t, want, fmt.Sprintf("%+v", a.items))
}

func TestOneRecordCopiesOutOfItsAnswer(t *testing.T) {
	t.Parallel()
	r := decodePlainReply(` {"uuid":"1","content":{"a":1},"user":{"id":3}} `)
	data := r.Body
	e, err := readRecord("", r, &auditEventCodec)
	require.NoError(t, err)
	require.Nil(t, r.Body)
	clear(data)
	require.Equal(t, AuditEvent{
		UUID: "1", Content: json.RawMessage(`{"a":1}`), User: &AuditEventUser{ID: "3", Raw: json.RawMessage(`{"id":3}`)},
		Raw: json.RawMessage(`{"uuid":"1","content":{"a":1},"user":{"id":3}}`),
	}, *e)
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
	data := decodeSamples()[0].page(rows)
	known := &memory[DataAccessLog]{}
	kept := make([]DataAccessLog, 0, pages*rows/100)
	before := decodeHeap()
	for range pages {
		a, err := readDataAccessLogs("", decodeReply(t, data), known, 0, rows)
		require.NoError(t, err)
		for i := 0; i < rows; i += 100 {
			kept = append(kept, a.items[i])
		}
	}
	grown := decodeHeap() - before
	each := int64(len(data)/rows + 1000)
	require.Less(t, grown, int64(len(kept))*each+256<<10, "%d records of %d pages of %d bytes", len(kept), pages, len(data))
	require.Less(t, grown, int64(pages*len(data)/4), "the pages would be much more")
	runtime.KeepAlive(kept)
}

func decodeHeap() int64 {
	for range 3 { // what lies in a shared survives two
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestDecodingAllocates(t *testing.T) { //nolint:paralleltest // it counts allocations
	const rows = 200
	most := map[string]float64{"Waldur": 9, "HuaweiEDS": 5, "Akinon": 6, "ElasticPath": 4, "ThousandEyes": 4}
	for _, s := range decodeSamples() {
		data := s.page(rows)
		ours := s.begin()
		count := testing.AllocsPerRun(20, func() {
			n, err := ours(decodeReply(t, data))
			require.NoError(t, err)
			require.Equal(t, rows, n)
		})
		require.LessOrEqual(t, count/rows, most[s.name], "allocations for each record of %s", s.name)
	}
}

// TestBuffersHaveOneOwner reads many answers at once through the same shared of buffers; -race watches, and every record
// must be of its own answer.
func TestBuffersHaveOneOwner(t *testing.T) {
	t.Parallel()
	known := &memory[DataAccessLog]{}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for round := range 30 {
				id := fmt.Sprintf("%d-%d", worker, round)
				rows := make([]string, 20+10*worker)
				for i := range rows {
					rows[i] = fmt.Sprintf(`{"uuid":"%s-%d","context":"%s"}`, id, i, strings.Repeat(id, 100))
				}
				a, err := readDataAccessLogs("", decodeReply(t, []byte("["+strings.Join(rows, ",")+"]")), known, 0, 1000)
				if err != nil || len(a.items) != len(rows) {
					t.Error(a, err)
					return
				}
				for i, row := range a.items {
					if string(row.Raw) != rows[i] || row.UUID != fmt.Sprintf("%s-%d", id, i) {
						t.Errorf("%s is in the answer %s", row.Raw, id)
					}
				}
			}
		})
	}
	all.Wait()
}

// TestAnswersThatAreWrong is about what comes out of the library. Where the fault of an answer is looked for, is the
// matter of internal/wire.
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
		{"broken record", `[` + good + `,{"uuid" "1"}]`, 1, "invalid character"},
		{"comma at the end", `[` + good + `,]`, 1, "invalid character"},
		{"member that is at fault", `[{"uuid":"1","user":{"username":7}}]`, 0, "user: username: number in place of string"},
		{"first fault counts", `[` + good + `,{"uuid":7},{"uuid":[]}]`, 1, "uuid: number in place of string"},
		{"list that comes twice", `{"results":[null],"results":[` + good + `,7]}`, 1, "number in place of object"},
		{"fault of the answer comes first", `{"results":[7],"count":"x"}`, -1, "count: string in place of number"},
		{"count out of range", `{"results":[],"count":9223372036854775808}`, -1, "value out of range"},
		{"long count", `{"results":[],"count":` + strings.Repeat("9", 5000) + `}`, -1, "count: "},
		{"long time", `[{"uuid":"1","timestamp":"` + strings.Repeat("9", 5000) + `"}]`, 0, "timestamp: "},
		{"too deep", `[{"uuid":"1","x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}]`, 0, "exceeded max depth at byte"},
		{"long name", `[{"` + strings.Repeat("x", 1000) + `":}]`, 0, "missing value after object name at byte"},
		{"no list", `{"detail":"a proxy's"}`, -1, `status 200 has no "results", the list of records: a proxy's`},
		{"null", `null`, -1, "null in place of an object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readDataAccessLogs("X", decodePlainReply(tt.body), &memory[DataAccessLog]{}, 0, 10)
			var decode *DecodeError
			require.ErrorAs(t, err, &decode)
			require.Equal(t, "X", decode.Op)
			require.Equal(t, tt.index, decode.Index)
			require.ErrorContains(t, err, tt.err)
			require.Less(t, len(err.Error()), 500)
		})
	}
}

// TestRecordsWithoutIdentity tells the records that need an id from those that have a key of what they say.
func TestRecordsWithoutIdentity(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		read func(*transport.Reply) error
		want string
	}{
		"data access log":   {`{"uuid":""}`, decodeOne(&dataAccessLogCodec), "the record has no id"},
		"data asset log":    {`{"audit_log_id":null,"action":"VIEW"}`, decodeOne(&dataAssetLogCodec), ""},
		"empty data log":    {`{"audit_log_id":null}`, decodeOne(&dataAssetLogCodec), "the record has no id"},
		"audit event":       {`{"url":"/"}`, decodeOne(&auditEventCodec), "the record has no id"},
		"personal data log": {`{"id":null}`, decodeOne(&personalDataLogCodec), "the record has no id"},
		"related data":      {`{"resource_type":"customer"}`, decodeOne(&relatedDataCodec), "the record has no id"},
		"user event":        {`{"event":"x"}`, decodeOne(&userEventCodec), ""},
		"empty user event":  {`{}`, decodeOne(&userEventCodec), "the record has no id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.read(decodePlainReply(tt.body))
			if tt.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.want)
			}
			err = tt.read(decodePlainReply(` null `))
			var decode *DecodeError
			require.ErrorAs(t, err, &decode)
			require.Zero(t, decode.Index)
			require.ErrorContains(t, err, "null in place of an object")
		})
	}
}

func decodeOne[T record](codec *wire.Codec[T]) func(*transport.Reply) error {
	return func(r *transport.Reply) error {
		_, err := readRecord("X", r, codec)
		return err
	}
}

func TestErrorCodeBesideRecords(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"error_code":"EDS.1","data":[7]}`, `{"data":[7,8],"error_code":"EDS.1"}`, `{"data":null,"error_code":"EDS.1"}`} {
		_, err := DataAssetLogFilter{}.list(nil).read("X", decodePlainReply(body), 0, 10)
		var refusal *APIError
		require.ErrorAs(t, err, &refusal, body)
		require.Equal(t, body, string(refusal.Body))
	}
	_, err := DataAssetLogFilter{}.list(nil).read("X", decodePlainReply(`{"error_code":"EDS.1","data":[7]`), 0, 10)
	var decode *DecodeError
	require.ErrorAs(t, err, &decode, "an answer that breaks off says nothing")
}

// TestNullIsChanged changes a value that came as null.
func TestNullIsChanged(t *testing.T) {
	t.Parallel()
	var l PersonalDataLog
	require.NoError(t, json.Unmarshal([]byte(`{"id":"1","initiator":null}`), &l))
	l.Initiator.TokenName = "new"
	encoded, err := json.Marshal(l)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"1","initiator":{"access-token-name":"new"}}`, string(encoded))
}

// TestCaseOfNames keeps names apart that differ in case only, also when a record is encoded again.
func TestCaseOfNames(t *testing.T) {
	t.Parallel()
	const came = `{"uuid":"1","UUID":"2","Url":7}`
	var e AuditEvent
	require.NoError(t, json.Unmarshal([]byte(came), &e))
	require.Equal(t, "1", e.UUID)
	encoded, err := json.Marshal(e)
	require.NoError(t, err)
	require.Equal(t, came, string(encoded))
}

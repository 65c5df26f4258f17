package auditlogs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// What a generator makes of an OpenAPI document: a pointer for every field, a map for every free-form object.

type (
	genUserRef struct {
		UUID     *string `json:"uuid,omitempty"`
		Username *string `json:"username,omitempty"`
		FullName *string `json:"full_name,omitempty"`
	}
	genDataAccessLog struct {
		UUID           *string         `json:"uuid,omitempty"`
		Timestamp      *time.Time      `json:"timestamp,omitempty"`
		AccessorType   *string         `json:"accessor_type,omitempty"`
		AccessedFields *[]string       `json:"accessed_fields,omitempty"`
		User           *genUserRef     `json:"user,omitempty"`
		Accessor       *genUserRef     `json:"accessor,omitempty"`
		IPAddress      *string         `json:"ip_address,omitempty"`
		Context        *map[string]any `json:"context,omitempty"`
	}
	genDataAssetLog struct {
		AuditLogID            *string            `json:"audit_log_id,omitempty"`
		ResourceID            *string            `json:"resource_id,omitempty"`
		ResourceName          *string            `json:"resource_name,omitempty"`
		CustomerUserID        *string            `json:"customer_user_id,omitempty"`
		CustomerUserName      *string            `json:"customer_user_name,omitempty"`
		CustomerConnectorID   *string            `json:"customer_connector_id,omitempty"`
		CustomerConnectorName *string            `json:"customer_connector_name,omitempty"`
		HappenedTime          *time.Time         `json:"happend_time,omitempty"`
		Action                *string            `json:"action,omitempty"`
		Description           *map[string]string `json:"description,omitempty"`
	}
	genDataAssetLogs struct {
		Data []genDataAssetLog `json:"data"`
	}
	genAuditEvent struct {
		UUID        *string         `json:"uuid,omitempty"`
		Timestamp   *time.Time      `json:"timestamp,omitempty"`
		User        *genUser        `json:"user,omitempty"`
		ContentType *int64          `json:"content_type,omitempty"`
		ObjectID    *int64          `json:"object_id,omitempty"`
		RemoteAddr  *string         `json:"remote_addr,omitempty"`
		URL         *string         `json:"url,omitempty"`
		Content     *map[string]any `json:"content,omitempty"`
		Headers     *map[string]any `json:"headers,omitempty"`
		PostData    *string         `json:"post_data,omitempty"`
		QueryParams *map[string]any `json:"query_params,omitempty"`
	}
	genUser struct {
		ID        *int64  `json:"id,omitempty"`
		Email     *string `json:"email,omitempty"`
		FirstName *string `json:"first_name,omitempty"`
		LastName  *string `json:"last_name,omitempty"`
		Username  *string `json:"username,omitempty"`
	}
	genAuditEvents struct {
		Results []genAuditEvent `json:"results"`
	}
	genPersonalDataLog struct {
		ID            *string                    `json:"id,omitempty"`
		StoreID       *string                    `json:"store_id,omitempty"`
		Type          *string                    `json:"type,omitempty"`
		Initiator     *genInitiator              `json:"initiator,omitempty"`
		Time          *time.Time                 `json:"time,omitempty"`
		EventType     *string                    `json:"event_type,omitempty"`
		Delta         *map[string]any            `json:"delta,omitempty"`
		ResourceID    *string                    `json:"resource_id,omitempty"`
		ResourceType  *string                    `json:"resource_type,omitempty"`
		Relationships *map[string]genRelatedLink `json:"relationships,omitempty"`
	}
	genInitiator struct {
		Email   *string `json:"access-token-email,omitempty"`
		ID      *string `json:"access-token-id,omitempty"`
		Name    *string `json:"access-token-name,omitempty"`
		StoreID *string `json:"access-token-store-id,omitempty"`
		Type    *string `json:"access-token-type,omitempty"`
	}
	genRelatedLink struct {
		URL *string `json:"url,omitempty"`
	}
	genPersonalDataLogs struct {
		Data []genPersonalDataLog `json:"data"`
	}
	genUserEvent struct {
		AccountGroupID   *string        `json:"aid,omitempty"`
		AccountGroupName *string        `json:"accountGroupName,omitempty"`
		Date             *time.Time     `json:"date,omitempty"`
		Event            *string        `json:"event,omitempty"`
		IPAddress        *string        `json:"ipAddress,omitempty"`
		UserID           *string        `json:"uid,omitempty"`
		User             *string        `json:"user,omitempty"`
		Resources        *[]genResource `json:"resources,omitempty"`
	}
	genResource struct {
		Type *string `json:"type,omitempty"`
		Name *string `json:"name,omitempty"`
	}
	genUserEvents struct {
		Events []genUserEvent `json:"auditEvents"`
	}
)

// decodeReader reads the answers of one listing, one after the other.
type decodeReader func(r *transport.Reply) (rows int, err error)

// decodeCount is how many records an answer has.
func decodeCount[T record](a *answer[T], err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return len(a.items), nil
}

// decodeSample is one kind of answer: its records, of which one in twelve shares its names with this one, and how to read it.
type decodeSample struct {
	name          string
	before, after string
	row           func(i int) string
	begin         func() decodeReader
	values        func(data []byte) error // encoding/json into structs of values, Raw included
	generated     func(data []byte) error // into structs of pointers and maps
}

// page is an answer of n records.
func (s decodeSample) page(n int) []byte {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = s.row(i)
	}
	return []byte(s.before + strings.Join(rows, ",") + s.after)
}

func decodeHex(i, digits int) string {
	return fmt.Sprintf("%0*x", digits, uint64(i+1)*0x9e3779b97f4a7c15)[:digits]
}

func decodeDashed(i int) string { return dashed(decodeHex(i, 16) + decodeHex(i+1, 16)) }

func decodeSecond(i int) string {
	return time.Date(2026, 1, 14, 9, 26, 53, 0, time.UTC).Add(-time.Duration(i) * 7 * time.Second).Format("2006-01-02T15:04:05")
}

func decodeEach[R any](rows []json.RawMessage, err error) error {
	out := make([]R, len(rows))
	for i := range rows {
		if err == nil {
			err = json.Unmarshal(rows[i], &out[i])
		}
	}
	return err
}

func decodeSamples() []decodeSample {
	return []decodeSample{
		{
			name: "Waldur", before: "[", after: "]",
			row: func(i int) string {
				user := func(i int) string {
					return fmt.Sprintf(`{"uuid":"%s","username":"user%d","full_name":"Alice %d Lebowski"}`, decodeHex(i, 16)+decodeHex(i, 16), i, i)
				}
				return fmt.Sprintf(`{"uuid":"%s","timestamp":"%s.589793Z","accessor_type":"staff","accessed_fields":["email","full_name","phone_number"],`+
					`"user":%s,"accessor":%s,"ip_address":"192.0.2.%d","context":{"endpoint":"/api/users/%s/","method":"GET"}}`,
					decodeHex(i, 16)+decodeHex(i+7, 16), decodeSecond(i), user(i%12), user(i%5), i%250, decodeHex(i%12, 16))
			},
			begin: func() decodeReader {
				var p memory[DataAccessLog]
				return func(r *transport.Reply) (int, error) { return decodeCount(readDataAccessLogs("", r, &p, 0, 1000)) }
			},
			values: func(data []byte) error {
				var rows []json.RawMessage
				return decodeEach[refDataAccessLog](rows, json.Unmarshal(data, &rows))
			},
			generated: func(data []byte) error { return json.Unmarshal(data, new([]genDataAccessLog)) },
		},
		{
			name: "HuaweiEDS", before: `{"data":[`, after: `],"total":1000}`,
			row: func(i int) string {
				description := "null"
				if i%6 == 0 {
					description = `{"purpose":"审核","ticket":"` + strconv.Itoa(i) + `"}`
				}
				return fmt.Sprintf(`{"audit_log_id":"%s","resource_id":"%s","resource_name":"三清山%d.jpg","customer_user_id":"%s",`+
					`"customer_user_name":"王%d","customer_connector_id":"c1bf9bd7-52fc-435b-ae55-0a1b2c3d4e5f","customer_connector_name":"连接器B",`+
					`"happend_time":"%sZ","action":"VIEW","description":%s}`,
					decodeHex(i, 16)+decodeHex(i+7, 16), decodeDashed(i%6), i%6, decodeHex(i%12, 16)+decodeHex(i%12, 16), i%12, decodeSecond(i), description)
			},
			begin: func() decodeReader {
				e := DataAssetLogFilter{}.list(nil)
				return func(r *transport.Reply) (int, error) { return decodeCount(e.read("", r, 0, 1000)) }
			},
			values: func(data []byte) error {
				var e struct{ Data []json.RawMessage }
				err := json.Unmarshal(data, &e)
				return decodeEach[refDataAssetLog](e.Data, err)
			},
			generated: func(data []byte) error { return json.Unmarshal(data, new(genDataAssetLogs)) },
		},
		{
			name: "Akinon", before: `{"count":5000,"next":"https://h/?page=2","previous":null,"results":[`, after: `]}`,
			row: func(i int) string {
				return fmt.Sprintf(`{"uuid":"%s","timestamp":"%s.003217Z","content_type":42,"object_id":%d,`+
					`"url":"https://shop.example.org/api/v1/orders/%d/","remote_addr":"192.0.2.%d",`+
					`"headers":{"User-Agent":"Mozilla/5.0","Accept-Language":"tr,en;q=0.8"},"query_params":{},"post_data":"{\"status\": \"500\"}",`+
					`"content":{"status":"500"},"user":{"id":%d,"email":"staff%d@example.org","first_name":"Sam%d","is_active":true,"is_staff":true}}`,
					decodeDashed(i), decodeSecond(i), i, i, i%250, i%12, i%12, i%12)
			},
			begin: func() decodeReader {
				var p memory[AuditEvent]
				return func(r *transport.Reply) (int, error) { return decodeCount(readAuditEvents("", r, &p, 0, 1000)) }
			},
			values: func(data []byte) error {
				var e struct{ Results []json.RawMessage }
				err := json.Unmarshal(data, &e)
				return decodeEach[refAuditEvent](e.Results, err)
			},
			generated: func(data []byte) error { return json.Unmarshal(data, new(genAuditEvents)) },
		},
		{
			name: "ElasticPath", before: `{"data":[`, after: `],"meta":{"results":{"total":5000}},"links":{"next":"null"}}`,
			row: func(i int) string {
				return fmt.Sprintf(`{"id":"%s","store_id":"00000000-0000-1000-8000-000000000000","type":"personal_data_log_entry",`+
					`"initiator":{"access-token-email":"accounts%d@example.org","access-token-id":"1222341536243515%03d","access-token-name":"team %d",`+
					`"access-token-store-id":"15ea9633-278c-4807-80f7-2009fed63c7e","access-token-type":"client-credentials-token"},`+
					`"time":"%s.374Z","event_type":"customer.event.updated","delta":{"email":"some%d@example.org","name":"some_name","type":"customer"},`+
					`"resource_id":"0f850c15-d643-480a-a2b4-9e3c26067178","resource_type":"customer",`+
					`"relationships":{"resource_path":{"url":"https://useast.api.elasticpath.com/v2/customers/0f850c15-d643-480a-a2b4-9e3c26067178"}}}`,
					decodeDashed(i), i%12, i%12, i%12, decodeSecond(i), i)
			},
			begin: func() decodeReader {
				var p memory[PersonalDataLog]
				return func(r *transport.Reply) (int, error) {
					return decodeCount(readElasticPath("", r, &p, &personalDataLogCodec, exact.Window{Size: 1000}))
				}
			},
			values: func(data []byte) error {
				var e struct{ Data []json.RawMessage }
				err := json.Unmarshal(data, &e)
				return decodeEach[refPersonalDataLog](e.Data, err)
			},
			generated: func(data []byte) error { return json.Unmarshal(data, new(genPersonalDataLogs)) },
		},
		{
			name: "ThousandEyes", before: `{"auditEvents":[`, after: `],"_links":{"next":{"href":"https://h/?cursor=x"}}}`,
			row: func(i int) string {
				return fmt.Sprintf(`{"aid":"1234","accountGroupName":"Example group","date":"%sZ","event":"Report created.","ipAddress":"192.0.2.%d",`+
					`"uid":"%d","user":"Jane Doe %d (jane%d@example.org)","resources":[{"type":"reportTitle","name":"Weekly report"}]}`,
					decodeSecond(i), i%250, 2345+i%12, i%12, i%12)
			},
			begin: func() decodeReader {
				var p memory[UserEvent]
				return func(r *transport.Reply) (int, error) { return decodeCount(readUserEvents("", r, &p, 0)) }
			},
			values: func(data []byte) error {
				var e struct{ AuditEvents []json.RawMessage }
				err := json.Unmarshal(data, &e)
				return decodeEach[refUserEvent](e.AuditEvents, err)
			},
			generated: func(data []byte) error { return json.Unmarshal(data, new(genUserEvents)) },
		},
	}
}

// BenchmarkDecode reads an answer of 1000 records: as this package does, as encoding/json does into structs of values,
// and as generated clients do. Reading the body is part of each, as it is of the numbers that a user sees.
func BenchmarkDecode(b *testing.B) {
	const rows = 1000
	for _, s := range decodeSamples() {
		data := s.page(rows)
		for _, way := range []struct {
			name string
			read func(testing.TB, decodeReader)
		}{
			{"ours", func(t testing.TB, ours decodeReader) {
				n, err := ours(decodeReply(t, data))
				if err != nil || n != rows {
					t.Fatal(n, err)
				}
			}},
			{"values", func(t testing.TB, _ decodeReader) {
				if err := s.values(decodeReadAll(t, data)); err != nil {
					t.Fatal(err)
				}
			}},
			{"generated", func(t testing.TB, _ decodeReader) {
				if err := s.generated(decodeReadAll(t, data)); err != nil {
					t.Fatal(err)
				}
			}},
		} {
			b.Run(s.name+"/"+way.name, func(b *testing.B) {
				ours := s.begin()
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					way.read(b, ours)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/event")
			})
		}
	}
}

func decodeReadAll(t testing.TB, data []byte) []byte {
	body, err := io.ReadAll(io.MultiReader(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// decodeReply is the answer with this body, as the connection reads it: into a buffer that the answer gives back.
func decodeReply(t testing.TB, data []byte) *transport.Reply {
	network := transport.NewNetwork(&http.Client{Transport: decodeNetwork(data)}, defaultMaxBody)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := network.LoginClient(transport.Policy{MaxAttempts: 1}, decodeObserver{}).NewCall("").Once(req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// decodeNetwork answers every request with these bytes.
type decodeNetwork []byte

func (n decodeNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(n)), ContentLength: int64(len(n)),
	}, nil
}

// decodeObserver sees nothing.
type decodeObserver struct{}

func (decodeObserver) Request(context.Context, transport.Attempt)                     {}
func (decodeObserver) Response(context.Context, transport.Attempt, transport.Outcome) {}
func (decodeObserver) Retry(context.Context, transport.Attempt, transport.RetryInfo)  {}

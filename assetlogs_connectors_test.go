package auditlogs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// connectorsOf are n made-up connectors.
func connectorsOf(kind string, n int) (all []auditlogs.Connector) {
	for i := range n {
		all = append(all, auditlogs.Connector{ID: fmt.Sprintf("%s-%d", kind, i), Name: kind})
	}
	return all
}

func connectorIDs(connectors []auditlogs.Connector) (ids []string) {
	for _, c := range connectors {
		ids = append(ids, c.ID)
	}
	return ids
}

// connectorServer has the given connectors and no other.
func connectorServer(t *testing.T, quirks auditlogtest.Quirks, connectors ...auditlogs.Connector) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.HuaweiEDS, quirks))
	t.Cleanup(srv.Close)
	t.Cleanup(recordServer(srv))
	srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
	srv.AddConnectors(connectors...)
	return srv
}

// connected reads all connectors, and whatever ends them.
func connected(t *testing.T, c *auditlogs.Client) ([]auditlogs.Connector, error) {
	t.Helper()
	return auditlogs.Collect(c.DataAssetLogs.Connectors(t.Context(), auditlogtest.InstanceID), 100_000)
}

func TestConnectorsDecode(t *testing.T) {
	t.Parallel()
	documented := svcFile(t, "huawei-eds/connectors.json")
	whole := auditlogs.Connector{
		ID: "b40b0d94-3201-4687-93aa-0a1b2c3d4e5f", Name: "连接器A", CreateUserID: "0574a1b2c3d4e5f60718293a4b5c6d7e", CreateUserName: "pa_example135",
		OwnerID: "0574a1b2c3d4e5f60718293a4b5c6d7e", OwnerName: "pa_example135", ProtocolSigned: true,
	}
	for name, tc := range map[string]struct {
		body, member string
		want         auditlogs.Connector
	}{
		"documented":     {documented, "data", whole},
		"the SDK's list": {`{"total":1,"entities":[{"connector_id":"1","connector_name":"a"}]}`, "entities", auditlogs.Connector{ID: "1", Name: "a"}},
		"both lists, one of them null": {
			`{"entities":[{"connector_id":"1"}],"data":null}`, "entities", auditlogs.Connector{ID: "1"},
		},
		"other names": {`{"data":[{"id":"1","name":"a","new":{"n":1}}]}`, "data", auditlogs.Connector{ID: "1", Name: "a"}},
		"both names": {
			`{"data":[{"id":"2","connector_id":"1","connector_name":"a","name":"b"}]}`, "data", auditlogs.Connector{ID: "1", Name: "a"},
		},
		"numbers": {
			`{"data":[{"connector_id":9007199254740993,"connector_name":7,"create_user_id":123456789012345678901,"connector_owner_id":5}]}`, "data",
			auditlogs.Connector{ID: "9007199254740993", Name: "7", CreateUserID: "123456789012345678901", OwnerID: "5"},
		},
		"nulls": {
			`{"data":[{"connector_id":"1","connector_name":null,"create_user_id":null,"create_user_name":null,"connector_owner_Id":null,"connector_owner_name":null,"protocol_signed":null}]}`,
			"data", auditlogs.Connector{ID: "1"},
		},
		"signed as a text": {`{"data":[{"connector_id":"1","protocol_signed":"TRUE"}]}`, "data", auditlogs.Connector{ID: "1", ProtocolSigned: true}},
		"not signed":       {`{"data":[{"connector_id":"1","protocol_signed":"FALSE"}]}`, "data", auditlogs.Connector{ID: "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
				body := tc.body
				if r.URL.Query().Get("offset") != "0" && r.URL.Query().Get("limit") != "1" { // the one row shows again unless it is asked for by page
					body = `{"data":[]}`
				}
				svcAnswer(http.StatusOK, body)(w, r)
			})
			for got, err := range client.DataAssetLogs.Connectors(t.Context(), "a b") {
				require.NoError(t, err)
				rows := svcRows(t, tc.body, tc.member)
				tc.want.Raw = rows[0]
				require.Equal(t, svcCompact(t, tc.want), svcCompact(t, got))
				require.Equal(t, tc.want.ID, got.Key())
				svcRoundTrip(t, got, rows[0])
				break
			}
			request := log.all()[0]
			assert.Equal(t, http.MethodGet, request.Method)
			assert.Equal(t, svcPrefix+"/v1/"+svcProject+"/eds/instances/a%20b/connectors", request.Path)
			assert.Equal(t, map[string][]string{"type": {"ADMIN"}, "offset": {"0"}, "limit": {"999"}}, map[string][]string(request.Query))
			assert.Equal(t, svcToken, request.Header.Get("X-Auth-Token"))
		})
	}
}

func TestConnectorChanged(t *testing.T) {
	t.Parallel()
	const came = `{"id":7,"connector_name":"a","protocol_signed":"TRUE","new":1}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.Connector)
		want   string
	}{
		"nothing":      {func(*auditlogs.Connector) {}, came},
		"another name": {func(c *auditlogs.Connector) { c.Name = "b" }, strings.Replace(came, `"a"`, `"b"`, 1)},
		"another id":   {func(c *auditlogs.Connector) { c.ID = "8" }, strings.Replace(came, `{`, `{"connector_id":"8",`, 1)},
		"Raw gone":     {func(c *auditlogs.Connector) { c.Raw = nil }, `{"connector_id":"7","connector_name":"a","protocol_signed":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c auditlogs.Connector
			require.NoError(t, json.Unmarshal([]byte(came), &c))
			tc.change(&c)
			got, err := json.Marshal(c)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
			var again auditlogs.Connector
			require.NoError(t, json.Unmarshal(got, &again))
			require.Equal(t, c.ID, again.ID)
		})
	}
}

func TestConnectorsUnreadable(t *testing.T) {
	t.Parallel()
	const good = `{"connector_id":"1"}`
	for name, tc := range map[string]struct {
		body  string
		index int
	}{
		"neither list":   {`{"total":0,"rows":[]}`, -1},
		"null, no count": {`{"data":null}`, -1},
		"both lists":     {`{"data":[` + good + `],"entities":[` + good + `]}`, -1},
		"no object":      {`[]`, -1},
		"cut off":        {`{"data":[` + good, -1},
		"no id":          {`{"data":[` + good + `,{"connector_name":"a"}]}`, 1},
		"null id":        {`{"data":[{"connector_id":null,"id":""}]}`, 0},
		"null connector": {`{"data":[null]}`, 0},
		"id a list":      {`{"data":[{"connector_id":[]}]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(http.StatusOK, tc.body))
			got, err := connected(t, client)
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "Connectors.List", decode.Op)
			assert.Equal(t, tc.index, decode.Index)
			assert.Empty(t, got)
		})
	}
}

// Every connector comes once, whatever the offset counts, and whatever the server makes of pages, order and totals.
func TestConnectorsPages(t *testing.T) {
	t.Parallel()
	quirks := map[string]auditlogtest.Quirks{
		"plain": {}, "oldest first": {Order: auditlogtest.TimeAscending}, "no order": {Order: auditlogtest.Unordered},
		"offset counts pages": {OffsetPages: true}, "cut pages": {PageCap: 30}, "cut pages by number": {PageCap: 30, OffsetPages: true},
		"short pages": {PageCap: 40, ShortPages: 2}, "no total": {Total: auditlogtest.TotalMissing}, "total 0": {Total: auditlogtest.TotalZero},
		"no total, by number": {Total: auditlogtest.TotalMissing, OffsetPages: true, PageCap: 30}, "entities": {RowsMember: true}, "null": {NullLists: true},
		"another order each time": {UnstableTies: true},
	}
	for _, name := range slices.Sorted(maps.Keys(quirks)) {
		for _, n := range []int{0, 1, 2, 29, 30, 31, 100, 998, 999, 1000, 1500} {
			if n > 100 && quirks[name].PageCap > 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				t.Parallel()
				srv := connectorServer(t, quirks[name], connectorsOf("c", n)...)
				got, err := connected(t, clientOf(t, srv))
				var incomplete *auditlogs.IncompleteError
				if !errors.As(err, &incomplete) || name != "another order each time" || n < 999 { // no reading is sure to meet every connector
					require.NoError(t, err)
					require.ElementsMatch(t, connectorIDs(connectorsOf("c", n)), connectorIDs(got))
				}
				require.Len(t, slices.Compact(slices.Sorted(slices.Values(connectorIDs(got)))), len(got), "each once")
				if name == "plain" && n < 999 && n > 0 {
					requests := map[int]int{2: 3} // of so few, one answer cannot show that they are all
					require.Len(t, srv.Requests(auditlogtest.HuaweiEDS), max(2, requests[n]), n)
				}
			})
		}
	}
}

// While connectors come and go, those that stay come once, or the end says that it is not sure.
func TestConnectorsWhileTheListChanges(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		quirks := auditlogtest.Quirks{Order: auditlogtest.Order(seed % 3), OffsetPages: seed%2 == 1, PageCap: 60}
		stay, gone := connectorsOf("stay", 140), connectorsOf("gone", 40)
		mixed := slices.Concat(stay, gone)
		random := newRand(seed)
		random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		srv := connectorServer(t, quirks, mixed...)
		srv.BeforeRequest(func(_ auditlogtest.API, n int) {
			if n == 1 || n > 2+int(seed%6) {
				return
			}
			left := 1 + random.IntN(8)
			srv.DeleteConnectors(func(c auditlogs.Connector) bool {
				left--
				return c.Name == "gone" && left >= 0
			})
			srv.AddConnectors(auditlogs.Connector{Name: "new"})
		})
		got, err := connected(t, clientOf(t, srv))
		seen := map[string]int{}
		for _, c := range got {
			seen[c.ID]++
			require.Equal(t, 1, seen[c.ID], "seed %d: %s", seed, c.ID)
		}
		if err != nil {
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, err, &incomplete, "seed %d", seed)
			continue
		}
		for _, c := range stay {
			require.Equal(t, 1, seen[c.ID], "seed %d: %s", seed, c.ID)
		}
	}
}

func TestConnectorsErrors(t *testing.T) {
	t.Parallel()
	srv := connectorServer(t, auditlogtest.Quirks{})
	client := clientOf(t, srv)
	for _, id := range append([]string{""}, svcBadIDs...) {
		_, err := auditlogs.Collect(client.DataAssetLogs.Connectors(t.Context(), id), 1)
		svcIsFilterError(t, err, "Connectors.List", "InstanceID", id)
	}
	require.Empty(t, srv.Requests(auditlogtest.HuaweiEDS))

	_, err := auditlogs.Collect(client.DataAssetLogs.Connectors(t.Context(), "another"), 1)
	require.ErrorIs(t, err, auditlogs.ErrForbidden)
	var refused *auditlogs.APIError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "Connectors.List", refused.Op)
	require.Equal(t, "EDS.00021606", refused.Code)

	srv.RevokeTokens()
	_, err = connected(t, client)
	require.ErrorIs(t, err, auditlogs.ErrUnauthorized)

	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	_, err = connected(t, none)
	require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
}

// Nothing is sent before the range, break stops, ranging twice reads twice, and the context is obeyed.
func TestConnectorsAreLazy(t *testing.T) {
	t.Parallel()
	srv := connectorServer(t, auditlogtest.Quirks{}, connectorsOf("c", 1500)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	connectors := clientOf(t, srv).DataAssetLogs.Connectors(ctx, auditlogtest.InstanceID)
	require.Empty(t, srv.Requests(auditlogtest.HuaweiEDS))
	for want := 1; want <= 2; want++ {
		for _, err := range connectors {
			require.NoError(t, err)
			break
		}
		require.Len(t, srv.Requests(auditlogtest.HuaweiEDS), want)
	}
	var last error
	for _, err := range connectors {
		cancel()
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
}

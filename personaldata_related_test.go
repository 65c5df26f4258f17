package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// entry names a made-up resource.
func entry(kind string, n int) auditlogs.RelatedDataEntry {
	return auditlogs.RelatedDataEntry{ResourceType: kind, ResourceID: fmt.Sprintf("%s-%d", kind, n)}
}

// entriesOf are n of them.
func entriesOf(kind string, n int) []auditlogs.RelatedDataEntry {
	var all []auditlogs.RelatedDataEntry
	for i := range n {
		all = append(all, entry(kind, i))
	}
	return all
}

func resourceIDs(entries []auditlogs.RelatedDataEntry) (ids []string) {
	for _, e := range entries {
		ids = append(ids, e.ResourceID)
	}
	return ids
}

func relatedServer(t *testing.T, quirks auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ElasticPath, quirks))
	t.Cleanup(srv.Close)
	t.Cleanup(recordServer(srv))
	return srv
}

// relate adds entries to the resource that the tests ask about.
func relate(srv *auditlogtest.Server, entries ...auditlogs.RelatedDataEntry) {
	srv.AddRelatedDataEntries(elasticFilter.ResourceType, elasticFilter.ResourceID, entries...)
}

// related reads all entries, and whatever ends them.
func related(t *testing.T, c *auditlogs.Client) ([]auditlogs.RelatedDataEntry, error) {
	t.Helper()
	return auditlogs.Collect(c.PersonalDataLogs.Related(t.Context(), elasticFilter.ResourceType, elasticFilter.ResourceID), 100_000)
}

func TestRelatedDecode(t *testing.T) {
	t.Parallel()
	body := svcFile(t, "elasticpath/related.json")
	client, log := svcServe(t, svcAnswer(http.StatusOK, body))
	got, err := related(t, client)
	require.NoError(t, err)
	rows := svcRows(t, body, "data")
	want := []auditlogs.RelatedDataEntry{
		{Type: "related_data_entry", ResourceType: "address", ResourceID: "5f1bd6d5-7a0c-4f0e-9f4e-0f3f4a1d2c3b"},
		{Type: "related_data_entry", ResourceType: "user-authentication-info", ResourceID: "00000000-0000-1000-8000-111111111112"},
		{Type: "related_data_entry", ResourceType: "account_member", ResourceID: "not a uuid"},
	}
	require.Len(t, got, len(want))
	for i := range want {
		want[i].Raw = rows[i]
		require.Equal(t, svcCompact(t, want[i]), svcCompact(t, got[i]))
		svcRoundTrip(t, got[i], rows[i])
	}
	request := log.only(t)
	assert.Equal(t, http.MethodGet, request.Method)
	assert.Equal(t, svcPrefix+"/v2/personal-data/related-data-entries", request.Path)
	assert.Equal(t, map[string][]string{
		"filter": {elasticFilterText}, "page[offset]": {"0"}, "page[limit]": {"100"},
	}, map[string][]string(request.Query))
	assert.Equal(t, "Bearer "+svcToken, request.Header.Get("Authorization"))
}

func TestRelatedEntryKey(t *testing.T) {
	t.Parallel()
	a, b := auditlogs.RelatedDataEntry{ResourceType: "a/b", ResourceID: "c"}, auditlogs.RelatedDataEntry{ResourceType: "a", ResourceID: "b/c"}
	assert.NotEqual(t, a.Key(), b.Key())
	b = a
	b.Type, b.Raw = "other", []byte(`{}`)
	assert.Equal(t, a.Key(), b.Key())
}

func TestRelatedUnreadable(t *testing.T) {
	t.Parallel()
	good := `{"type":"related_data_entry","resource_type":"a","resource_id":"1"}`
	for name, tc := range map[string]struct {
		body  string
		index int
	}{
		"no list":    {`{"meta":{}}`, -1},
		"no object":  {`[]`, -1},
		"cut off":    {`{"data":[` + good, -1},
		"no id":      {`{"data":[` + good + `,{"resource_type":"a"}]}`, 1},
		"no type":    {`{"data":[{"resource_id":"1"}]}`, 0},
		"null entry": {`{"data":[null]}`, 0},
		"id a list":  {`{"data":[{"resource_type":"a","resource_id":[]}]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(http.StatusOK, tc.body))
			got, err := related(t, client)
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "RelatedDataEntries.List", decode.Op)
			assert.Equal(t, tc.index, decode.Index)
			assert.Empty(t, got)
		})
	}
}

// Every entry comes once, whatever the server makes of pages, links, order and totals. A page costs one request; more is
// read until two readings are equal.
func TestRelatedPages(t *testing.T) {
	t.Parallel()
	quirks := map[string]auditlogtest.Quirks{
		"plain": {}, "oldest first": {Order: auditlogtest.TimeAscending}, "no order": {Order: auditlogtest.Unordered},
		"another order each time": {UnstableTies: true}, "short pages": {ShortPages: 2}, "cut pages": {PageCap: 30},
		"next as text": {Next: auditlogtest.NextNullText}, "no links": {Next: auditlogtest.NextNoLinks},
		"no total": {Total: auditlogtest.TotalMissing},
	}
	for _, name := range slices.Sorted(maps.Keys(quirks)) {
		for _, n := range []int{0, 1, 99, 100, 101, 250} {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				t.Parallel()
				srv := relatedServer(t, quirks[name])
				relate(srv, entriesOf("address", n)...)
				srv.AddRelatedDataEntries("customer", "somebody-else", entriesOf("order", 5)...)
				got, err := related(t, clientOf(t, srv))
				var incomplete *auditlogs.IncompleteError
				if !errors.As(err, &incomplete) || name != "another order each time" || n <= 100 { // no reading is sure to meet every entry
					require.NoError(t, err)
					require.ElementsMatch(t, resourceIDs(entriesOf("address", n)), resourceIDs(got))
				}
				require.Len(t, slices.Compact(slices.Sorted(slices.Values(resourceIDs(got)))), len(got), "each once")
				if name == "plain" {
					require.Len(t, srv.Requests(auditlogtest.ElasticPath), map[int]int{0: 1, 1: 1, 99: 1, 100: 1, 101: 5, 250: 7}[n])
				}
			})
		}
	}
}

// An entry that the API names twice is given once.
func TestRelatedRepeatedEntry(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	relate(srv, entry("address", 1), entry("order", 1), entry("address", 1))
	got, err := related(t, clientOf(t, srv))
	require.NoError(t, err)
	require.Equal(t, []string{"address-1", "order-1"}, resourceIDs(got))

	relate(srv, entriesOf("account", 150)...) // on several pages it cannot be told from an entry that slipped through
	got, err = related(t, clientOf(t, srv))
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Len(t, got, 152)
}

// While entries come and go, those that stay come once, or the end says that it is not sure.
func TestRelatedWhileTheListChanges(t *testing.T) {
	t.Parallel()
	seeds := 60
	if testing.Short() {
		seeds = 15
	}
	complete := 0
	for seed := range uint64(seeds) {
		srv := relatedServer(t, auditlogtest.Quirks{Order: auditlogtest.Order(seed % 3)})
		random := newRand(seed)
		gone, stay := entriesOf("gone", 60), entriesOf("stay", 240)
		mixed := slices.Concat(gone, stay)
		random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		relate(srv, mixed...)
		added := 0
		srv.BeforeRequest(func(_ auditlogtest.API, n int) { // an addition for each deletion: the total stays as it is
			if n == 1 || n > 2+int(seed%8) {
				return
			}
			left := 1 + random.IntN(10)
			for range srv.DeleteRelatedDataEntries(elasticFilter.ResourceType, elasticFilter.ResourceID, func(e auditlogs.RelatedDataEntry) bool {
				left--
				return e.ResourceType == "gone" && left >= 0
			}) {
				relate(srv, entry("new", added))
				added++
			}
		})
		got, err := related(t, clientOf(t, srv))
		seen := map[string]int{}
		for _, e := range got {
			seen[e.ResourceID]++
			require.Equal(t, 1, seen[e.ResourceID], "seed %d: %s", seed, e.ResourceID)
		}
		if err != nil {
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, err, &incomplete, "seed %d", seed)
			continue
		}
		complete++
		for _, e := range stay {
			require.Equal(t, 1, seen[e.ResourceID], "seed %d: %s", seed, e.ResourceID)
		}
	}
	require.Equal(t, seeds, complete, "all came to rest")
}

// A list that never rests is read to its end, which says so.
func TestRelatedNeverRests(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	relate(srv, entriesOf("stay", 150)...)
	srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		srv.DeleteRelatedDataEntries(elasticFilter.ResourceType, elasticFilter.ResourceID, func(e auditlogs.RelatedDataEntry) bool { return e.ResourceType == "new" })
		relate(srv, entry("new", n))
	})
	got, err := related(t, clientOf(t, srv))
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Equal(t, "RelatedDataEntries.List", incomplete.Op)
	require.Subset(t, resourceIDs(got), resourceIDs(entriesOf("stay", 150)))
}

func TestRelatedPastTheLastOffset(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	relate(srv, entriesOf("address", 10_150)...)
	got, err := related(t, clientOf(t, srv))
	require.ErrorIs(t, err, auditlogs.ErrOffsetLimit)
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Len(t, got, 10_100)
}

// What would change the meaning of the filter never leaves the client.
func TestRelatedFilterInjection(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	c := clientOf(t, srv)
	for _, bad := range []string{
		"", " ", "a b", "a,b", "a)", "(a", "a:b", `a"b`, "a'b", "1):eq(resource_id,2", "a\n", "a%2Cb", "a&filter=b", "a|b", "é", "..", ".",
	} {
		for _, pair := range [][2]string{{bad, "1"}, {"customer", bad}} {
			entries, err := auditlogs.Collect(c.PersonalDataLogs.Related(t.Context(), pair[0], pair[1]), 10)
			require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, "%q", pair)
			require.Empty(t, entries)
			if len(bad) > 2 {
				require.NotContains(t, err.Error(), bad)
			}
			logs, err := auditlogs.Collect(c.PersonalDataLogs.AllRelated(t.Context(), auditlogs.PersonalDataLogFilter{ResourceType: pair[0], ResourceID: pair[1]}), 10)
			require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, "%q", pair)
			require.Empty(t, logs)
		}
	}
	require.Empty(t, srv.Requests(auditlogtest.ElasticPath))
}

func TestRelatedErrors(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		401: auditlogs.ErrUnauthorized, 403: auditlogs.ErrForbidden, 404: auditlogs.ErrNotFound, 400: auditlogs.ErrInvalidRequest, 500: auditlogs.ErrServer,
	} {
		srv := relatedServer(t, auditlogtest.Quirks{})
		relate(srv, entriesOf("address", 150)...)
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ElasticPath, Status: status, After: 1, Times: -1})
		got, err := related(t, clientOf(t, srv, auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})))
		var refused *auditlogs.APIError
		require.ErrorAs(t, err, &refused)
		require.ErrorIs(t, err, want)
		require.Equal(t, "RelatedDataEntries.List", refused.Op)
		require.Len(t, got, 100, "what came before the error")
	}
	c, err := auditlogs.NewClient()
	require.NoError(t, err)
	_, err = related(t, c)
	require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
	_, err = auditlogs.Collect(c.PersonalDataLogs.AllRelated(t.Context(), elasticFilter), 1)
	require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
}

// Nothing is sent before the range, break stops, ranging twice reads twice, and the context is obeyed.
func TestRelatedIsLazy(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	relate(srv, entriesOf("address", 150)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entries := clientOf(t, srv).PersonalDataLogs.Related(ctx, elasticFilter.ResourceType, elasticFilter.ResourceID)
	require.Empty(t, srv.Requests(auditlogtest.ElasticPath))
	for want := 1; want <= 2; want++ {
		for _, err := range entries {
			require.NoError(t, err)
			break
		}
		require.Len(t, srv.Requests(auditlogtest.ElasticPath), want)
	}
	n, last := 0, error(nil)
	for _, err := range entries {
		cancel()
		if last = err; err == nil {
			n++
		}
	}
	require.True(t, errors.Is(last, context.Canceled))
	require.Equal(t, 100, n, "the page that was read")
}

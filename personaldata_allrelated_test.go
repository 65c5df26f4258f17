package auditlogs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// logsOf adds n logs of a resource, one second apart, the newest first, with ids made from its own.
func logsOf(srv *auditlogtest.Server, kind, id string, n int) (ids []string) {
	for i := range n {
		log := auditlogs.PersonalDataLog{
			ID:           fmt.Sprintf("%08x-0000-4000-8000-%012x", i, hash(kind+id)),
			ResourceType: kind, ResourceID: id, Time: relatedDay.Add(-time.Duration(i) * time.Second),
		}
		srv.AddPersonalDataLogs(log)
		ids = append(ids, log.ID)
	}
	return ids
}

var relatedDay = svcTime("2026-03-01T12:00:00Z")

// allRelated reads everything, and whatever ends it.
func allRelated(t *testing.T, c *auditlogs.Client, f auditlogs.PersonalDataLogFilter) (ids []string, err error) {
	t.Helper()
	for log, e := range c.PersonalDataLogs.AllRelated(t.Context(), f) {
		require.NoError(t, err, "an error is the last")
		if err = e; e == nil {
			ids = append(ids, log.ID)
		} else {
			require.Zero(t, log)
		}
	}
	return ids, err
}

// askedFor are the requests so far: what, and of which type of resource.
func askedFor(srv *auditlogtest.Server) (asked []string) {
	for _, r := range srv.Requests(auditlogtest.ElasticPath) {
		kind, _, _ := strings.Cut(strings.TrimPrefix(r.Query.Get("filter"), "eq(resource_type,"), ")")
		asked = append(asked, r.Path[strings.LastIndex(r.Path, "/")+1:]+" "+kind)
	}
	return asked
}

// The resource comes first, then what is related to it, once each: also one that the list names twice, or that is the
// resource itself. What is related to the related is another request.
func TestAllRelated(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	own := logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 150)
	address, order := logsOf(srv, "address", "address-1", 3), logsOf(srv, "order", "order-1", 120)
	logsOf(srv, "order", "somebody-else", 5)
	logsOf(srv, "account", "further-away", 5)
	relate(srv, entry("order", 1), entry("address", 1), entry("order", 1), entry("empty", 1),
		auditlogs.RelatedDataEntry{ResourceType: elasticFilter.ResourceType, ResourceID: elasticFilter.ResourceID}, entry("address", 1))
	srv.AddRelatedDataEntries("order", "order-1", auditlogs.RelatedDataEntry{ResourceType: "account", ResourceID: "further-away"})
	for _, options := range []auditlogs.ListOptions{{}, {PageSize: 40, Prefetch: 3}} {
		srv.ResetRequests()
		filter := elasticFilter
		filter.ListOptions = options
		got, err := allRelated(t, clientOf(t, srv), filter)
		require.NoError(t, err)
		require.Equal(t, slices.Concat(own, address, order), got)
		require.Equal(t, []string{
			"related-data-entries customer", "logs customer", "logs address", "logs empty", "logs order",
		}, slices.Compact(askedFor(srv)))
	}
}

func TestAllRelatedKeepsTheRange(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	own, address := logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 10), logsOf(srv, "address", "address-1", 10)
	relate(srv, entry("address", 1))
	filter := elasticFilter
	filter.Since, filter.Until = relatedDay.Add(-5*time.Second), relatedDay.Add(-2*time.Second)
	got, err := allRelated(t, clientOf(t, srv), filter)
	require.NoError(t, err)
	require.Equal(t, slices.Concat(own[3:6], address[3:6]), got)
}

// A log that the API gives for two resources is one log.
func TestAllRelatedGivesALogOnce(t *testing.T) {
	t.Parallel()
	const shared = "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b"
	srv := relatedServer(t, auditlogtest.Quirks{})
	for _, kind := range []string{"address", "order"} {
		srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: shared, ResourceType: kind, ResourceID: kind + "-1", Time: relatedDay})
	}
	relate(srv, entry("order", 1), entry("address", 1))
	got, err := allRelated(t, clientOf(t, srv), elasticFilter)
	require.NoError(t, err)
	require.Equal(t, []string{shared}, got)
}

// An error that trying further cannot help ends it, and says which resource it was; its text leaves out the id.
func TestAllRelatedFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		after  int // requests that pass
		status int
		kind   string // of the resource at fault; "" is the list of relations
		index  int
		got    int // logs
		is     error
	}{
		{"relations", 0, 403, "", 0, 0, auditlogs.ErrForbidden},
		{"the resource", 1, 500, "customer", 0, 0, auditlogs.ErrServer},
		{"the first related", 2, 401, "address", 1, 2, auditlogs.ErrUnauthorized},
		{"the second related", 3, 403, "order", 2, 5, auditlogs.ErrForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := relatedServer(t, auditlogtest.Quirks{})
			logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 2)
			logsOf(srv, "address", "address-1", 3)
			logsOf(srv, "order", "order-1", 4)
			relate(srv, entry("last", 1), entry("order", 1), entry("address", 1))
			srv.Inject(auditlogtest.Fault{API: auditlogtest.ElasticPath, Status: tt.status, After: tt.after, Times: -1})
			got, err := allRelated(t, clientOf(t, srv, auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})), elasticFilter)
			require.ErrorIs(t, err, tt.is)
			require.Len(t, got, tt.got)
			require.Len(t, srv.Requests(auditlogtest.ElasticPath), tt.after+1, "nothing more is asked")
			var fault *auditlogs.RelatedError
			if tt.kind == "" {
				require.NotErrorAs(t, err, &fault)
				require.ErrorContains(t, err, "RelatedDataEntries.List")
				return
			}
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, tt.kind, fault.ResourceType)
			assert.Equal(t, tt.index, fault.Index)
			assert.NotEmpty(t, fault.ResourceID)
			text := err.Error()
			assert.True(t, strings.HasPrefix(text, fmt.Sprintf("auditlogs: PersonalDataLogs.AllRelated: %s (resource %d): auditlogs: PersonalDataLogs.List: %d", tt.kind, tt.index, tt.status)), text)
			assert.NotContains(t, text, fault.ResourceID)
			assert.NotContains(t, text, "\n")
		})
	}
}

// What cannot be read whole is told at the end, and the rest is read.
func TestAllRelatedWithGaps(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	own, address := logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 2), logsOf(srv, "address", "address-1", 3)
	logsOf(srv, "order", "order-1", 10_150) // more than the API lets anybody read
	relate(srv, entry("address", 1), entry("order", 1), auditlogs.RelatedDataEntry{ResourceType: "odd", ResourceID: "a,b"})
	got, err := allRelated(t, clientOf(t, srv), elasticFilter)
	require.Len(t, got, 2+10_100+3)
	require.Equal(t, own, got[:2])
	require.Equal(t, address, got[len(got)-3:])
	require.ErrorIs(t, err, auditlogs.ErrOffsetLimit)
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	gaps, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var kinds []string
	for _, gap := range gaps.Unwrap() {
		var fault *auditlogs.RelatedError
		require.ErrorAs(t, gap, &fault)
		kinds = append(kinds, fmt.Sprint(fault.ResourceType, fault.Index))
	}
	require.Equal(t, []string{"odd1", "order2"}, kinds)
	require.NotContains(t, err.Error(), "order-1")
}

// A list of relations that cannot be read whole is a gap, too: what is known of is read.
func TestAllRelatedWithoutAllRelations(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{UnstableTies: true})
	own := logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 2)
	relate(srv, append(entriesOf("address", 150), entriesOf("address", 150)...)...) // each twice, somewhere else each time
	got, err := allRelated(t, clientOf(t, srv), elasticFilter)
	require.Equal(t, own, got)
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Equal(t, "RelatedDataEntries.List", incomplete.Op)
	require.Contains(t, askedFor(srv), "logs address")
}

func TestAllRelatedStops(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 2)
	relate(srv, entry("address", 1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	logs := clientOf(t, srv).PersonalDataLogs.AllRelated(ctx, elasticFilter)
	require.Empty(t, srv.Requests(auditlogtest.ElasticPath))
	for _, err := range logs {
		require.NoError(t, err)
		break
	}
	require.Equal(t, []string{"related-data-entries customer", "logs customer"}, askedFor(srv))
	cancel()
	_, err := auditlogs.Collect(logs, 1)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAllRelatedRefusesWhatHasNoMeaning(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	for field, options := range map[string]auditlogs.ListOptions{
		"Cursor": {Cursor: "al1.x"}, "Offset": {Offset: 5}, "PageSize": {PageSize: 101},
	} {
		filter := elasticFilter
		filter.ListOptions = options
		_, err := allRelated(t, clientOf(t, srv), filter)
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, field)
		require.ErrorContains(t, err, "PersonalDataLogs.AllRelated: invalid filter: "+field)
	}
	require.Empty(t, srv.Requests(auditlogtest.ElasticPath))
}

// Everything that is known of a person: the logs of the customer and of all that is related to it.
func ExamplePersonalDataLogsService_AllRelated() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	day := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	srv.AddRelatedDataEntries("customer", "c1", auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "a1"})
	srv.AddPersonalDataLogs(
		auditlogs.PersonalDataLog{ResourceType: "customer", ResourceID: "c1", EventType: "customer.event.created", Time: day},
		auditlogs.PersonalDataLog{ResourceType: "address", ResourceID: "a1", EventType: "address.event.created", Time: day},
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter := auditlogs.PersonalDataLogFilter{ResourceType: "customer", ResourceID: "c1"}
	for log, err := range client.PersonalDataLogs.AllRelated(context.Background(), filter) {
		if err != nil { // it is not everything
			fmt.Println(err)
			return
		}
		fmt.Println(log.ResourceType, log.EventType)
	}
	// Output:
	// customer customer.event.created
	// address address.event.created
}

// Which resources hold data of a person, beside the customer.
func ExamplePersonalDataLogsService_Related() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddRelatedDataEntries("customer", "c1",
		auditlogs.RelatedDataEntry{ResourceType: "order", ResourceID: "o1"},
		auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "a1"},
	)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}

	for entry, err := range client.PersonalDataLogs.Related(context.Background(), "customer", "c1") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(entry.ResourceType, entry.ResourceID)
	}
	// Output:
	// address a1
	// order o1
}

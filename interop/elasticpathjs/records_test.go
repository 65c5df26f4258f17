package elasticpathjs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const records = 350

func newServer(t *testing.T, quirks auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ElasticPath, quirks))
	t.Cleanup(srv.Close)
	srv.GenerateFor(auditlogtest.ElasticPath, 1, records)
	srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ // somebody else's
		Time: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), ResourceType: auditlogtest.ResourceType, ResourceID: "another",
	})
	return srv
}

// ourRecords reads with the Go client, which logs in as the vendor's does.
func ourRecords(t *testing.T, srv *auditlogtest.Server, size int) []json.RawMessage {
	t.Helper()
	credentials := auditlogs.ElasticPathCredentials(srv.URL, auditlogtest.ClientID, auditlogtest.ClientSecret)
	client, err := auditlogs.NewClient(auditlogs.WithElasticPath(srv.URL, credentials))
	require.NoError(t, err)
	filter := auditlogs.PersonalDataLogFilter{
		ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
		ListOptions: auditlogs.ListOptions{PageSize: size},
	}
	var raw []json.RawMessage
	for record, err := range client.PersonalDataLogs.All(t.Context(), filter) {
		require.NoError(t, err)
		raw = append(raw, record.Raw)
	}
	return raw
}

// byID gives records by their id, in a form in which the order of members does not matter.
func byID(t *testing.T, raw []json.RawMessage) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, r := range raw {
		var members map[string]any
		require.NoError(t, json.Unmarshal(r, &members))
		id := fmt.Sprint(members["id"])
		require.NotContains(t, found, id, "came twice")
		sorted, err := json.Marshal(members)
		require.NoError(t, err)
		found[id] = string(sorted)
	}
	return found
}

// TestSameRecords reads a log with both clients: they see the same records, member by member.
func TestSameRecords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		quirks auditlogtest.Quirks
		size   int
	}{
		{"the largest pages", auditlogtest.Quirks{}, 100},
		{"small pages, next is null text", auditlogtest.Quirks{Next: auditlogtest.NextNullText}, 23},
		{"pages that fill the last one, no links", auditlogtest.Quirks{Next: auditlogtest.NextNoLinks}, 50},
		{"oldest first", auditlogtest.Quirks{Order: auditlogtest.TimeAscending}, 99},
		{"in no order", auditlogtest.Quirks{Order: auditlogtest.Unordered}, 64},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t, test.quirks)
			theirs := byID(t, vendorRecords(t, ask(srv, test.size)))
			asked, logins := srv.Requests(auditlogtest.ElasticPath), srv.TokenRequests(auditlogtest.ElasticPath)
			require.Len(t, asked, (records+test.size-1)/test.size)
			require.Len(t, logins, 1)
			require.Len(t, theirs, records)
			require.Equal(t, theirs, byID(t, ourRecords(t, srv, test.size)))
			t.Logf("records: %d, the vendor's requests: %d, ours: %d", len(theirs), len(asked),
				len(srv.Requests(auditlogtest.ElasticPath))-len(asked))
		})
	}
}

// TestVendorRepeats tests the comparison: rows that are added while a log is read come twice to the vendor's client, and
// once to ours.
func TestVendorRepeats(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.Quirks{})
	began := srv.PersonalDataLogs()
	srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n > 1 {
			srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{Time: time.Now().Add(time.Hour), EventType: "customer.event.updated"})
		}
	})
	theirs := map[string]int{}
	for _, raw := range vendorRecords(t, ask(srv, 100)) {
		var record auditlogs.PersonalDataLog
		require.NoError(t, json.Unmarshal(raw, &record))
		theirs[record.ID]++
	}
	twice := 0
	for _, n := range theirs {
		if n > 1 {
			twice++
		}
	}
	require.Positive(t, twice)
	ours := byID(t, ourRecords(t, srv, 100))
	for _, record := range began {
		if record.ResourceID == auditlogtest.ResourceID {
			require.Contains(t, ours, record.ID)
		}
	}
	t.Logf("came twice to the vendor's client: %d", twice)
}

// TestVendorUnderstandsErrors lets the server refuse: the vendor's client logs in again, waits, or reports, as its source
// does with errors of its own server.
func TestVendorUnderstandsErrors(t *testing.T) {
	t.Parallel()
	t.Run("a token that is refused", func(t *testing.T) {
		t.Parallel()
		srv := newServer(t, auditlogtest.Quirks{})
		srv.BeforeRequest(func(_ auditlogtest.API, n int) {
			if n == 2 {
				srv.RevokeTokens()
			}
		})
		require.Len(t, byID(t, vendorRecords(t, ask(srv, 100))), records)
		require.Len(t, srv.TokenRequests(auditlogtest.ElasticPath), 2)
	})
	t.Run("too many requests", func(t *testing.T) {
		t.Parallel()
		srv := newServer(t, auditlogtest.Quirks{})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ElasticPath, Status: http.StatusTooManyRequests, After: 1})
		require.Len(t, byID(t, vendorRecords(t, ask(srv, 100))), records)
	})
	t.Run("a filter that is refused", func(t *testing.T) {
		t.Parallel()
		q := ask(newServer(t, auditlogtest.Quirks{}), 100)
		q.ResourceID = ""
		require.Contains(t, fmt.Sprint(vendorPages(t, q)[0].Refusal), "Could not parse the supplied filter")
	})
	t.Run("a page that is too large", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, fmt.Sprint(vendorPages(t, ask(newServer(t, auditlogtest.Quirks{}), 101))[0].Refusal), "page[limit]")
	})
	t.Run("a secret that is refused", func(t *testing.T) {
		t.Parallel()
		q := ask(newServer(t, auditlogtest.Quirks{}), 100)
		q.ClientSecret = "wrong"
		require.Contains(t, fmt.Sprint(vendorPages(t, q)[0].Refusal), "Unauthorized")
	})
	t.Run("a token within data is not found", func(t *testing.T) {
		t.Parallel()
		srv := newServer(t, auditlogtest.Quirks{WrapToken: true})
		require.NotNil(t, vendorPages(t, ask(srv, 100))[0].Refusal)
		require.Len(t, ourRecords(t, srv, 100), records)
	})
}

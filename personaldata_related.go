package auditlogs

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// RelatedDataEntry names a resource that holds data of a person, in addition to the resource that was asked about.
type RelatedDataEntry struct {
	Type         string // "related_data_entry"
	ResourceType string
	ResourceID   string
	Raw          json.RawMessage // the entry exactly as it came
}

// Key returns the identity of the entry: a digest of the resource that it names.
func (e RelatedDataEntry) Key() string { return exact.ContentKey(e.ResourceType, e.ResourceID) }

func (e *RelatedDataEntry) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "type":
			r.Interned(&e.Type)
		case "resource_type":
			r.Interned(&e.ResourceType)
		case "resource_id":
			r.Interned(&e.ResourceID)
		default:
			r.Skip()
		}
	}
}

var relatedDataCodec = wire.Codec[RelatedDataEntry]{
	Read:   (*RelatedDataEntry).read,
	Raw:    func(v *RelatedDataEntry) *json.RawMessage { return &v.Raw },
	HasKey: func(e *RelatedDataEntry) bool { return e.ResourceType != "" && e.ResourceID != "" },
	Wire:   RelatedDataEntry.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (e *RelatedDataEntry) UnmarshalJSON(data []byte) error { return relatedDataCodec.Decode(data, e) }

// MarshalJSON writes the JSON form of the API: exactly as the entry came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (e RelatedDataEntry) MarshalJSON() ([]byte, error) {
	return relatedDataCodec.Encode(e)
}

func (e RelatedDataEntry) plain() any {
	return struct {
		Type         string `json:"type,omitempty"`
		ResourceType string `json:"resource_type"`
		ResourceID   string `json:"resource_id"`
	}{e.Type, e.ResourceType, e.ResourceID}
}

// relatedDataFilter is the resource that is asked about.
type relatedDataFilter struct {
	ResourceType string
	ResourceID   string
}

// Related reads which other resources hold data related to a resource: one level, as the API gives it, each resource
// once, in the API's order. Nothing is sent before the range begins. Up to 100 entries cost one request. A longer list
// is read until two readings are equal, because no order helps to find entries that were missed: two to three requests
// for every hundred entries. Errors are those of List, with the operation RelatedDataEntries.List. An *IncompleteError
// comes after every entry that could be read, if the list keeps changing, names a resource twice on different pages, or
// is longer than 10,100; the last is ErrOffsetLimit. Safe for concurrent use.
//
// API: https://elasticpath.dev, GET /v2/personal-data/related-data-entries. Its entries and its filter, which is that
// of the logs, are documented. It is inferred that it pages and fails as the logs do, names each resource once, and
// returns an empty list for a resource without relations.
func (s *PersonalDataLogsService) Related(ctx context.Context, resourceType, resourceID string) iter.Seq2[RelatedDataEntry, error] {
	entries := lister[RelatedDataEntry, relatedDataFilter]{op: "RelatedDataEntries", conn: s.conn, open: openRelatedData}
	return entries.all(ctx, relatedDataFilter{resourceType, resourceID})
}

// openRelatedData reads by record offsets. Entries have no time, so the listing is one group whose entries are
// distinguished by their keys alone. Its order is unknown: a row may be added before another, and an unchanged count
// proves nothing.
func openRelatedData(conn *conn, f relatedDataFilter) (*spec[RelatedDataEntry], error) {
	c := check{op: "RelatedDataEntries.List"}
	checkFilterValue(&c, "ResourceType", f.ResourceType)
	checkFilterValue(&c, "ResourceID", f.ResourceID)
	if c.err() != nil {
		return nil, c.err()
	}
	shared := &memory[RelatedDataEntry]{}
	filter := PersonalDataLogFilter{ResourceType: f.ResourceType, ResourceID: f.ResourceID}.filter()
	return &spec[RelatedDataEntry]{
		Traits:    exact.Traits{MaxSize: personalDataLogsMaxSize, MaxSkip: personalDataLogsMaxSkip},
		unbounded: true,
		filter:    filter,
		time:      func(*RelatedDataEntry) time.Time { return time.Time{} },
		hash:      func(e *RelatedDataEntry) exact.Hash { return exact.HashOf(e.ResourceType).And(e.ResourceID) },
		shared:    shared,
		fetch: func(ctx context.Context, op string, w exact.Window) (*answer[RelatedDataEntry], error) {
			q := personalDataLogQuery{Offset: w.Skip, Limit: w.Size, Filter: filter}
			path := []string{"v2", "personal-data", "related-data-entries"}
			r, err := conn.do(ctx, call{op: op, path: path, query: encodeQuery(q).Encode(), bodies: &shared.bodies})
			if err != nil {
				return nil, err
			}
			return readElasticPath(op, r, shared, &relatedDataCodec, w)
		},
	}, nil
}

package auditlogtest

import (
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// relation is an entry and the resource to which it belongs, given by type and id.
type relation struct {
	of    string
	entry auditlogs.RelatedDataEntry
}

// AddRelatedDataEntries stores entries that Elastic Path lists as related to a resource. The entry added last comes
// first, unless Quirks.Order says otherwise. An entry without a Type gets the documented type. If Raw is set, it is
// served unchanged. The same entry may be stored twice, and an entry may name the resource itself. Quirks.Retention
// does not apply to these entries.
func (s *Server) AddRelatedDataEntries(resourceType, resourceID string, entries ...auditlogs.RelatedDataEntry) {
	relations := make([]relation, len(entries))
	for i, e := range entries {
		relations[i] = relation{of: resourceType + " " + resourceID, entry: e}
	}
	s.relations.add(relations)
}

// RelatedDataEntries returns the entries of Elastic Path that are stored as related to a resource, the last added
// first.
func (s *Server) RelatedDataEntries(resourceType, resourceID string) []auditlogs.RelatedDataEntry {
	var entries []auditlogs.RelatedDataEntry
	for _, r := range s.relations.all() {
		if r.of == resourceType+" "+resourceID {
			entries = append(entries, r.entry)
		}
	}
	return entries
}

// DeleteRelatedDataEntries deletes the entries related to a resource for which del returns true, and returns their
// number. del must not call the server.
func (s *Server) DeleteRelatedDataEntries(resourceType, resourceID string, del func(auditlogs.RelatedDataEntry) bool) int {
	return s.relations.deleteFunc(func(r relation) bool { return r.of == resourceType+" "+resourceID && del(r.entry) })
}

// elasticPathRelated serves GET /v2/personal-data/related-data-entries. Filter and pages work like those of the logs.
func (s *Server) elasticPathRelated(c *call) *answer {
	return elasticPathPage(c, s.relations, func(resource string) query[relation] {
		return query[relation]{key: resource, order: byTime[relation](c.quirks.Order), match: func(r *relation) bool { return r.of == resource }}
	})
}

// relationKind gives every entry the same time, so that Quirks.UnstableTies shuffles all of them.
var relationKind = kind[relation]{
	settle: func(r *relation, seq uint64) (string, time.Time) {
		if r.entry.Type == "" {
			r.entry.Type = "related_data_entry"
		}
		return dashed(uuidOf(seq)), time.Time{}
	},
	encode: func(r *relation, _ form) []byte {
		if r.entry.Raw != nil {
			return r.entry.Raw
		}
		return encodeJSON(object{
			"type": r.entry.Type, "resource_type": r.entry.ResourceType, "resource_id": r.entry.ResourceID,
		})
	},
}

package auditlogs

import (
	"context"
	"iter"
	"time"
)

// AuditEventsService reads Akinon Commerce's audit events: requests that changed something.
//
// API: https://apidocs.akinon.com/commerce-openapis/data-warehouse/audit-events.
type AuditEventsService struct {
	lister[AuditEvent, AuditEventFilter]
}

func newAuditEventsService(c *conn) *AuditEventsService {
	return &AuditEventsService{lister[AuditEvent, AuditEventFilter]{op: "AuditEvents", conn: c, open: openAuditEvents}}
}

// AuditEventFilter selects audit events; its zero value asks for all of them, newest first.
type AuditEventFilter struct {
	// Since (timestamp__gte) is the first instant asked for, Until (timestamp__lt) the first one no longer.
	Since, Until time.Time
	// Timestamp selects one exact instant; TimestampGT is exclusive, TimestampLTE inclusive.
	Timestamp    time.Time
	TimestampGT  time.Time
	TimestampLTE time.Time
	// ContentType is the kind of the changed object, a number that differs between installations.
	// 0 asks for all, as it does in the two fields that follow.
	ContentType int64
	ObjectID    int64
	User        int64
	// Sort is newest first unless set. Its values are undocumented; one that is not by timestamp gives up the promise of
	// exactly-once reading.
	Sort string
	ListOptions
}

// List reads one page: the newest records of the filter, or what follows its Cursor. Usually that is one request; more
// where the log changed meanwhile. A page holds up to 1000 records, fewer where the server cuts it; its largest page is undocumented.
//
// Errors: ErrInvalidFilter, ErrInvalidCursor and ErrCursorMismatch before anything is sent; *APIError, *DecodeError; and
// *IncompleteError where the API makes it impossible to read every record exactly once. Safe for concurrent use.
func (s *AuditEventsService) List(ctx context.Context, f AuditEventFilter) (*Page[AuditEvent], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on. Nothing is sent before the range begins, ranging twice
// reads twice, and break stops at once. An error comes once, last, after every page read before it. The pages hold every
// record of the range that was visible when the listing began exactly once, if it was not deleted meanwhile.
// Cost and errors are those of List, per page. Safe for concurrent use; the iterator belongs to the
// goroutine that ranges over it.
func (s *AuditEventsService) Pages(ctx context.Context, f AuditEventFilter) iter.Seq2[*Page[AuditEvent], error] {
	return s.pages(ctx, f)
}

// All reads every record of the filter, one by one, with the promise, cost and errors of Pages. An error comes once, last.
// Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *AuditEventsService) All(ctx context.Context, f AuditEventFilter) iter.Seq2[AuditEvent, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends: poll after poll, each ended by a page, an empty one if
// nothing is new, whose cursor goes on from there. A zero Since begins at the server's now; an Until is ErrInvalidFilter.
// Records that appear late are delivered once if they do so within the lookback. 400, 401, 403 and 404 end it, as does
// an *IncompleteError; every other failure is retried for ever and reported through Hooks.OnRetry and the log. Each poll
// costs at least one request. Safe for concurrent use.
func (s *AuditEventsService) Follow(ctx context.Context, f AuditEventFilter, o FollowOptions) iter.Seq2[*Page[AuditEvent], error] {
	return s.follow(ctx, f, o)
}

// Get reads one event by its UUID, with dashes or without. It costs one request. The API leaves the user out of this
// answer. Errors: ErrInvalidFilter for what is no UUID, ErrNotFound where there is no such event, and those of any
// request. Safe for concurrent use.
func (s *AuditEventsService) Get(ctx context.Context, uuid string) (*AuditEvent, error) {
	c := check{op: "AuditEvents.Get"}
	if c.uuid("uuid", uuid); c.err() != nil && s.conn != nil {
		return nil, c.err()
	}
	get := call{op: c.op, path: []string{"audit-events", dashed(uuid)}, slash: true}
	return ask(ctx, s.conn, get, func(r *reply) (*AuditEvent, error) { return decodeRecord[AuditEvent](c.op, r) })
}

// dashed is a checked UUID in the form that Akinon documents.
func dashed(uuid string) string {
	if len(uuid) != 32 {
		return uuid
	}
	return uuid[:8] + "-" + uuid[8:12] + "-" + uuid[12:16] + "-" + uuid[16:20] + "-" + uuid[20:]
}

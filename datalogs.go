package auditlogs

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"time"
)

// DataAccessLogsService reads and deletes Waldur's data access logs: who looked at whose personal data.
// Staff and support may read, only staff may delete; a server keeps the rows for 90 days.
//
// API: https://docs.waldur.com, "Data Access Logs", /api/data-access-logs/.
type DataAccessLogsService struct {
	lister[DataAccessLog, DataAccessLogFilter]
}

func newDataAccessLogsService(c *conn) *DataAccessLogsService {
	return &DataAccessLogsService{lister[DataAccessLog, DataAccessLogFilter]{op: "DataAccessLogs", conn: c, open: openDataAccessLogs}}
}

// AccessorType says in which role somebody looked at personal data. Values that a newer server adds are kept as they came.
type AccessorType string

// The documented accessor types.
const (
	AccessorStaff              AccessorType = "staff"
	AccessorSupport            AccessorType = "support"
	AccessorOrganizationMember AccessorType = "organization_member"
	AccessorServiceProvider    AccessorType = "service_provider"
	AccessorSelf               AccessorType = "self"
)

// DataAccessLogOrder is a field that Waldur sorts by; a leading minus turns it round.
type DataAccessLogOrder string

// The documented orders. Only an order that begins with the timestamp keeps the promise of exactly-once reading.
const (
	OrderTimestamp            DataAccessLogOrder = "timestamp"
	OrderTimestampDesc        DataAccessLogOrder = "-timestamp"
	OrderAccessorType         DataAccessLogOrder = "accessor_type"
	OrderAccessorTypeDesc     DataAccessLogOrder = "-accessor_type"
	OrderUserUsername         DataAccessLogOrder = "user_username"
	OrderUserUsernameDesc     DataAccessLogOrder = "-user_username"
	OrderAccessorUsername     DataAccessLogOrder = "accessor_username"
	OrderAccessorUsernameDesc DataAccessLogOrder = "-accessor_username"
)

// DataAccessLogFilter selects data access logs; its zero value asks for all of them, newest first.
type DataAccessLogFilter struct {
	// Since is the first instant asked for, Until the first one no longer. Waldur itself knows whole days only, in its
	// own time zone: the client asks for a day more on either side and trims to the nanosecond.
	Since, Until time.Time
	// AccessorType is one of the documented types; Waldur refuses others.
	AccessorType AccessorType
	// AccessorUUID is who looked, UserUUID whose data was looked at; with or without dashes.
	AccessorUUID string
	UserUUID     string
	// Query is looked for in the user name, name and e-mail address of both persons; any part matches, whatever its case.
	Query string
	// Order is newest first unless set.
	Order []DataAccessLogOrder
	ListOptions
}

// List reads one page: the newest records of the filter, or what follows its Cursor. Usually that is one request; more
// where the log changed meanwhile. A page holds up to 300 records, fewer where the server cuts it.
//
// Errors: ErrInvalidFilter, ErrInvalidCursor and ErrCursorMismatch before anything is sent; *APIError, *DecodeError; and
// *IncompleteError where the API makes it impossible to read every record exactly once. Safe for concurrent use.
func (s *DataAccessLogsService) List(ctx context.Context, f DataAccessLogFilter) (*Page[DataAccessLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on. Nothing is sent before the range begins, ranging twice
// reads twice, and break stops at once. An error comes once, last, after every page read before it. The pages hold every
// record of the range that was visible when the listing began exactly once, if it was not deleted meanwhile.
// Cost and errors are those of List, per page. Safe for concurrent use; the iterator belongs to the
// goroutine that ranges over it.
func (s *DataAccessLogsService) Pages(ctx context.Context, f DataAccessLogFilter) iter.Seq2[*Page[DataAccessLog], error] {
	return s.pages(ctx, f)
}

// All reads every record of the filter, one by one, with the promise, cost and errors of Pages. An error comes once, last.
// Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *DataAccessLogsService) All(ctx context.Context, f DataAccessLogFilter) iter.Seq2[DataAccessLog, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends: poll after poll, each ended by a page, an empty one if
// nothing is new, whose cursor goes on from there. A zero Since begins at the server's now; an Until is ErrInvalidFilter.
// Records that appear late are delivered once if they do so within the lookback. 400, 401, 403 and 404 end it, as does
// an *IncompleteError; every other failure is retried for ever and reported through Hooks.OnRetry and the log. Each poll
// costs at least one request. Safe for concurrent use.
func (s *DataAccessLogsService) Follow(ctx context.Context, f DataAccessLogFilter, o FollowOptions) iter.Seq2[*Page[DataAccessLog], error] {
	return s.follow(ctx, f, o)
}

// Get reads one record by its UUID, with dashes or without. It costs one request. Errors: ErrInvalidFilter for what is no
// UUID, ErrNotFound where there is no such record, and those of any request. Safe for concurrent use.
func (s *DataAccessLogsService) Get(ctx context.Context, uuid string) (*DataAccessLog, error) {
	const op = "DataAccessLogs.Get"
	return s.one(ctx, op, http.MethodGet, uuid, func(r *reply) (*DataAccessLog, error) { return decodeRecord[DataAccessLog](op, r) })
}

// Delete deletes one record by its UUID; only staff may. It costs one request. A record that an earlier, retried attempt
// deleted counts as deleted. Errors: as Get. Safe for concurrent use.
func (s *DataAccessLogsService) Delete(ctx context.Context, uuid string) error {
	_, err := s.one(ctx, "DataAccessLogs.Delete", http.MethodDelete, uuid, func(*reply) (*DataAccessLog, error) { return nil, nil })
	return err
}

func (s *DataAccessLogsService) one(ctx context.Context, op, method, uuid string, read func(*reply) (*DataAccessLog, error)) (*DataAccessLog, error) {
	c := check{op: op}
	if c.uuid("uuid", uuid); c.err() != nil && s.conn != nil {
		return nil, c.err()
	}
	return ask(ctx, s.conn, call{op: op, method: method, path: append(dataAccessLogsPath(), uuid), slash: true}, read)
}

// Count says how many records match. It costs one HEAD request, which knows whole UTC days only: other bounds are
// ErrInvalidFilter, as is a Cursor. It counts what the server sees in its own time zone. Errors: those of any
// request, too. Safe for concurrent use.
func (s *DataAccessLogsService) Count(ctx context.Context, f DataAccessLogFilter) (int, error) {
	const op = "DataAccessLogs.Count"
	c := check{op: op}
	f.check(&c)
	c.wholeDay("Since", f.Since)
	c.wholeDay("Until", f.Until)
	if f.Cursor != "" {
		c.refuse("Cursor", "has no meaning for a count")
	}
	if err := c.err(); err != nil && s.conn != nil {
		return 0, err
	}
	q := f.query()
	q.setDays(f.Since, f.Until, 0)
	head := call{op: op, method: http.MethodHead, path: dataAccessLogsPath(), slash: true, query: encodeQuery(q).Encode()}
	return ask(ctx, s.conn, head, func(r *reply) (int, error) {
		n := resultCount(r)
		if n < 0 {
			return 0, &DecodeError{Op: op, Index: -1, Err: errors.New("no X-Result-Count")}
		}
		return n, nil
	})
}

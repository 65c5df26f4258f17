package auditlogs

import (
	"context"
	"iter"
	"time"
)

// PersonalDataLogsService reads Elastic Path Commerce Cloud's personal data logs: every change to a person's data.
// Only client_credentials tokens of the roles Seller Admin, Support and IT may read them.
//
// API: https://elasticpath.dev, "Get Personal Data Logs", GET /v2/personal-data/logs.
type PersonalDataLogsService struct {
	lister[PersonalDataLog, PersonalDataLogFilter]
}

func newPersonalDataLogsService(c *conn) *PersonalDataLogsService {
	return &PersonalDataLogsService{lister[PersonalDataLog, PersonalDataLogFilter]{op: "PersonalDataLogs", conn: c, open: openPersonalDataLogs}}
}

// PersonalDataLogFilter selects the personal data logs of one resource.
type PersonalDataLogFilter struct {
	// ResourceType and ResourceID are required, for example "customer" and a UUID. The filter grammar of the API cannot
	// escape anything, so a value outside letters, digits and - _ . * $ is ErrInvalidFilter.
	ResourceType string
	ResourceID   string
	// Since is the first instant asked for, Until the first one no longer. The API has no such filter: the client reads
	// everything and trims.
	Since, Until time.Time
	ListOptions
}

// List reads one page: the newest records of the filter, or what follows its Cursor. Usually that is one request; more
// where the log changed meanwhile. A page holds up to 100 records, and a listing 10,100: what lies beyond is ErrOffsetLimit.
//
// Errors: ErrInvalidFilter, ErrInvalidCursor and ErrCursorMismatch before anything is sent; *APIError, *DecodeError; and
// *IncompleteError where the API makes it impossible to read every record exactly once. Safe for concurrent use.
func (s *PersonalDataLogsService) List(ctx context.Context, f PersonalDataLogFilter) (*Page[PersonalDataLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on. Nothing is sent before the range begins, ranging twice
// reads twice, and break stops at once. An error comes once, last, after every page read before it. The pages hold every
// record of the range that was visible when the listing began exactly once, if it was not deleted meanwhile.
// Cost and errors are those of List, per page. Safe for concurrent use; the iterator belongs to the
// goroutine that ranges over it.
func (s *PersonalDataLogsService) Pages(ctx context.Context, f PersonalDataLogFilter) iter.Seq2[*Page[PersonalDataLog], error] {
	return s.pages(ctx, f)
}

// All reads every record of the filter, one by one, with the promise, cost and errors of Pages. An error comes once, last.
// Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *PersonalDataLogsService) All(ctx context.Context, f PersonalDataLogFilter) iter.Seq2[PersonalDataLog, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends: poll after poll, each ended by a page, an empty one if
// nothing is new, whose cursor goes on from there. A zero Since begins at the server's now; an Until is ErrInvalidFilter.
// Records that appear late are delivered once if they do so within the lookback. 400, 401, 403 and 404 end it, as does
// an *IncompleteError; every other failure is retried for ever and reported through Hooks.OnRetry and the log. Each poll
// costs at least one request. Safe for concurrent use.
func (s *PersonalDataLogsService) Follow(ctx context.Context, f PersonalDataLogFilter, o FollowOptions) iter.Seq2[*Page[PersonalDataLog], error] {
	return s.follow(ctx, f, o)
}

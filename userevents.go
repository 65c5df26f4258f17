package auditlogs

import (
	"context"
	"iter"
	"time"
)

// UserEventsService reads Cisco ThousandEyes' activity log: what users did. It is kept for two years. Without the
// permission to view all users' activity the API silently answers with the caller's own events only.
//
// API: https://developer.cisco.com/docs/thousandeyes/list-activity-log-events/.
type UserEventsService struct {
	lister[UserEvent, UserEventFilter]
}

func newUserEventsService(c *conn) *UserEventsService {
	return &UserEventsService{lister[UserEvent, UserEventFilter]{op: "UserEvents", conn: c, open: openUserEvents}}
}

// UserEventFilter selects user events; its zero value asks for all of them in the token's own account group.
type UserEventFilter struct {
	// AccountGroupID (aid) selects an account group that the token's user belongs to.
	AccountGroupID string
	// AllPermittedAccountGroups (useAllPermittedAids) adds all groups that the user belongs to.
	AllPermittedAccountGroups bool
	// Window asks for the time up to the server's now, in whole seconds; fractions, and Since or Until beside it, are
	// ErrInvalidFilter.
	Window time.Duration
	// Since is the first instant asked for, Until the first one no longer. The API knows whole seconds.
	Since, Until time.Time
	ListOptions
}

// List reads one page: the newest records of the filter, or what follows its Cursor. Usually that is one request; more
// where the log changed meanwhile. The server chooses how many records a page holds.
//
// Errors: ErrInvalidFilter, ErrInvalidCursor and ErrCursorMismatch before anything is sent; *APIError, *DecodeError; and
// *IncompleteError where the API makes it impossible to read every record exactly once. Safe for concurrent use.
func (s *UserEventsService) List(ctx context.Context, f UserEventFilter) (*Page[UserEvent], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on. Nothing is sent before the range begins, ranging twice
// reads twice, and break stops at once. An error comes once, last, after every page read before it. The pages hold every
// record of the range that was visible when the listing began exactly once, if it was not deleted meanwhile.
// Cost and errors are those of List, per page. Safe for concurrent use; the iterator belongs to the
// goroutine that ranges over it.
func (s *UserEventsService) Pages(ctx context.Context, f UserEventFilter) iter.Seq2[*Page[UserEvent], error] {
	return s.pages(ctx, f)
}

// All reads every record of the filter, one by one, with the promise, cost and errors of Pages. An error comes once, last.
// Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *UserEventsService) All(ctx context.Context, f UserEventFilter) iter.Seq2[UserEvent, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends: poll after poll, each ended by a page, an empty one if
// nothing is new, whose cursor goes on from there. A zero Since begins at the server's now; an Until is ErrInvalidFilter.
// Records that appear late are delivered once if they do so within the lookback. 400, 401, 403 and 404 end it, as does
// an *IncompleteError; every other failure is retried for ever and reported through Hooks.OnRetry and the log. Each poll
// costs at least one request. Safe for concurrent use.
func (s *UserEventsService) Follow(ctx context.Context, f UserEventFilter, o FollowOptions) iter.Seq2[*Page[UserEvent], error] {
	return s.follow(ctx, f, o)
}

package auditlogs

import (
	"context"
	"iter"
	"time"
)

// DataAssetLogsService reads the audit logs of data assets in Huawei Cloud EDS (exchange data space): who used which
// shared asset through which connector.
//
// API: https://support.huaweicloud.com/api-eds/ShowAuditLog.html.
type DataAssetLogsService struct {
	lister[DataAssetLog, DataAssetLogFilter]
}

func newDataAssetLogsService(c *conn) *DataAssetLogsService {
	return &DataAssetLogsService{lister[DataAssetLog, DataAssetLogFilter]{op: "DataAssetLogs", conn: c, open: openDataAssetLogs}}
}

// DataAssetAction says what was done with a data asset. Values that are not documented are kept as they came.
type DataAssetAction string

// The documented actions.
const (
	DataAssetView     DataAssetAction = "VIEW"
	DataAssetModify   DataAssetAction = "MODIFY"
	DataAssetDownload DataAssetAction = "DOWNLOAD"
)

// DataAssetLogFilter selects the data asset logs of one connector.
type DataAssetLogFilter struct {
	// InstanceID and ConnectorID are required: the exchange instance and a connector below it.
	InstanceID, ConnectorID string
	// Since is the first instant asked for, Until the first one no longer. The bounds of the API are undocumented in
	// format, zone and edge: the client asks for a second more on either side, in UTC, and trims.
	Since, Until time.Time
	// ConnectorKeywords and UserKeywords are looked for in the names of connector and user; how they match is undocumented.
	ConnectorKeywords string
	UserKeywords      string
	// Action is one of the documented actions; the API refuses others.
	Action DataAssetAction
	ListOptions
}

// List reads one page: the newest records of the filter, or what follows its Cursor. Usually that is one request; more
// where the log changed meanwhile. A page holds up to 999 records.
//
// Errors: ErrInvalidFilter, ErrInvalidCursor and ErrCursorMismatch before anything is sent; *APIError, *DecodeError; and
// *IncompleteError where the API makes it impossible to read every record exactly once. Safe for concurrent use.
func (s *DataAssetLogsService) List(ctx context.Context, f DataAssetLogFilter) (*Page[DataAssetLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on. Nothing is sent before the range begins, ranging twice
// reads twice, and break stops at once. An error comes once, last, after every page read before it. The pages hold every
// record of the range that was visible when the listing began exactly once, if it was not deleted meanwhile.
// Cost and errors are those of List, per page. Safe for concurrent use; the iterator belongs to the
// goroutine that ranges over it.
func (s *DataAssetLogsService) Pages(ctx context.Context, f DataAssetLogFilter) iter.Seq2[*Page[DataAssetLog], error] {
	return s.pages(ctx, f)
}

// All reads every record of the filter, one by one, with the promise, cost and errors of Pages. An error comes once, last.
// Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *DataAssetLogsService) All(ctx context.Context, f DataAssetLogFilter) iter.Seq2[DataAssetLog, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends: poll after poll, each ended by a page, an empty one if
// nothing is new, whose cursor goes on from there. A zero Since begins at the server's now; an Until is ErrInvalidFilter.
// Records that appear late are delivered once if they do so within the lookback. 400, 401, 403 and 404 end it, as does
// an *IncompleteError; every other failure is retried for ever and reported through Hooks.OnRetry and the log. Each poll
// costs at least one request. Safe for concurrent use.
func (s *DataAssetLogsService) Follow(ctx context.Context, f DataAssetLogFilter, o FollowOptions) iter.Seq2[*Page[DataAssetLog], error] {
	return s.follow(ctx, f, o)
}

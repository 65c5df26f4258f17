package auditlogs

import (
	"context"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// AllConnectors returns the logs of all connectors of an instance as one [Source]: of those that Connectors lists, each log
// once. The filter must not have a ConnectorID, and no Offset; the rest of it applies to each log. Its Cursor is ignored: Pages
// and Follow use the cursor that they are given. The name of the source is "huawei-eds" and the InstanceID, followed by a
// digest of the filter if that selects by more than these and time. Events have the names of the logs that they are from,
// which are those of Source. Making the source sends nothing, and it is safe for concurrent use.
//
// Pages lists the connectors at the cost of Connectors, and then reads their logs one after the other, at the cost of Pages for
// each. Without Until, each log is read up to the server's time when its turn comes. A cursor that is continued lists the
// connectors again, so that new ones are read too. A log that cannot be read does not keep the others from being read: its
// *SourceError comes last, joined with errors.Join if there are several, and the Next of the last page is not "" then, so that
// continuing from it tries the log again. A connector that is not listed any more before its log was read to its end is an
// *IncompleteError; one that is deleted meanwhile is ErrNotFound. A refused credential, an exceeded limit and a failed
// connection end the range at once, because they concern all logs.
//
// Follow follows the logs as FollowAll does: each poll costs at least one request per connector, and each connector has a
// goroutine and a place of several hundred bytes in every cursor. It lists the connectors when it begins, and again every five
// minutes, or every Interval if that is longer: two or three requests for up to 998 connectors. A connector that is found later is
// followed from the filter's Since or, if that is zero, from the server's time when Follow began, so that no event before it
// was found is missed. A log whose Follow ends with an error is one *SourceError, and the others continue; it is tried again
// when Follow continues from a cursor. That a connector of the cursor is not listed any more is reported in the same way, once.
// Follow ends with the error of the list if that cannot be read, after Patience if the failure may be temporary. As long as
// nothing is followed, each list ends with an empty page.
//
// [Merge] reads the logs by time, and needs the source as it is, not within another one. It is inferred that the credential
// must be that of an administrator of the instance, and that it may then read all of the logs. With another one, use
// Source for each connector.
func (s *DataAssetLogsService) AllConnectors(f DataAssetLogFilter) Source {
	f.Cursor = ""
	name := sourceName(string(APIHuaweiEDS)+" "+f.InstanceID, f.ConnectorKeywords, f.UserKeywords, string(f.Action))
	return &severalSource{
		name: name, op: s.op, maker: "AllConnectors", conn: s.conn, selects: f.scope(), since: f.Since, until: f.Until,
		check: func(c *check) { f.checkAll(c) },
		find:  func(ctx context.Context) (found, error) { return s.connectorLogs(ctx, f) },
	}
}

// checkAll refuses what EDS would refuse or misread for every connector.
func (f DataAssetLogFilter) checkAll(c *check) {
	if f.ConnectorID != "" {
		c.refuse("ConnectorID", "has no meaning for all connectors")
	}
	if f.Offset > 0 {
		c.refuse("Offset", "has no meaning for several logs")
	}
	f.ConnectorID, f.Offset = "any", 0
	f.check(c)
}

// connectorLogs finds the logs of all connectors.
func (s *DataAssetLogsService) connectorLogs(ctx context.Context, f DataAssetLogFilter) (found, error) {
	all := found{grows: true}
	connectors := s.connectors()
	connectors.open = func(c *conn, instanceID string) (*spec[Connector], error) {
		spec, err := openConnectors(c, instanceID)
		if err == nil {
			spec.fetch = noteDate(spec.fetch, &all.date)
		}
		return spec, err
	}
	for connector, err := range Items(connectors.pages(ctx, f.InstanceID)) {
		if err != nil {
			return all, err
		}
		all.parts = append(all.parts, func(since time.Time) Source {
			own := f
			if own.ConnectorID = connector.ID; !since.IsZero() {
				own.Since = since
			}
			return s.Source(own)
		})
	}
	return all, nil
}

// noteDate notes the earliest time at which the server gave an answer.
func noteDate[T record](fetch fetcher[T], date *time.Time) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, op, w)
		if err == nil && !got.Date.IsZero() {
			if at := got.Date.Add(-got.age); date.IsZero() || at.Before(*date) {
				*date = at
			}
		}
		return got, err
	}
}

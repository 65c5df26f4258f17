package auditlogs

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// dataAssetLogQuery has every parameter of the endpoint, but for offset and limit.
type dataAssetLogQuery struct {
	ConnectorKeywords string          `url:"connector_keywords,omitempty"`
	UserKeywords      string          `url:"user_keywords,omitempty"`
	Action            DataAssetAction `url:"action,omitempty"`
	StartTime         string          `url:"start_time,omitempty"`
	EndTime           string          `url:"end_time,omitempty"`
}

func (f DataAssetLogFilter) query() dataAssetLogQuery {
	return dataAssetLogQuery{ConnectorKeywords: f.ConnectorKeywords, UserKeywords: f.UserKeywords, Action: f.Action}
}

// scope names the listing in cursors. Those of earlier releases have two more parameters, which stay the same.
func (f DataAssetLogFilter) scope() string {
	q := encodeQuery(f.query())
	q.Set("offset", "0")
	q.Set("limit", "0")
	return f.InstanceID + "/" + f.ConnectorID + "?" + q.Encode()
}

// setRange asks for the range in whole seconds, with one more on either side, because no document says which bounds are
// inclusive. A bound that follows the frontier includes that second already.
func (q *dataAssetLogQuery) setRange(w exact.Window) {
	if !w.Low.IsZero() {
		q.StartTime = stamp(within(floorTo(w.Low, time.Second).Add(-time.Second), time.Second))
	}
	if !w.High.IsZero() {
		end := ceilTo(w.High, time.Second)
		if !w.Moved {
			end = end.Add(time.Second)
		}
		q.EndTime = stamp(within(end, time.Second))
	}
}

// check refuses what EDS would refuse or misread.
func (f DataAssetLogFilter) check(c *check) {
	c.id("InstanceID", f.InstanceID)
	c.id("ConnectorID", f.ConnectorID)
	c.timeRange(f.Since, f.Until)
	c.text("ConnectorKeywords", f.ConnectorKeywords)
	c.text("UserKeywords", f.UserKeywords)
	c.paging(f.ListOptions, edsMaxSize)
	if f.Offset > edsMaxSkip {
		c.refuse("Offset", "is larger than 999999, the largest of the API")
	}
	if len(f.Action) > maxAction || strings.ContainsFunc(string(f.Action), notInAction) {
		c.refuse("Action", "is not a word of letters, digits and underscores")
	}
}

// maxAction is far longer than any action.
const maxAction = 64

func notInAction(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// openDataAssetLogs moves the upper bound along, so that nearly every request begins at offset 0: the documents do not
// say whether the offset counts records or pages.
func openDataAssetLogs(conn *conn, f DataAssetLogFilter) (*spec[DataAssetLog], error) {
	c := check{op: "DataAssetLogs.List"}
	if f.check(&c); c.err() != nil {
		return nil, c.err()
	}
	l := f.list(conn)
	return &spec[DataAssetLog]{
		Traits: exact.Traits{
			MaxSize: edsMaxSize, MaxSkip: edsMaxSkip, Granule: time.Second, Undocumented: true, Numbered: true,
		},
		Range:       rangeOf(f.Since, f.Until),
		ListOptions: f.ListOptions,
		filter:      f.scope(),
		time:        func(l *DataAssetLog) time.Time { return l.HappenedTime },
		hash:        (*DataAssetLog).hash,
		number:      (*DataAssetLog).number,
		shared:      &l.shared,
		learning:    l.learning,
		unformed:    f.boundsRefused,
		fetch: func(ctx context.Context, op string, w exact.Window) (*answer[DataAssetLog], error) {
			got, err := l.fetch(ctx, op, w)
			if got != nil {
				got.Named = allNamed(got.items)
			}
			return got, err
		},
	}, nil
}

// list is the audit log of the filter's connector.
func (f DataAssetLogFilter) list(conn *conn) *edsList[DataAssetLog] {
	return &edsList[DataAssetLog]{
		conn: conn, path: []string{"instances", f.InstanceID, "connectors", f.ConnectorID, "audit-logs"},
		codec: &dataAssetLogCodec, members: []string{"data", "rows"},
		query: func(w exact.Window) url.Values {
			q := f.query()
			q.setRange(w)
			return encodeQuery(q)
		},
	}
}

// boundsRefused reports whether EDS refuses the bounds of a window. No document says in which form it wants them, so a
// refusal of this form must not end a listing; nor must any refusal of a bound that the caller did not set.
func (f DataAssetLogFilter) boundsRefused(err error, w exact.Window) bool {
	if w.Low.IsZero() && w.High.IsZero() {
		return false
	}
	var refusal *APIError
	if !errors.As(err, &refusal) || refusal.Op != "DataAssetLogs.List" { // which a login is not
		return false
	}
	own := w.Moved || f.Until.IsZero() && !w.High.IsZero()
	return refusal.Code == codeTimeFormat || own && errors.Is(err, ErrInvalidRequest)
}

// codeTimeFormat is EDS's "Convert time format error".
const codeTimeFormat = "EDS.00011011"

// allNamed reports whether every record has an ID.
func allNamed(items []DataAssetLog) bool {
	for i := range items {
		if items[i].AuditLogID == "" {
			return false
		}
	}
	return true
}

package auditlogs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// SourceOf returns the logs of several resources as one [Source], each log once, also if a resource is given twice: of those
// that Related names, say. The filter must not have a ResourceType, a ResourceID and no Offset; the rest of it applies to each
// log. Its Cursor is ignored: Pages and Follow use the cursor that they are given. The name of the source is "elasticpath"
// and a digest of the resources, whose order does not matter; a cursor belongs to these resources. Events have the names of the
// logs that they are from, which are those of Source. No resource at all is ErrNoSource when the source is read. Making the
// source sends nothing, and it is safe for concurrent use.
//
// Pages reads the logs one after the other, at the cost of Pages for each. Without Until, each log is read up to the server's
// time when its turn comes. A log that cannot be read does not keep the others from being read: its *SourceError comes last,
// joined with errors.Join if there are several, and the Next of the last page is not "" then, so that continuing from it tries
// the log again. A refused credential, an exceeded limit and a failed connection end the range at once, because they
// concern all logs. A resource whose type or ID the API's filter grammar cannot express is ErrInvalidFilter before anything is
// sent.
//
// Follow follows the logs as FollowAll does: with a zero Since, it begins at the server's time, for which it asks once. Each poll
// costs at least one request per resource, and each resource has a
// goroutine and a place of several hundred bytes in every cursor. A log whose Follow ends with an error is one *SourceError,
// and the others continue.
//
// [Merge] reads the logs by time, and needs the source as it is, not within another one.
func (s *PersonalDataLogsService) SourceOf(f PersonalDataLogFilter, resources ...RelatedDataEntry) Source {
	f.Cursor = ""
	resources = slices.Clone(resources)
	var keys []string
	for _, r := range resources {
		keys = append(keys, r.Key())
	}
	slices.Sort(keys)
	selects := strings.Join(slices.Compact(keys), " ")
	var several *severalSource
	several = &severalSource{
		name: string(APIElasticPath) + " " + exact.ContentKey(selects)[:16], op: s.op, maker: "SourceOf", conn: s.conn, selects: selects,
		since: f.Since, until: f.Until, none: len(resources) == 0,
		check: func(c *check) { f.checkEach(c, resources) },
		find:  func(context.Context) (found, error) { return s.resourceLogs(f, resources) },
		now: func(ctx context.Context) (time.Time, error) {
			return s.serverTime(ctx, f, resources, several.concernsOne)
		},
	}
	return several
}

// checkEach refuses what Elastic Path would refuse or misread for one of the resources.
func (f PersonalDataLogFilter) checkEach(c *check, resources []RelatedDataEntry) {
	if f.ResourceType != "" {
		c.refuse("ResourceType", "has no meaning beside the resources")
	}
	if f.ResourceID != "" {
		c.refuse("ResourceID", "has no meaning beside the resources")
	}
	if f.Offset > 0 {
		c.refuse("Offset", "has no meaning for several logs")
	}
	f.ResourceType, f.ResourceID, f.Offset = "any", "any", 0
	f.check(c)
	for i, r := range resources {
		field := "resources[" + strconv.Itoa(i) + "]."
		checkFilterValue(c, field+"ResourceType", r.ResourceType)
		checkFilterValue(c, field+"ResourceID", r.ResourceID)
	}
}

// resourceLogs returns the logs of the resources, each once.
func (s *PersonalDataLogsService) resourceLogs(f PersonalDataLogFilter, resources []RelatedDataEntry) (found, error) {
	var all found
	for i, r := range resources {
		same := func(other RelatedDataEntry) bool { return other.Key() == r.Key() }
		if slices.ContainsFunc(resources[:i], same) {
			continue
		}
		all.parts = append(all.parts, func(since time.Time) Source {
			own := f
			if own.ResourceType, own.ResourceID = r.ResourceType, r.ResourceID; !since.IsZero() {
				own.Since = since
			}
			return s.Source(own)
		})
	}
	return all, nil
}

// serverTime asks for the server's time, with the first of the resources whose log is not refused.
func (s *PersonalDataLogsService) serverTime(ctx context.Context, f PersonalDataLogFilter, resources []RelatedDataEntry, refused func(error) bool) (time.Time, error) {
	for _, r := range resources {
		f.ResourceType, f.ResourceID = r.ResourceType, r.ResourceID
		log, err := s.follower(f, FollowOptions{})
		if err != nil {
			return time.Time{}, err
		}
		got, err := log.askDate(ctx)
		if err == nil {
			return got.Date, nil
		}
		if ctx.Err() != nil || !refused(err) {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// RelatedError means that AllRelated could not read every log of a resource. Its text contains only the resource's type
// and position, because the ID stands for a person.
type RelatedError struct {
	ResourceType string
	ResourceID   string
	Index        int   // of the resource: 0 is the one asked about; the related ones follow in the API's order
	Err          error // the cause
}

// Error returns one line of bounded length.
func (e *RelatedError) Error() string {
	return scrub.WithCause(fmt.Sprintf("auditlogs: PersonalDataLogs.AllRelated: %s (resource %d)", scrub.Line(e.ResourceType, 80), e.Index), e.Err)
}

// Unwrap returns the cause.
func (e *RelatedError) Unwrap() error { return e.Err }

// AllRelated reads what a data-subject request asks for: the logs of the filter's resource, and then those of each
// resource that Related names, each log once. It does not follow the relations of related resources. The range,
// PageSize and Prefetch of the filter apply to every resource. A Cursor or an Offset is ErrInvalidFilter.
//
// The relations are read first, at the cost of Related. Each resource then costs what All costs. Nothing is sent
// before the range begins. Without Until, each resource is read up to the server's time when its turn comes. Meanwhile
// AllRelated keeps the IDs of all logs in memory, so that none comes twice.
//
// The result is complete if it ends without an error. If something cannot be read completely, the rest is still read,
// and the error comes last: an *IncompleteError for the relations, and a *RelatedError for each such resource, joined
// with errors.Join if there are several. A related resource whose ID the API's filter grammar cannot express is
// reported in the same way. Any other error, such as ErrForbidden or ErrServer, ends the range at once; if it is about
// a resource's logs, it is a *RelatedError too. There is no cursor: to resume, use Related, and Pages for each
// resource. Safe for concurrent use.
func (s *PersonalDataLogsService) AllRelated(ctx context.Context, f PersonalDataLogFilter) iter.Seq2[PersonalDataLog, error] {
	return func(yield func(PersonalDataLog, error) bool) {
		w := relatedWalk{service: s, filter: f, given: map[string]bool{}, yield: yield}
		if err := w.run(ctx); err != nil && !w.stopped {
			yield(PersonalDataLog{}, err)
		}
	}
}

// relatedWalk is one run of AllRelated.
type relatedWalk struct {
	service *PersonalDataLogsService
	filter  PersonalDataLogFilter
	given   map[string]bool // ids of the logs that were delivered
	yield   func(PersonalDataLog, error) bool
	stopped bool // the caller has enough
}

func (w *relatedWalk) run(ctx context.Context) error {
	c := check{op: "PersonalDataLogs.AllRelated"}
	w.filter.check(&c)
	if w.filter.Cursor != "" {
		c.refuse("Cursor", "has no meaning for several listings")
	}
	if w.filter.Offset > 0 {
		c.refuse("Offset", "has no meaning for several listings")
	}
	if err := c.err(); err != nil && w.service.conn != nil {
		return err
	}
	resources, gap := w.resources(ctx)
	if gap != nil && !partial(gap) {
		return gap
	}
	gaps := []error{gap}
	for i, resource := range resources {
		err := w.logs(ctx, resource)
		if err != nil {
			gaps = append(gaps, &RelatedError{ResourceType: resource.ResourceType, ResourceID: resource.ResourceID, Index: i, Err: err})
		}
		if w.stopped || err != nil && !partial(err) {
			break
		}
	}
	return errors.Join(gaps...)
}

// partial reports whether an error leaves only a gap, so that the rest can still be read.
func partial(err error) bool {
	var incomplete *IncompleteError
	var inexpressible *FilterError
	return errors.As(err, &incomplete) || errors.As(err, &inexpressible)
}

// resources returns the resource asked about and those related to it, each once.
func (w *relatedWalk) resources(ctx context.Context) ([]RelatedDataEntry, error) {
	own := RelatedDataEntry{ResourceType: w.filter.ResourceType, ResourceID: w.filter.ResourceID}
	all := []RelatedDataEntry{own}
	for entry, err := range w.service.Related(ctx, own.ResourceType, own.ResourceID) {
		if err != nil {
			return all, err
		}
		if entry.Key() != own.Key() {
			all = append(all, entry)
		}
	}
	return all, nil
}

// logs delivers the logs of one resource.
func (w *relatedWalk) logs(ctx context.Context, resource RelatedDataEntry) error {
	f := w.filter
	f.ResourceType, f.ResourceID = resource.ResourceType, resource.ResourceID
	for log, err := range w.service.All(ctx, f) {
		if err != nil {
			return err
		}
		if w.given[log.ID] {
			continue
		}
		w.given[log.ID] = true
		if w.stopped = !w.yield(log, nil); w.stopped {
			return nil
		}
	}
	return nil
}

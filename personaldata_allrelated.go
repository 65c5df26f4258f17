package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// RelatedError is a resource of which AllRelated could not read every log. Its text names the resource's type and place
// only, since the id stands for a person.
type RelatedError struct {
	ResourceType string
	ResourceID   string
	Index        int   // of the resource: 0 is the one asked about, the related ones follow in the API's order
	Err          error // what stood in the way
}

// Error is one line of bounded length.
func (e *RelatedError) Error() string {
	return scrub.WithCause(fmt.Sprintf("auditlogs: PersonalDataLogs.AllRelated: %s (resource %d)", scrub.Line(e.ResourceType, 80), e.Index), e.Err)
}

// Unwrap gives the cause.
func (e *RelatedError) Unwrap() error { return e.Err }

// AllRelated reads what a data-subject request asks for: the logs of the filter's resource, and then those of each resource
// that Related names, each log once. Relations of related resources are not followed. The range, PageSize and Prefetch of
// the filter hold for every resource; a Cursor or an Offset is ErrInvalidFilter.
//
// The relations are read first: one request, and for every resource what All costs. Nothing is sent before the range
// begins. Without Until each resource is read up to the server's now when its turn comes. The ids of all logs are
// remembered meanwhile, so that none comes twice.
//
// It is complete if it ends without an error. What cannot be read whole does not keep the rest from being read, and is
// reported last: an *IncompleteError of the relations, or for each such resource a *RelatedError that says which (joined
// by errors.Join where there are several). So is a related resource whose id the API's filter grammar cannot express. Any
// other error, such as ErrForbidden or ErrServer, ends it at once; that of a resource's logs is a *RelatedError, too. There is no
// cursor: to resume, use Related, and Pages for each resource. Safe for concurrent use.
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

// partial reports whether an error leaves a gap that trying the rest cannot make worse.
func partial(err error) bool {
	var incomplete *IncompleteError
	var inexpressible *FilterError
	return errors.As(err, &incomplete) || errors.As(err, &inexpressible)
}

// resources are the one asked about and those related to it, each once.
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

// logs delivers those of one resource.
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

package main

import (
	"context"
	"iter"
	"strconv"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// question is what one API is asked.
type question struct {
	asked
	events iter.Seq2[auditlogs.Event, error]
	// exact says that the API was asked for nothing but an id.
	exact bool
	// all says that the events are those of the whole log, because the API has no search that surely finds the person.
	all bool
	// idFlag makes the question exact.
	idFlag string
}

// question returns the question to an API, or false if the flags for it are missing.
func (p *person) question(ctx context.Context, c *auditlogs.Client, api auditlogs.API) (question, bool) {
	text := mention{name: p.name, email: p.email}
	switch api {
	case auditlogs.APIWaldur:
		text.id = p.waldurUser
		events, ok := p.waldur(ctx, c.DataAccessLogs)
		all := text.id == "" && p.name != "" && searchable(p.name) == ""
		return question{asked: asked{text, true}, events: events, exact: text.id != "", all: all, idFlag: "-waldur-user"}, ok
	case auditlogs.APIHuaweiEDS: // how its search matches is not documented
		text.id = p.edsUser
		f := auditlogs.DataAssetLogFilter{Since: p.Since.Time, Until: p.Until.Time}
		events := read(ctx, p.Connectors(c.DataAssetLogs, f))
		return question{asked: asked{text, false}, events: events, all: true, idFlag: "-eds-user"}, p.Instance != "" && p.edsUser+p.name != ""
	case auditlogs.APIAkinon:
		text.id = strconv.FormatInt(p.akinonUser, 10)
		f := auditlogs.AuditEventFilter{User: p.akinonUser, Since: p.Since.Time, Until: p.Until.Time}
		events := read(ctx, c.AuditEvents.Source(f))
		return question{asked: asked{text, true}, events: events, exact: true, idFlag: "-akinon-user"}, p.akinonUser != 0
	case auditlogs.APIThousandEyes: // it has no filter for a person
		text.id = p.thousandEyesUser
		f := auditlogs.UserEventFilter{AllPermittedAccountGroups: true, Since: p.Since.Time, Until: p.Until.Time}
		events := read(ctx, c.UserEvents.Source(f))
		return question{asked: asked{text, false}, events: events, all: true, idFlag: "-thousandeyes-user"}, p.thousandEyesUser+p.email+p.name != ""
	default: // Elastic Path has resources, and is asked by related
		return question{}, false
	}
}

// waldur asks for accesses to the person's data, and for accesses by the person. Without an id, it searches: for the address,
// which records do not have, and for a part of the name, since the name is stored in two parts, and in one form of several.
func (p *person) waldur(ctx context.Context, s *auditlogs.DataAccessLogsService) (iter.Seq2[auditlogs.Event, error], bool) {
	rest := auditlogs.DataAccessLogFilter{Since: p.Since.Time, Until: p.Until.Time}
	of, by := rest, rest
	switch {
	case p.waldurUser != "":
		of.UserUUID, by.AccessorUUID = p.waldurUser, p.waldurUser
		return read(ctx, s.Source(of), s.Source(by)), true
	case p.name != "" && p.email != "":
		of.Query, by.Query = p.email, searchable(p.name)
		return read(ctx, s.Source(of), s.Source(by)), true
	case p.email != "":
		of.Query = p.email
	default:
		of.Query = searchable(p.name)
	}
	return read(ctx, s.Source(of)), p.name+p.email != ""
}

// read reads sources one after the other, each event once: a person who looks at their own data is found twice.
func read(ctx context.Context, sources ...auditlogs.Source) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		known := map[string]bool{}
		for _, source := range sources {
			for e, err := range auditlogs.Items(source.Pages(ctx, "")) {
				if err == nil && known[e.ID] {
					continue
				}
				known[e.ID] = err == nil
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// related reads the logs of the resources and of those related to them, and judges each record by the resource that it has.
func (p *person) related(ctx context.Context, c *auditlogs.Client, give func(auditlogs.Event, verdict, error)) {
	known := map[string]bool{}
	for _, own := range p.Resources {
		mine := map[string]bool{resourceKey(own.ResourceType, own.ResourceID): true}
		asked := false
		f := auditlogs.PersonalDataLogFilter{
			ResourceType: own.ResourceType, ResourceID: own.ResourceID, Since: p.Since.Time, Until: p.Until.Time,
		}
		for log, err := range c.PersonalDataLogs.AllRelated(ctx, f) {
			if err != nil {
				give(auditlogs.Event{}, other, err)
				continue
			}
			if known[log.ID] {
				continue
			}
			known[log.ID] = true
			key := resourceKey(log.ResourceType, log.ResourceID)
			if !mine[key] && !asked {
				asked = true
				for entry, err := range c.PersonalDataLogs.Related(ctx, own.ResourceType, own.ResourceID) {
					if err == nil { // AllRelated reports what fails
						mine[resourceKey(entry.ResourceType, entry.ResourceID)] = true
					}
				}
			}
			v := map[bool]verdict{true: same, false: other}[mine[key]]
			if v == other && log.ResourceID == "" {
				v = maybe // it does not show what it is about
			}
			give(log.AsEvent(), v, nil)
		}
	}
}

// resourceKey returns a resource as one text. The API's documents spell types with hyphens and with underscores.
func resourceKey(kind, id string) string { return strings.ReplaceAll(kind, "_", "-") + ":" + id }

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// person is the person or resource that is asked about.
type person struct {
	name, email, waldurUser, resource, edsInstance, edsConnector string
	akinonUser                                                   int64
	since, until                                                 time.Time
}

// report asks one API after another. whole is false if something is missing from the answer.
func (p *person) report(ctx context.Context, c *auditlogs.Client, notes io.Writer) (answer []auditlogs.Event, whole bool) {
	whole = true
	for _, api := range []auditlogs.API{"waldur", "huawei-eds", "akinon", "elasticpath", "thousandeyes"} {
		if !slices.Contains(c.APIs(), api) {
			fmt.Fprintf(notes, "%s: not asked, since it is not configured\n", api)
			continue
		}
		known := map[string]bool{} // a person who looks at their own data is found twice
		asked := p.ask(ctx, c, api, func(e auditlogs.Event, err error) {
			if err != nil {
				fmt.Fprintf(notes, "%s: incomplete: %v\n", api, err)
				whole = false
			} else if !known[e.ID] {
				known[e.ID] = true
				answer = append(answer, e)
			}
		})
		if asked {
			fmt.Fprintf(notes, "%s: %d events\n", api, len(known))
		} else {
			fmt.Fprintf(notes, "%s: not asked, since flags are missing; -h says which it needs\n", api)
			whole = false
		}
	}
	slices.SortStableFunc(answer, func(a, b auditlogs.Event) int { return b.Time.Compare(a.Time) })
	return answer, whole
}

// ask passes the events of one API to give. asked is false if the flags for that API are missing.
func (p *person) ask(ctx context.Context, c *auditlogs.Client, api auditlogs.API, give func(auditlogs.Event, error)) (asked bool) {
	var logs []auditlogs.Source
	switch from, to := p.since, p.until; {
	case api == auditlogs.APIWaldur && p.waldurUser != "": // accesses to the person's data, and accesses by the person
		of := auditlogs.DataAccessLogFilter{UserUUID: p.waldurUser, Since: from, Until: to}
		by := auditlogs.DataAccessLogFilter{AccessorUUID: p.waldurUser, Since: from, Until: to}
		logs = []auditlogs.Source{c.DataAccessLogs.Source(of), c.DataAccessLogs.Source(by)}
	case api == auditlogs.APIWaldur && p.email+p.name != "":
		logs = []auditlogs.Source{c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Query: cmp.Or(p.email, p.name), Since: from, Until: to})}
	case api == auditlogs.APIHuaweiEDS && p.name != "" && p.edsInstance != "" && p.edsConnector != "":
		f := auditlogs.DataAssetLogFilter{InstanceID: p.edsInstance, ConnectorID: p.edsConnector, UserKeywords: p.name, Since: from, Until: to}
		logs = []auditlogs.Source{c.DataAssetLogs.Source(f)}
	case api == auditlogs.APIAkinon && p.akinonUser != 0:
		logs = []auditlogs.Source{c.AuditEvents.Source(auditlogs.AuditEventFilter{User: p.akinonUser, Since: from, Until: to})}
	case api == auditlogs.APIElasticPath && p.resource != "":
		kind, id, _ := strings.Cut(p.resource, ":")
		f := auditlogs.PersonalDataLogFilter{ResourceType: kind, ResourceID: id, Since: from, Until: to}
		for log, err := range c.PersonalDataLogs.AllRelated(ctx, f) { // including related resources
			give(log.AsEvent(), err)
		}
		return true
	case api == auditlogs.APIThousandEyes && p.email+p.name != "": // it has no filter for a person
		for e, err := range c.UserEvents.All(ctx, auditlogs.UserEventFilter{AllPermittedAccountGroups: true, Since: from, Until: to}) {
			if text := fmt.Sprint(e.User, e.Resources); err != nil || holds(text, p.email) || holds(text, p.name) {
				give(e.AsEvent(), err)
			}
		}
		return true
	}
	for _, log := range logs {
		for event, err := range auditlogs.Items(log.Pages(ctx, "")) {
			give(event, err)
		}
	}
	return logs != nil
}

func holds(text, part string) bool {
	return part != "" && strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

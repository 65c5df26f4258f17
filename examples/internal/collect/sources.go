package collect

import (
	"errors"
	"fmt"
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// log makes the source of a log for a range of time.
type log func(span) auditlogs.Source

// selectLogs returns the logs to deliver, in the order of client.APIs.
func selectLogs(client *auditlogs.Client, set *settings) ([]log, error) {
	var logs []log
	var errs []error
	for _, api := range client.APIs() {
		if set.apis != nil && !slices.Contains(set.apis, string(api)) {
			continue
		}
		of, err := logsOf(client, api, set)
		logs, errs = append(logs, of...), append(errs, err)
	}
	for _, name := range set.apis {
		if !slices.Contains(client.APIs(), auditlogs.API(name)) {
			errs = append(errs, fmt.Errorf("-api: %q is not configured; configured are %v", name, client.APIs()))
		}
	}
	if set.madeUp {
		for i, of := range logs {
			logs[i] = marked(of)
		}
	}
	return logs, errors.Join(errs...)
}

// demoPrefix is what the names of made-up logs begin with, so that every record of theirs in a store says so.
const demoPrefix = "demo "

func marked(of log) log {
	return func(s span) auditlogs.Source {
		source := of(s)
		return auditlogs.Named(demoPrefix+source.Name(), source)
	}
}

func logsOf(client *auditlogs.Client, api auditlogs.API, set *settings) ([]log, error) {
	options := auditlogs.ListOptions{PageSize: set.pageSize, Prefetch: set.prefetch}
	switch api {
	case auditlogs.APIWaldur:
		return []log{func(s span) auditlogs.Source {
			return client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: s.since, Until: s.until, ListOptions: options})
		}}, nil
	case auditlogs.APIHuaweiEDS:
		return connectors(client.DataAssetLogs, options, set)
	case auditlogs.APIAkinon:
		return []log{func(s span) auditlogs.Source {
			return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: s.since, Until: s.until, ListOptions: options})
		}}, nil
	case auditlogs.APIElasticPath:
		return resourceLogs(client.PersonalDataLogs, options, set)
	case auditlogs.APIThousandEyes:
		return []log{func(s span) auditlogs.Source {
			return client.UserEvents.Source(auditlogs.UserEventFilter{Since: s.since, Until: s.until, ListOptions: options})
		}}, nil
	}
	return nil, fmt.Errorf("%s is unknown to this program", api)
}

// connectors returns the log of one connector, or that of all connectors.
func connectors(service *auditlogs.DataAssetLogsService, options auditlogs.ListOptions, set *settings) ([]log, error) {
	if set.edsInstance == "" {
		return nil, fmt.Errorf("%s is configured: it needs -eds-instance too, or -api without it", auditlogs.APIHuaweiEDS)
	}
	return []log{func(s span) auditlogs.Source {
		f := auditlogs.DataAssetLogFilter{
			InstanceID: set.edsInstance, ConnectorID: set.edsConnector, Since: s.since, Until: s.until, ListOptions: options,
		}
		if f.ConnectorID == "" {
			return service.AllConnectors(f)
		}
		return service.Source(f)
	}}, nil
}

// resourceLogs returns a log for each resource.
func resourceLogs(service *auditlogs.PersonalDataLogsService, options auditlogs.ListOptions, set *settings) (logs []log, err error) {
	if len(set.resources) == 0 {
		return nil, fmt.Errorf("%s is configured: it needs -elasticpath-resource too, or -api without it", auditlogs.APIElasticPath)
	}
	for _, r := range set.resources {
		logs = append(logs, func(s span) auditlogs.Source {
			return service.Source(auditlogs.PersonalDataLogFilter{
				ResourceType: r.kind, ResourceID: r.id, Since: s.since, Until: s.until, ListOptions: options,
			})
		})
	}
	return logs, nil
}

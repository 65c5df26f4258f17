package cli

import (
	"errors"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Log makes the source of one log for a range of time. A zero time leaves that side open.
type Log func(since, until time.Time) auditlogs.Source

// Sources returns the logs to read as sources for the range of time, in the order of client.APIs. They send nothing yet.
func (l *Logs) Sources(client *auditlogs.Client) ([]auditlogs.Source, error) {
	logs, err := l.Of(client, auditlogs.ListOptions{})
	var all []auditlogs.Source
	for _, log := range logs {
		all = append(all, log(l.Since.Time, l.Until.Time))
	}
	return all, err
}

// Of returns the logs to read, in the order of client.APIs. An error says which flags are missing.
func (l *Logs) Of(client *auditlogs.Client, options auditlogs.ListOptions) ([]Log, error) {
	var logs []Log
	errs := []error{l.Configured(client)}
	for _, api := range client.APIs() {
		if l.Chosen(api) {
			of, err := l.logsOf(client, api, options)
			logs, errs = append(logs, of...), append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return logs, nil
}

func (l *Logs) logsOf(client *auditlogs.Client, api auditlogs.API, options auditlogs.ListOptions) ([]Log, error) {
	switch api {
	case auditlogs.APIWaldur:
		return []Log{func(since, until time.Time) auditlogs.Source {
			return client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: since, Until: until, ListOptions: options})
		}}, nil
	case auditlogs.APIHuaweiEDS:
		return l.connectors(client.DataAssetLogs, options)
	case auditlogs.APIAkinon:
		return []Log{func(since, until time.Time) auditlogs.Source {
			return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since, Until: until, ListOptions: options})
		}}, nil
	case auditlogs.APIElasticPath:
		return l.resources(client.PersonalDataLogs, options)
	case auditlogs.APIThousandEyes:
		return []Log{func(since, until time.Time) auditlogs.Source {
			return client.UserEvents.Source(auditlogs.UserEventFilter{Since: since, Until: until, ListOptions: options})
		}}, nil
	}
	return nil, fmt.Errorf("%s is unknown to this program", api)
}

// Connectors returns the log of the one connector, or that of all connectors, with the rest of a filter.
func (l *Logs) Connectors(service *auditlogs.DataAssetLogsService, f auditlogs.DataAssetLogFilter) auditlogs.Source {
	f.InstanceID, f.ConnectorID = l.Instance, l.Connector
	if l.Connector == "" {
		return service.AllConnectors(f)
	}
	return service.Source(f)
}

func (l *Logs) connectors(service *auditlogs.DataAssetLogsService, options auditlogs.ListOptions) ([]Log, error) {
	if l.Instance == "" {
		return nil, fmt.Errorf("%s is configured: it needs -eds-instance too, or -api without it", auditlogs.APIHuaweiEDS)
	}
	return []Log{func(since, until time.Time) auditlogs.Source {
		return l.Connectors(service, auditlogs.DataAssetLogFilter{Since: since, Until: until, ListOptions: options})
	}}, nil
}

// resources returns a log for each resource.
func (l *Logs) resources(service *auditlogs.PersonalDataLogsService, options auditlogs.ListOptions) (logs []Log, err error) {
	if len(l.Resources) == 0 {
		return nil, fmt.Errorf("%s is configured: it needs -elasticpath-resource too, or -api without it", auditlogs.APIElasticPath)
	}
	for _, r := range l.Resources {
		logs = append(logs, func(since, until time.Time) auditlogs.Source {
			return service.Source(auditlogs.PersonalDataLogFilter{
				ResourceType: r.ResourceType, ResourceID: r.ResourceID, Since: since, Until: until, ListOptions: options,
			})
		})
	}
	return logs, nil
}

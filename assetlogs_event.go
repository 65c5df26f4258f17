package auditlogs

import (
	"fmt"
	"log/slog"
)

// Source is the log of one connector as a [Source] of events. Its name is "huawei-eds" and the ids of instance and
// connector, followed by a digest of the filter where that selects by more than these and time. The filter's Cursor has no
// meaning: the one that Pages and Follow are given takes its place.
func (s *DataAssetLogsService) Source(f DataAssetLogFilter) Source {
	name := string(APIHuaweiEDS) + " " + f.InstanceID + "/" + f.ConnectorID
	name = sourceName(name, f.ConnectorKeywords, f.UserKeywords, string(f.Action))
	return newSource(name, s.lister, f, func(f *DataAssetLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent is the record in the form that all APIs share. Where EDS names no user, the actor is the connector.
func (l DataAssetLog) AsEvent() Event {
	actor := Actor{ID: l.CustomerUserID, Name: l.CustomerUserName, Kind: kindUser}
	if actor.ID == "" && actor.Name == "" {
		actor = Actor{ID: l.CustomerConnectorID, Name: l.CustomerConnectorName, Kind: kindConnector}
	}
	if actor.ID == "" && actor.Name == "" {
		actor.Kind = ""
	}
	return Event{
		ID: l.Key(), Time: l.HappenedTime.UTC(), API: APIHuaweiEDS, Action: string(l.Action), Actor: actor,
		Target: Target{Type: typeDataAsset, ID: l.ResourceID, Name: l.ResourceName},
		Record: l, Raw: l.Raw,
	}
}

// String is that of the event: one line without the content of the record.
func (l DataAssetLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l DataAssetLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue is that of the event: a group without the content of the record.
func (l DataAssetLog) LogValue() slog.Value { return l.AsEvent().LogValue() }

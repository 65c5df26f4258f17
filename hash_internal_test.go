package auditlogs

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// TestHashesFollowKeys: two records have the same hash if, and only if, they have the same key.
func TestHashesFollowKeys(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(*testing.T){
		"user events":     hashesFollowKeys((*UserEvent).hash, userEventsForHashes()),
		"data asset logs": hashesFollowKeys((*DataAssetLog).hash, dataAssetLogsForHashes()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
}

func hashesFollowKeys[T record](hash func(*T) exact.Hash, records []T) func(*testing.T) {
	return func(t *testing.T) {
		same := 0
		for i := range records {
			for j := range records {
				equal := records[i].Key() == records[j].Key()
				require.Equal(t, equal, hash(&records[i]) == hash(&records[j]), "%+v\n%+v", records[i], records[j])
				if equal && i != j {
					same++
				}
			}
		}
		require.Positive(t, same, "some records have one key")
		require.Less(t, same, len(records)*len(records)/4, "and some have not")
	}
}

func userEventsForHashes() (events []UserEvent) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a, b := EventResource{"test", "a"}, EventResource{"testa", ""}
	events = append(events, UserEvent{}, UserEvent{AccountGroupID: "1"}, UserEvent{AccountGroupName: "1"}, UserEvent{UserID: "1"}, UserEvent{User: "1"},
		UserEvent{AccountGroupID: "1", AccountGroupName: "x"}, UserEvent{UserID: "1", User: "x"}, UserEvent{Event: "1"}, UserEvent{IPAddress: "1"},
		UserEvent{Date: at}, UserEvent{Date: at.In(time.FixedZone("", 3600))}, UserEvent{Date: at.Add(time.Second)}, UserEvent{Ordinal: 1}, UserEvent{Ordinal: 2},
		UserEvent{Resources: []EventResource{a}}, UserEvent{Resources: []EventResource{b}}, UserEvent{Resources: []EventResource{a, a}},
		UserEvent{Resources: []EventResource{a, b}}, UserEvent{Resources: []EventResource{b, a}}, UserEvent{Event: "1", IPAddress: "2"}, UserEvent{Event: "2", IPAddress: "1"},
		UserEvent{AccountGroupID: "1", UserID: "2"}, UserEvent{AccountGroupID: "2", UserID: "1"}, UserEvent{AccountGroupName: "1", User: "2"})
	return events
}

func dataAssetLogsForHashes() (logs []DataAssetLog) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	logs = append(logs, DataAssetLog{}, DataAssetLog{AuditLogID: "1"}, DataAssetLog{AuditLogID: "1", ResourceID: "2"}, DataAssetLog{AuditLogID: "1", Ordinal: 1}, DataAssetLog{AuditLogID: "2"},
		DataAssetLog{HappenedTime: at}, DataAssetLog{HappenedTime: at.In(time.FixedZone("", 3600))}, DataAssetLog{HappenedTime: at.Add(1)}, DataAssetLog{Ordinal: 1},
		DataAssetLog{Description: map[string]string{"a": "b"}}, DataAssetLog{Description: map[string]string{"b": "a"}}, DataAssetLog{Description: map[string]string{"a": "b", "b": "a"}},
		DataAssetLog{Description: map[string]string{"b": "a", "a": "b"}}, DataAssetLog{Description: map[string]string{"ab": ""}})
	for i, set := range []func(*DataAssetLog){
		func(l *DataAssetLog) { l.ResourceID = "x" }, func(l *DataAssetLog) { l.ResourceName = "x" }, func(l *DataAssetLog) { l.CustomerUserID = "x" },
		func(l *DataAssetLog) { l.CustomerUserName = "x" }, func(l *DataAssetLog) { l.CustomerConnectorID = "x" },
		func(l *DataAssetLog) { l.CustomerConnectorName = "x" }, func(l *DataAssetLog) { l.Action = "x" },
	} {
		l := DataAssetLog{Description: map[string]string{"n": fmt.Sprint(i % 2)}}
		set(&l)
		logs = append(logs, l)
	}
	return logs
}

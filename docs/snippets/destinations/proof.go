package destinations

import (
	"encoding/json"
	"fmt"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// eventOf makes an event of what a destination kept of it: metadata.uid and raw_data of OCSF. That is enough for a receipt. Of a record
// that is too long for raw_data, give unmapped.record.
func eventOf(uid, rawData string) (auditlogs.Event, error) {
	api, id, _ := strings.Cut(uid, "/")
	text, err := json.Marshal(map[string]any{"v": auditlogs.EventVersion, "api": api, "id": id, "record": json.RawMessage(rawData)})
	if err != nil {
		return auditlogs.Event{}, fmt.Errorf("raw_data of %s: %w", uid, err)
	}
	var e auditlogs.Event
	if err := json.Unmarshal(text, &e); err != nil {
		return auditlogs.Event{}, err
	}
	record, ok := e.Record.(interface{ AsEvent() auditlogs.Event })
	if !ok {
		return auditlogs.Event{}, fmt.Errorf("%s: no record of an API that this release knows", uid)
	}
	return record.AsEvent(), nil
}

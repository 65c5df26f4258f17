package auditlogtest

import (
	"net/http"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// connectorLogs holds the logs of Huawei's connectors.
type connectorLogs struct {
	mu sync.Mutex
	of map[string]*store[auditlogs.DataAssetLog] // by connector
}

// get returns the log of a connector, and makes it if there is none.
func (l *connectorLogs) get(connectorID string) *store[auditlogs.DataAssetLog] {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[connectorID] == nil {
		l.of[connectorID] = newStore(huaweiKind)
	}
	return l.of[connectorID]
}

// logsOf returns the log of a connector, or nil if Huawei does not list the connector.
func (s *Server) logsOf(connectorID string) *store[auditlogs.DataAssetLog] {
	if s.connectors.find(connectorID) == nil {
		return nil
	}
	return s.connectorLogs.get(connectorID)
}

// AddConnectors stores connectors of Huawei's instance InstanceID, besides ConnectorID. The connector added last is listed
// first, unless Quirks.Order says otherwise. A connector without an ID gets one. If Raw is set, it is served unchanged.
// Quirks.Retention does not apply to connectors.
func (s *Server) AddConnectors(connectors ...auditlogs.Connector) { s.connectors.add(connectors) }

// Connectors returns the stored connectors of Huawei, the last added first.
func (s *Server) Connectors() []auditlogs.Connector { return s.connectors.all() }

// DeleteConnectors deletes the connectors of Huawei for which del returns true, and returns their number. The log of a deleted
// connector is kept, but is refused as that of an unknown connector until the connector is added again. del must not call the
// server.
func (s *Server) DeleteConnectors(del func(auditlogs.Connector) bool) int {
	return s.connectors.deleteFunc(del)
}

// AddConnectorLogs stores records of a Huawei connector, which must be ConnectorID or added by AddConnectors to be read. See
// AddDataAssetLogs.
func (s *Server) AddConnectorLogs(connectorID string, logs ...auditlogs.DataAssetLog) {
	s.connectorLogs.get(connectorID).add(logs)
}

// ConnectorLogs returns the stored records of a Huawei connector, newest first.
func (s *Server) ConnectorLogs(connectorID string) []auditlogs.DataAssetLog {
	return s.connectorLogs.get(connectorID).all()
}

// DeleteConnectorLogs deletes the records of a Huawei connector for which del returns true, and returns their number. del
// must not call the server.
func (s *Server) DeleteConnectorLogs(connectorID string, del func(auditlogs.DataAssetLog) bool) int {
	return s.connectorLogs.get(connectorID).deleteFunc(del)
}

// huaweiConnectors serves GET …/connectors. The parameter type is required by the documents of 2024 and later.
func (s *Server) huaweiConnectors(c *call) *answer {
	switch {
	case c.Method != http.MethodGet:
		return huaweiFailure(http.StatusNotFound)
	case c.PathValue("project") != ProjectID:
		return edsError("EDS.00011015", "No permission.")
	case c.PathValue("instance") != InstanceID:
		return edsError("EDS.00021606", "Domain not joined to this instance.")
	case c.query.Get("type") != "ADMIN":
		return edsError("EDS.00011001", "Invalid parameter.")
	}
	return huaweiPage(c, s.connectors, query[auditlogs.Connector]{order: byTime[auditlogs.Connector](c.quirks.Order)}, "entities")
}

// connectorKind gives every connector the same time, so that Quirks.UnstableTies shuffles all of them.
var connectorKind = kind[auditlogs.Connector]{
	settle: func(c *auditlogs.Connector, seq uint64) (string, time.Time) {
		if c.ID == "" {
			c.ID = dashed(uuidOf(seq))
		}
		return c.ID, time.Time{}
	},
	encode: func(c *auditlogs.Connector, _ form) []byte {
		if c.Raw != nil {
			return c.Raw
		}
		return encodeJSON(object{
			"connector_id": c.ID, "connector_name": nullable(c.Name), "create_user_id": nullable(c.CreateUserID),
			"create_user_name": nullable(c.CreateUserName), "connector_owner_Id": nullable(c.OwnerID),
			"connector_owner_name": nullable(c.OwnerName), "protocol_signed": c.ProtocolSigned,
		})
	},
}

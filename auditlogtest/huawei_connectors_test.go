package auditlogtest_test

import (
	"strings"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const connectorsPath = "/v1/" + auditlogtest.ProjectID + "/eds/instances/" + auditlogtest.InstanceID + "/connectors"

func TestHuaweiConnectors(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	const first = `{"connector_id":"` + auditlogtest.ConnectorID + `","connector_name":"连接器B","connector_owner_Id":null,"connector_owner_name":null,` +
		`"create_user_id":null,"create_user_name":null,"protocol_signed":false}`
	get(t, srv, connectorsPath+"?type=ADMIN").want(t, 200, `{"data":[`+first+`],"error_code":null,"error_msg":null,"total":1}`)

	srv.AddConnectors(
		auditlogs.Connector{ID: "2", Name: "b", CreateUserID: "3", CreateUserName: "c", OwnerID: "4", OwnerName: "d", ProtocolSigned: true},
		auditlogs.Connector{Raw: []byte(`{"id":5}`)},
	)
	get(t, srv, connectorsPath+"?type=ADMIN").want(t, 200, `{"data":[{"id":5},{"connector_id":"2","connector_name":"b","connector_owner_Id":"4",`+
		`"connector_owner_name":"d","create_user_id":"3","create_user_name":"c","protocol_signed":true},`+first+`],"error_code":null,"error_msg":null,"total":3}`)
	if all := srv.Connectors(); len(all) != 3 || all[1].ID != "2" || all[2].ID != auditlogtest.ConnectorID {
		t.Errorf("stored: %v", all)
	}
	get(t, srv, connectorsPath+"?type=ADMIN&limit=1&offset=2").want(t, 200, `{"data":[`+first+`]`)
	srv.SetQuirks(auditlogtest.HuaweiEDS, auditlogtest.Quirks{OffsetPages: true, RowsMember: true})
	get(t, srv, connectorsPath+"?type=ADMIN&limit=2&offset=1").want(t, 200, `{"entities":[`+first+`]`)

	for path, code := range map[string]string{
		connectorsPath: "EDS.00011001", connectorsPath + "?type=USER": "EDS.00011001", connectorsPath + "?type=ADMIN&limit=0": "EDS.00011001",
		strings.Replace(connectorsPath, auditlogtest.InstanceID, "other", 1) + "?type=ADMIN": "EDS.00021606",
		strings.Replace(connectorsPath, auditlogtest.ProjectID, "other", 1) + "?type=ADMIN":  "EDS.00011015",
	} {
		get(t, srv, path).want(t, 400, `{"data":null,"error_code":"`+code+`"`)
	}
	get(t, srv, connectorsPath+"?type=ADMIN", "X-Auth-Token", "bad").want(t, 401, "APIGW.0301")
}

func TestHuaweiConnectorLogs(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	log := func(id string) auditlogs.DataAssetLog {
		return auditlogs.DataAssetLog{AuditLogID: id, HappenedTime: day}
	}
	other := connectorsPath + "/2/audit-logs"
	srv.AddConnectorLogs("2", log("a"), log("b"))
	get(t, srv, other).want(t, 400, "EDS.00021905")

	srv.AddConnectors(auditlogs.Connector{ID: "2"})
	if ids := huaweiIDs(t, get(t, srv, other)); ids != "b,a" {
		t.Errorf("the other's log has %s", ids)
	}
	srv.AddConnectorLogs(auditlogtest.ConnectorID, log("c"))
	srv.AddDataAssetLogs(log("d"))
	if ids := huaweiIDs(t, get(t, srv, huaweiPath)); ids != "d,c" {
		t.Errorf("the first one's log has %s", ids)
	}
	if n, m := len(srv.DataAssetLogs()), len(srv.ConnectorLogs("2")); n != 2 || m != 2 {
		t.Errorf("stored: %d and %d", n, m)
	}
	if n := srv.DeleteConnectorLogs("2", func(l auditlogs.DataAssetLog) bool { return l.AuditLogID == "a" }); n != 1 {
		t.Errorf("%d deleted", n)
	}

	gone := func(c auditlogs.Connector) bool { return c.ID == "2" }
	if n := srv.DeleteConnectors(gone); n != 1 {
		t.Errorf("%d deleted", n)
	}
	get(t, srv, other).want(t, 400, "EDS.00021905")
	srv.AddConnectors(auditlogs.Connector{ID: "2"})
	if ids := huaweiIDs(t, get(t, srv, other)); ids != "b" {
		t.Errorf("the other's log has %s", ids)
	}
}

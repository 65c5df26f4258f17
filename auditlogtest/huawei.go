package auditlogtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// huaweiTime is the only time format that is read and written.
const huaweiTime = "2006-01-02T15:04:05Z"

func (s *Server) huaweiList(c *call) *answer {
	logs := s.logsOf(c.PathValue("connector"))
	switch {
	case c.Method != http.MethodGet:
		return huaweiFailure(http.StatusNotFound)
	case c.PathValue("project") != ProjectID:
		return edsError("EDS.00011015", "No permission.")
	case c.PathValue("instance") != InstanceID || logs == nil:
		return edsError("EDS.00021905", "The connector does not exist.")
	}
	action := c.query.Get("action")
	if action != "" && !slices.Contains(huaweiActions, auditlogs.DataAssetAction(action)) {
		return edsError("EDS.00011001", "Invalid parameter.")
	}
	from, fromOK := huaweiBound(c, "start_time", c.quirks.StartExclusive)
	to, toOK := huaweiBound(c, "end_time", !c.quirks.EndExclusive)
	bounded := c.query.Get("start_time")+c.query.Get("end_time") != ""
	if !fromOK || !toOK || bounded && c.quirks.RefuseBounds {
		return edsError("EDS.00011011", "Convert time format error.")
	}
	return huaweiPage(c, logs, huaweiQuery(c, action, later(from, c.oldest()), to), "rows")
}

// huaweiPage serves one page of a list. sdkName is what the vendor's SDK calls it.
func huaweiPage[T any](c *call, from *store[T], q query[T], sdkName string) *answer {
	limit, limitOK := huaweiNumber(c, "limit", 1, 1<<31-1)
	offset, offsetOK := huaweiNumber(c, "offset", 0, 999999)
	if !limitOK || !offsetOK {
		return edsError("EDS.00011001", "Invalid parameter.")
	}
	list := from.list(q)
	size := c.quirks.pageSize(HuaweiEDS, limit)
	at, total := offset, list.total()
	if c.quirks.OffsetPages {
		at = offset * size
	}
	if c.quirks.LoopNext {
		at, total = 0, max(total, at+2*size)
	}
	rows := list.page(at, size, c.quirks.shuffle(c.number))
	rows = visible(c.quirks, rows[:c.quirks.rowsServed(len(rows), c.number)])
	others := object{"error_code": nil, "error_msg": nil}.withTotal(c, total)
	member := "data"
	if c.quirks.RowsMember {
		member = sdkName
	}
	return huaweiAnswer(http.StatusOK, rowsOrNull(c, member, from.kind, rows, others))
}

// huaweiActions are those of the vendor's SDK. Its documents have the first three.
var huaweiActions = []auditlogs.DataAssetAction{
	auditlogs.DataAssetView, auditlogs.DataAssetModify, auditlogs.DataAssetDownload, auditlogs.DataAssetProcess, auditlogs.DataAssetNotify,
	auditlogs.DataAssetVerify, auditlogs.DataAssetDelete, auditlogs.DataAssetForward, auditlogs.DataAssetApprove,
	auditlogs.DataAssetTerminate, auditlogs.DataAssetNone,
}

// withTotal adds the total number of rows as Quirks.Total asks for it.
func (o object) withTotal(c *call, total int) object {
	switch c.quirks.Total {
	case TotalRight:
		o["total"] = total
	case TotalZero:
		o["total"] = 0
	case TotalWrong:
		o["total"] = mix(uint64(c.number)) % 100_000
	case TotalMissing:
	}
	return o
}

// huaweiNumber reads a parameter. n is 0 if it is not given.
func huaweiNumber(c *call, name string, least, most int) (n int, ok bool) {
	value := c.query.Get(name)
	if value == "" {
		return 0, true
	}
	n, err := strconv.Atoi(value)
	return n, err == nil && n >= least && n <= most
}

// huaweiBound reads a time. The zero time means no bound. If after is set, the bound lies just after the given second.
func huaweiBound(c *call, name string, after bool) (t time.Time, ok bool) {
	value := c.query.Get(name)
	if value == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(huaweiTime, value)
	if err != nil || len(value) != len(huaweiTime) { // Parse accepts fractions of seconds that its layout does not have
		return time.Time{}, false
	}
	if after {
		t = t.Add(1)
	}
	return t, true
}

func huaweiQuery(c *call, action string, from, to time.Time) query[auditlogs.DataAssetLog] {
	connector, user := c.query.Get("connector_keywords"), c.query.Get("user_keywords")
	q := query[auditlogs.DataAssetLog]{
		key:  strings.Join([]string{action, connector, user}, "\x00"),
		from: from, to: to, order: byTime[auditlogs.DataAssetLog](c.quirks.Order),
	}
	if action+connector+user != "" {
		q.match = func(l *auditlogs.DataAssetLog) bool {
			return (action == "" || string(l.Action) == action) &&
				strings.Contains(l.CustomerConnectorName, connector) && strings.Contains(l.CustomerUserName, user)
		}
	}
	return q
}

// huaweiAnswer returns a response with the request id that the gateway adds to every response.
func huaweiAnswer(status int, body []byte) *answer {
	ans := newAnswer(status, "application/json", body)
	ans.header.Set("X-Request-Id", hexDigits(mix(uint64(len(body))), 32))
	return ans
}

func edsError(code, message string) *answer {
	body := object{"data": nil, "total": nil, "error_code": code, "error_msg": message}
	return huaweiAnswer(http.StatusBadRequest, encodeJSON(body))
}

// huaweiFailure returns EDS's own envelope for 400 and 500, and the gateway's form for all other statuses.
func huaweiFailure(status int) *answer {
	code, message := "APIGW.0201", "Backend unavailable"
	switch status {
	case http.StatusBadRequest:
		return edsError("EDS.00011001", "Invalid parameter.")
	case http.StatusInternalServerError:
		ans := edsError("EDS.00011012", "Unknown server error.")
		ans.status = status
		return ans
	case http.StatusUnauthorized:
		code, message = "APIGW.0301", incorrectIAM
	case http.StatusForbidden:
		code, message = "APIGW.0302", "The IAM user is not authorized to access the API"
	case http.StatusNotFound:
		code, message = "APIGW.0101", "The API does not exist or has not been published in the environment"
	case http.StatusTooManyRequests:
		code, message = "APIGW.0308", "The throttling threshold has been reached"
	}
	return gatewayError(status, code, message)
}

// incorrectIAM is how the gateway begins to refuse a credential.
const incorrectIAM = "Incorrect IAM authentication information"

func gatewayError(status int, code, message string) *answer {
	id := hexDigits(mix(uint64(status)), 32)
	ans := huaweiAnswer(status, encodeJSON(object{"error_code": code, "error_msg": message, "request_id": id}))
	ans.header.Set("X-Request-Id", id)
	return ans
}

// huaweiUnauthorized returns the gateway's response to a request with a bad signature or token, or nil if it is good.
func (s *Server) huaweiUnauthorized(c *call) *answer {
	if isSigned(c.Request) {
		if fault := s.signatureFault(c); fault != "" {
			return gatewayError(http.StatusUnauthorized, "APIGW.0301", incorrectIAM+": "+fault)
		}
		return nil
	}
	if s.tokens.accepts(HuaweiEDS, c.Header.Get("X-Auth-Token"), c.now) {
		return nil
	}
	return huaweiFailure(http.StatusUnauthorized)
}

// huaweiRecord is the wire form.
type huaweiRecord struct {
	AuditLogID            *string           `json:"audit_log_id"`
	ResourceID            *string           `json:"resource_id"`
	ResourceName          *string           `json:"resource_name"`
	CustomerUserID        *string           `json:"customer_user_id"`
	CustomerUserName      *string           `json:"customer_user_name"`
	CustomerConnectorID   *string           `json:"customer_connector_id"`
	CustomerConnectorName *string           `json:"customer_connector_name"`
	HappendTime           *string           `json:"happend_time"` // misspelt by the service
	Action                *string           `json:"action"`
	Description           map[string]string `json:"description"`
}

var huaweiKind = kind[auditlogs.DataAssetLog]{
	settle: func(l *auditlogs.DataAssetLog, seq uint64) (string, time.Time) {
		if l.AuditLogID == "" {
			l.AuditLogID = hexDigits(mix(seq), 32)
		}
		l.HappenedTime = l.HappenedTime.UTC().Truncate(time.Second)
		return l.AuditLogID, l.HappenedTime
	},
	encode: func(l *auditlogs.DataAssetLog, _ form) []byte {
		if l.Raw != nil {
			return l.Raw
		}
		happened := ""
		if !l.HappenedTime.IsZero() {
			happened = l.HappenedTime.Format(huaweiTime)
		}
		return encodeJSON(huaweiRecord{
			AuditLogID: nullable(l.AuditLogID), ResourceID: nullable(l.ResourceID), ResourceName: nullable(l.ResourceName),
			CustomerUserID: nullable(l.CustomerUserID), CustomerUserName: nullable(l.CustomerUserName),
			CustomerConnectorID: nullable(l.CustomerConnectorID), CustomerConnectorName: nullable(l.CustomerConnectorName),
			HappendTime: nullable(happened), Action: nullable(string(l.Action)), Description: l.Description,
		})
	},
}

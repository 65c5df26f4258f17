package auditlogsreceiver

import (
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// Attributes that the semantic conventions do not have.
const (
	keyAPI        = "auditlogs.api"
	keySource     = "auditlogs.source"
	keyAction     = "auditlogs.action"
	keySourceIP   = "auditlogs.source_ip"
	keyOutcome    = "auditlogs.outcome"
	keyActorID    = "auditlogs.actor.id"
	keyActorName  = "auditlogs.actor.name"
	keyActorKind  = "auditlogs.actor.kind"
	keyTargetType = "auditlogs.target.type"
	keyTargetID   = "auditlogs.target.id"
	keyTargetName = "auditlogs.target.name"
	keyBodyError  = "auditlogs.body_error" // why the body is the record, and no OCSF event
)

// endOfTime is the second at which the nanoseconds of the time in a log record end, in the year 2262. A record from after it, or
// before 1970, has its time only in the body.
const endOfTime = math.MaxInt64 / int64(time.Second)

// converter makes log records of the events of one source.
type converter struct {
	body     func(auditlogs.Event) ([]byte, error)
	redact   bool
	source   string
	endpoint *url.URL
	version  string
}

// newConverter returns the converter of a source.
func newConverter(c *Config, source, endpoint, version string) *converter {
	own := &converter{body: record, redact: c.Redact, source: source, version: version}
	if c.Body == BodyOCSF {
		schema := ocsf.Version(c.OCSFVersion)
		own.body = func(e auditlogs.Event) ([]byte, error) { return ocsf.Map(e, schema) }
	}
	own.endpoint, _ = url.Parse(endpoint) // the client has checked it
	return own
}

func record(e auditlogs.Event) ([]byte, error) { return e.Raw, nil }

// uid is the identity of a record among those of all APIs: it is the same however often the record is sent.
func uid(e auditlogs.Event) string { return string(e.API) + "/" + e.ID }

// logs returns events as log records of one resource.
func (c *converter) logs(events []auditlogs.Event) (plog.Logs, error) {
	now := pcommon.NewTimestampFromTime(time.Now())
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.SetSchemaUrl(semconv.SchemaURL)
	c.describe(resource.Resource().Attributes(), events)
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(metadata.ScopeName)
	scope.Scope().SetVersion(c.version)
	records := scope.LogRecords()
	records.EnsureCapacity(len(events))
	for _, e := range events {
		if c.redact {
			e = e.Redacted()
		}
		r := records.AppendEmpty()
		if n := e.Time.Unix(); n > 0 && n < endOfTime {
			r.SetTimestamp(pcommon.NewTimestampFromTime(e.Time))
		}
		r.SetObservedTimestamp(now)
		to := attributes{r.Attributes()}
		putEvent(to, e)
		body, err := c.body(e)
		if err != nil { // the record itself is still worth having
			to.put(keyBodyError, err.Error())
			body = e.Raw
		}
		if err := putJSON(r.Body(), body); err != nil {
			return plog.Logs{}, fmt.Errorf("the record %q cannot be written as a log record: %w", uid(e), err)
		}
	}
	return logs, nil
}

// describe sets the attributes of the resource.
func (c *converter) describe(m pcommon.Map, events []auditlogs.Event) {
	to := attributes{m}
	to.put(keySource, c.source)
	if len(events) > 0 {
		to.put(keyAPI, string(events[0].API))
	}
	if c.endpoint != nil {
		to.put(string(semconv.ServerAddressKey), c.endpoint.Hostname())
		if port, err := strconv.Atoi(c.endpoint.Port()); err == nil {
			m.PutInt(string(semconv.ServerPortKey), int64(port))
		}
	}
}

// attributes leaves out what has no value, and replaces bytes that are no text.
type attributes struct{ pcommon.Map }

func (a attributes) put(key, value string) {
	if value != "" {
		a.PutStr(key, strings.ToValidUTF8(value, "\uFFFD"))
	}
}

// putEvent sets the attributes of a log record.
func putEvent(to attributes, e auditlogs.Event) {
	to.put(string(semconv.LogRecordUIDKey), uid(e))
	if _, err := netip.ParseAddr(e.SourceIP); err == nil {
		to.put(string(semconv.ClientAddressKey), e.SourceIP)
	} else {
		to.put(keySourceIP, e.SourceIP) // a block of addresses, or a chain of proxies
	}
	to.put(keyAction, e.Action)
	to.put(keyOutcome, string(e.Outcome))
	to.put(keyActorKind, e.Actor.Kind)
	to.put(keyTargetType, e.Target.Type)
	to.put(keyTargetID, e.Target.ID)
	to.put(keyTargetName, e.Target.Name)
	putActor(to, e)
}

// putActor sets the attributes of who acted: those of a user, unless it is none.
func putActor(to attributes, e auditlogs.Event) {
	to.put(string(semconv.UserEmailKey), e.Actor.Email)
	if !isUser(e) {
		to.put(keyActorID, e.Actor.ID)
		to.put(keyActorName, e.Actor.Name)
		return
	}
	to.put(string(semconv.UserIDKey), e.Actor.ID)
	login := loginName(e)
	to.put(string(semconv.UserNameKey), login)
	if e.Actor.Name != login {
		to.put(string(semconv.UserFullNameKey), e.Actor.Name)
	}
}

// isUser reports whether the actor is a user, and not a connector or a token.
func isUser(e auditlogs.Event) bool {
	switch e.Record.(type) {
	case auditlogs.DataAssetLog:
		return e.Actor.Kind == "user"
	case auditlogs.PersonalDataLog:
		return false
	}
	return true
}

// loginName returns the name by which the actor logs in, where the record has it.
func loginName(e auditlogs.Event) string {
	switch r := e.Record.(type) {
	case auditlogs.DataAccessLog:
		if r.Accessor != nil {
			return r.Accessor.Username
		}
	case auditlogs.AuditEvent:
		if r.User != nil {
			return r.User.Username
		}
	case auditlogs.DataAssetLog:
		return r.CustomerUserName
	}
	return ""
}

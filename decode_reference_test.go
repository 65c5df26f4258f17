package auditlogs

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// What the records are to encoding/json, written once more: the decoders are compared with these. list drops what a
// repeated list would keep of the first one's elements, the only thing that is not compared.

type refDataAccessLog struct {
	UUID           string          `json:"uuid"`
	Timestamp      refTime         `json:"timestamp"`
	AccessorType   AccessorType    `json:"accessor_type"`
	AccessedFields refList[string] `json:"accessed_fields"`
	User           UserRef         `json:"user"`
	Accessor       *UserRef        `json:"accessor"`
	IPAddress      string          `json:"ip_address"`
	Context        json.RawMessage `json:"context"`
}

func (w refDataAccessLog) record(raw json.RawMessage) DataAccessLog {
	return DataAccessLog{
		w.UUID, w.Timestamp.Time, w.AccessorType, w.AccessedFields, w.User, w.Accessor, w.IPAddress, w.Context, raw,
	}
}

type refDataAssetLog struct {
	AuditLogID            refLoose        `json:"audit_log_id"`
	ResourceID            refLoose        `json:"resource_id"`
	ResourceName          string          `json:"resource_name"`
	CustomerUserID        refLoose        `json:"customer_user_id"`
	CustomerUserName      string          `json:"customer_user_name"`
	CustomerConnectorID   refLoose        `json:"customer_connector_id"`
	CustomerConnectorName string          `json:"customer_connector_name"`
	HappenedTime          refBareTime     `json:"happend_time"`
	Action                DataAssetAction `json:"action"`
	Description           refAttributes   `json:"description"`
}

func (w refDataAssetLog) record(raw json.RawMessage) DataAssetLog {
	return DataAssetLog{
		string(w.AuditLogID), string(w.ResourceID), w.ResourceName, string(w.CustomerUserID), w.CustomerUserName, string(w.CustomerConnectorID),
		w.CustomerConnectorName, w.HappenedTime.Time, w.Action, w.Description, 0, raw,
	}
}

// refAttributes are strings; other values are their JSON without blanks, and a string may be all of them.
type refAttributes map[string]string

func (a *refAttributes) UnmarshalJSON(data []byte) error {
	var text string
	var values map[string]json.RawMessage
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil || text == "" {
			return err
		}
		if trimmed := strings.TrimLeft(text, " \t\r\n"); trimmed == "" || trimmed[0] != '{' || json.Unmarshal([]byte(text), &values) != nil {
			values = map[string]json.RawMessage{"": data}
		}
	} else if err := json.Unmarshal(data, &values); err != nil || values == nil {
		*a = nil
		return err
	}
	if *a == nil {
		*a = refAttributes{}
	}
	for name, value := range values {
		text = ""
		var compact bytes.Buffer
		switch value[0] {
		case '"', 'n':
			if err := json.Unmarshal(value, &text); err != nil {
				return err
			}
		default:
			if err := json.Compact(&compact, value); err != nil {
				return err
			}
			text = string([]rune(compact.String()))
		}
		(*a)[name] = text
	}
	return nil
}

type refAuditEvent struct {
	UUID        string          `json:"uuid"`
	Timestamp   refZoneless     `json:"timestamp"`
	User        *refUser        `json:"user"`
	ContentType int64           `json:"content_type"`
	ObjectID    int64           `json:"object_id"`
	RemoteAddr  string          `json:"remote_addr"`
	URL         string          `json:"url"`
	Content     json.RawMessage `json:"content"`
	Headers     json.RawMessage `json:"headers"`
	PostData    json.RawMessage `json:"post_data"`
	QueryParams json.RawMessage `json:"query_params"`
}

func (w refAuditEvent) record(raw json.RawMessage) AuditEvent {
	return AuditEvent{
		w.UUID, w.Timestamp.Time, (*AuditEventUser)(w.User), w.ContentType, w.ObjectID, w.RemoteAddr, w.URL, w.Content, w.Headers,
		w.PostData, w.QueryParams, raw,
	}
}

type refUser AuditEventUser

func (u *refUser) UnmarshalJSON(data []byte) error {
	var w struct {
		ID        refLoose `json:"id"`
		Email     string   `json:"email"`
		FirstName string   `json:"first_name"`
		LastName  string   `json:"last_name"`
		Username  string   `json:"username"`
	}
	var to any = &w
	if data[0] != '{' {
		to = &w.ID
	}
	err := json.Unmarshal(data, to)
	*u = refUser{string(w.ID), w.Email, w.FirstName, w.LastName, w.Username, bytes.Clone(data)}
	return err
}

type refPersonalDataLog struct {
	ID            string          `json:"id"`
	StoreID       string          `json:"store_id"`
	Type          string          `json:"type"`
	Initiator     refInitiator    `json:"initiator"`
	Time          refTime         `json:"time"`
	EventType     string          `json:"event_type"`
	Delta         json.RawMessage `json:"delta"`
	ResourceID    string          `json:"resource_id"`
	ResourceType  string          `json:"resource_type"`
	Relationships refRelations    `json:"relationships"`
}

func (w refPersonalDataLog) record(raw json.RawMessage) PersonalDataLog {
	return PersonalDataLog{
		w.ID, w.StoreID, w.Type, Initiator(w.Initiator), w.Time.Time, w.EventType, w.Delta, w.ResourceID, w.ResourceType,
		w.Relationships.path, raw,
	}
}

// refRelations is an object, a text that holds it, or the path.
type refRelations struct{ path string }

func (p *refRelations) UnmarshalJSON(data []byte) error {
	w := struct {
		Path refPath `json:"resource_path"`
	}{refPath{p.path}}
	plain, err := refHeld(data, &w)
	if p.path = w.Path.path; plain != nil {
		p.path = *plain
	}
	return err
}

type refPath struct{ path string }

func (p *refPath) UnmarshalJSON(data []byte) error {
	w := struct {
		URL string `json:"url"`
	}{p.path}
	plain, err := refHeld(data, &w)
	if p.path = w.URL; plain != nil {
		p.path = *plain
	}
	return err
}

// refHeld reads an object, or a text that holds one. Any other text but "null" is plain.
func refHeld[T any](data []byte, to *T) (plain *string, err error) {
	if data[0] != '"' {
		return nil, json.Unmarshal(data, to)
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return nil, err
	}
	held := *to
	switch inner := strings.TrimSpace(text); {
	case strings.HasPrefix(inner, "{") && json.Unmarshal([]byte(text), &held) == nil:
		*to = held
		return nil, nil
	case text == "null":
		return nil, nil
	default:
		return &text, nil
	}
}

type refInitiator Initiator

func (i *refInitiator) UnmarshalJSON(data []byte) error {
	var w struct {
		TokenEmail   string   `json:"access-token-email"`
		TokenID      refLoose `json:"access-token-id"`
		TokenName    string   `json:"access-token-name"`
		TokenStoreID string   `json:"access-token-store-id"`
		TokenType    string   `json:"access-token-type"`
	}
	_, err := refHeld(data, &w)
	*i = refInitiator{w.TokenEmail, string(w.TokenID), w.TokenName, w.TokenStoreID, w.TokenType, bytes.Clone(data)}
	return err
}

type refUserEvent struct {
	AccountGroupID   refLoose               `json:"aid"`
	AccountGroupName string                 `json:"accountGroupName"`
	Date             refTime                `json:"date"`
	Event            string                 `json:"event"`
	IPAddress        string                 `json:"ipAddress"`
	UserID           refLoose               `json:"uid"`
	User             string                 `json:"user"`
	Resources        refList[EventResource] `json:"resources"`
}

func (w refUserEvent) record(raw json.RawMessage) UserEvent {
	return UserEvent{
		string(w.AccountGroupID), w.AccountGroupName, w.Date.Time, w.Event, w.IPAddress, string(w.UserID), w.User, w.Resources, 0, raw,
	}
}

// refList forgets the list before.
type refList[T any] []T

func (l *refList[T]) UnmarshalJSON(data []byte) error {
	var fresh []T
	err := json.Unmarshal(data, &fresh)
	*l = fresh
	return err
}

// refLoose is text, or a number whose digits are kept.
type refLoose string

func (s *refLoose) UnmarshalJSON(data []byte) error {
	if data[0] == '"' || string(data) == "null" {
		return json.Unmarshal(data, (*string)(s))
	}
	var n json.Number
	err := json.Unmarshal(data, &n)
	*s = refLoose(data)
	return err
}

// refBareTime is a time in one of several forms.
type refBareTime struct{ time.Time }

func (t *refBareTime) UnmarshalJSON(data []byte) error {
	if string(data) == "null" || string(data) == `""` {
		t.Time = time.Time{}
		return nil
	}
	text := strings.Trim(string(data), `"`)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if t.Time = time.Unix(n, 0).UTC(); n > 1e11 {
			t.Time = time.UnixMilli(n).UTC()
		}
		if t.Year() < 0 || t.Year() > 9999 {
			return strconv.ErrRange
		}
		return nil
	}
	strict := t.Time.UnmarshalJSON(data)
	if strict == nil {
		return nil
	}
	for _, separator := range []string{"T", " "} {
		for _, zone := range []string{"", "Z0700", "Z07", "Z07:00"} {
			at, err := time.Parse("2006-01-02"+separator+"15:04:05"+zone, text)
			if err != nil || separator+zone == "TZ07:00" {
				continue
			}
			_, offset := at.Zone()
			if t.Time = at; max(offset, -offset) >= 24*60*60 {
				return strconv.ErrRange
			}
			return nil
		}
	}
	return strict
}

// refZoneless is a time that may have no zone, and a blank for the T.
type refZoneless struct{ time.Time }

func (t *refZoneless) UnmarshalJSON(data []byte) error {
	err := t.Time.UnmarshalJSON(data)
	if err == nil || len(data) < len(`"2006-01-02 15:04:05"`) {
		return err
	}
	text := string(data[1 : len(data)-1])
	if text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	for _, zone := range []string{"", "Z"} {
		if t.Time.UnmarshalJSON([]byte(`"`+text+zone+`"`)) == nil {
			return nil
		}
	}
	return err
}

// refTime is a time that is read by its own method, which newer encoding/json passes by.
type refTime struct{ time.Time }

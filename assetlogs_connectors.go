package auditlogs

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// Connector is a connector of an exchange instance in Huawei Cloud EDS. Each connector has an audit log of its own.
//
// The vendor's documents have all of these fields, and its Java SDK has the first two. A field is "" or false if the API
// leaves it out.
type Connector struct {
	ID             string          // connector_id
	Name           string          // connector_name
	CreateUserID   string          // create_user_id
	CreateUserName string          // create_user_name
	OwnerID        string          // connector_owner_Id; this is how the documents spell it
	OwnerName      string          // connector_owner_name: the connector's administrator
	ProtocolSigned bool            // protocol_signed: the IDS protocol was signed
	Raw            json.RawMessage // the connector exactly as it came
}

// Key returns the identity of the connector, its ID.
func (c Connector) Key() string { return c.ID }

// read reads the members. The documents have texts for all but one. Numbers are read too, and so are the names "id" and
// "name", which other lists of the vendor have; that EDS has them is not known.
func (c *Connector) read(r *wire.Reader) {
	var id, name string
	for member := range r.Members {
		switch string(member) {
		case "connector_id":
			r.ID(&c.ID)
		case "id":
			r.ID(&id)
		case "connector_name":
			r.StringOrNumber(&c.Name)
		case "name":
			r.StringOrNumber(&name)
		case "create_user_id":
			r.StringOrNumber(&c.CreateUserID)
		case "create_user_name":
			r.StringOrNumber(&c.CreateUserName)
		case "connector_owner_Id", "connector_owner_id":
			r.StringOrNumber(&c.OwnerID)
		case "connector_owner_name":
			r.StringOrNumber(&c.OwnerName)
		case "protocol_signed":
			c.ProtocolSigned = r.Said()
		default:
			r.Skip()
		}
	}
	if c.ID == "" {
		c.ID = id
	}
	if c.Name == "" {
		c.Name = name
	}
}

var connectorCodec = wire.Codec[Connector]{
	Read:   (*Connector).read,
	Raw:    func(v *Connector) *json.RawMessage { return &v.Raw },
	HasKey: func(c *Connector) bool { return c.ID != "" },
	Wire:   Connector.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (c *Connector) UnmarshalJSON(data []byte) error { return connectorCodec.Decode(data, c) }

// MarshalJSON writes the JSON form of the API: exactly as the connector came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (c Connector) MarshalJSON() ([]byte, error) { return connectorCodec.Encode(c) }

func (c Connector) plain() any {
	return struct {
		ID             string `json:"connector_id"`
		Name           string `json:"connector_name,omitempty"`
		CreateUserID   string `json:"create_user_id,omitempty"`
		CreateUserName string `json:"create_user_name,omitempty"`
		OwnerID        string `json:"connector_owner_Id,omitempty"`
		OwnerName      string `json:"connector_owner_name,omitempty"`
		ProtocolSigned bool   `json:"protocol_signed,omitempty"`
	}{c.ID, c.Name, c.CreateUserID, c.CreateUserName, c.OwnerID, c.OwnerName, c.ProtocolSigned}
}

// Connectors reads the connectors of an exchange instance: each once, in the API's order. Nothing is sent before the range
// begins. Up to 998 connectors cost two requests, the last of which shows that no more follow; two or three connectors cost
// three. A longer list is read until two readings are equal, because no order helps to find connectors that were missed. Errors
// are those of List, with the operation Connectors.List. A connector without an ID is a *DecodeError. An *IncompleteError comes after every connector
// that could be read, if the list keeps changing or names a connector twice on different pages. Safe for concurrent use.
//
// API: https://support.huaweicloud.com/api-eds/ListConnectorsByInstanceManger.html. It asks for type ADMIN, the only value
// that the document has: it is inferred that the credential must be that of an administrator of the instance. The names of
// the list and of the connector's fields are documented; the vendor's Java SDK calls the list "entities". Its offset is a
// page in the documents and a number of rows in the SDK: Connectors finds out.
func (s *DataAssetLogsService) Connectors(ctx context.Context, instanceID string) iter.Seq2[Connector, error] {
	return s.connectors().all(ctx, instanceID)
}

func (s *DataAssetLogsService) connectors() lister[Connector, string] {
	return lister[Connector, string]{op: "Connectors", conn: s.conn, open: openConnectors}
}

// openConnectors reads by offsets. Connectors have no time, so the listing is one group whose rows are distinguished by
// their keys alone.
func openConnectors(conn *conn, instanceID string) (*spec[Connector], error) {
	c := check{op: "Connectors.List"}
	if c.id("InstanceID", instanceID); c.err() != nil {
		return nil, c.err()
	}
	l := &edsList[Connector]{
		conn: conn, path: []string{"instances", instanceID, "connectors"}, codec: &connectorCodec, members: []string{"data", "entities"},
		query: func(exact.Window) url.Values { return url.Values{"type": {"ADMIN"}} },
	}
	return &spec[Connector]{
		Traits:    exact.Traits{MaxSize: edsMaxSize, MaxSkip: edsMaxSkip},
		unbounded: true,
		filter:    instanceID,
		time:      func(*Connector) time.Time { return time.Time{} },
		hash:      func(c *Connector) exact.Hash { return exact.HashOf(c.ID) },
		shared:    &l.shared,
		learning:  l.learning,
		fetch:     l.fetch,
	}, nil
}

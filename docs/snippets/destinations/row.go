package destinations

import (
	"bytes"
	"encoding/json"
	"fmt"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// row is an OCSF event as columns: those attributes that package ocsf gives, under their names. All classes share it, since the
// columns that a class lacks cost nothing.
type row struct {
	Time         int64     `json:"time" parquet:"time"` // milliseconds since 1970
	ClassUID     int32     `json:"class_uid" parquet:"class_uid"`
	ClassName    *string   `json:"class_name" parquet:"class_name,optional,dict"`
	CategoryUID  int32     `json:"category_uid" parquet:"category_uid"`
	CategoryName *string   `json:"category_name" parquet:"category_name,optional,dict"`
	ActivityID   int32     `json:"activity_id" parquet:"activity_id"`
	ActivityName *string   `json:"activity_name" parquet:"activity_name,optional,dict"`
	TypeUID      int64     `json:"type_uid" parquet:"type_uid"`
	TypeName     *string   `json:"type_name" parquet:"type_name,optional,dict"`
	SeverityID   int32     `json:"severity_id" parquet:"severity_id"`
	Severity     *string   `json:"severity" parquet:"severity,optional,dict"`
	StatusID     *int32    `json:"status_id" parquet:"status_id,optional"`
	Status       *string   `json:"status" parquet:"status,optional,dict"`
	Message      *string   `json:"message" parquet:"message,optional"`
	Metadata     metadata  `json:"metadata" parquet:"metadata"`
	Actor        *actor    `json:"actor" parquet:"actor,optional"`
	User         *user     `json:"user" parquet:"user,optional"`
	Entity       *entity   `json:"entity" parquet:"entity,optional"`
	File         *file     `json:"file" parquet:"file,optional"`
	API          *api      `json:"api" parquet:"api,optional"`
	WebResources []thing   `json:"web_resources" parquet:"web_resources,list"`
	Resources    []thing   `json:"resources" parquet:"resources,list"`
	Service      *thing    `json:"service" parquet:"service,optional"`
	SrcEndpoint  *endpoint `json:"src_endpoint" parquet:"src_endpoint,optional"`
	DstEndpoint  *endpoint `json:"dst_endpoint" parquet:"dst_endpoint,optional"`
	Unmapped     anything  `json:"unmapped" parquet:"unmapped,optional"`
	RawData      string    `json:"raw_data" parquet:"raw_data"`
}

type metadata struct {
	UID          string   `json:"uid" parquet:"uid"`
	Version      string   `json:"version" parquet:"version,dict"`
	Product      product  `json:"product" parquet:"product"`
	EventCode    *string  `json:"event_code" parquet:"event_code,optional,dict"`
	LogName      *string  `json:"log_name" parquet:"log_name,optional,dict"`
	LogProvider  *string  `json:"log_provider" parquet:"log_provider,optional,dict"`
	OriginalTime *string  `json:"original_time" parquet:"original_time,optional"`
	TenantUID    *string  `json:"tenant_uid" parquet:"tenant_uid,optional,dict"`
	Profiles     []string `json:"profiles" parquet:"profiles,list"`
}

type product struct {
	Name       *string `json:"name" parquet:"name,optional,dict"`
	VendorName *string `json:"vendor_name" parquet:"vendor_name,optional,dict"`
	UID        *string `json:"uid" parquet:"uid,optional,dict"`
	Version    *string `json:"version" parquet:"version,optional,dict"`
}

type actor struct {
	User    *user   `json:"user" parquet:"user,optional"`
	AppName *string `json:"app_name" parquet:"app_name,optional,dict"`
	AppUID  *string `json:"app_uid" parquet:"app_uid,optional,dict"`
}

type user struct {
	UID       *string `json:"uid" parquet:"uid,optional"`
	Name      *string `json:"name" parquet:"name,optional"`
	FullName  *string `json:"full_name" parquet:"full_name,optional"`
	EmailAddr *string `json:"email_addr" parquet:"email_addr,optional"`
	Type      *string `json:"type" parquet:"type,optional,dict"`
	TypeID    *int32  `json:"type_id" parquet:"type_id,optional"`
	Org       *thing  `json:"org" parquet:"org,optional"`
	Account   *thing  `json:"account" parquet:"account,optional"`
}

type entity struct {
	UID    *string  `json:"uid" parquet:"uid,optional"`
	Name   *string  `json:"name" parquet:"name,optional"`
	Type   *string  `json:"type" parquet:"type,optional,dict"`
	TypeID *int32   `json:"type_id" parquet:"type_id,optional"`
	User   *user    `json:"user" parquet:"user,optional"`
	Data   anything `json:"data" parquet:"data,optional"`
}

type file struct {
	UID    *string `json:"uid" parquet:"uid,optional"`
	Name   *string `json:"name" parquet:"name,optional"`
	Path   *string `json:"path" parquet:"path,optional"`
	Size   *int64  `json:"size" parquet:"size,optional"`
	Type   *string `json:"type" parquet:"type,optional,dict"`
	TypeID *int32  `json:"type_id" parquet:"type_id,optional"`
}

type api struct {
	Operation *string `json:"operation" parquet:"operation,optional,dict"`
	Version   *string `json:"version" parquet:"version,optional,dict"`
	Service   *thing  `json:"service" parquet:"service,optional"`
}

type thing struct {
	UID       *string  `json:"uid" parquet:"uid,optional"`
	Name      *string  `json:"name" parquet:"name,optional"`
	Type      *string  `json:"type" parquet:"type,optional,dict"`
	URLString *string  `json:"url_string" parquet:"url_string,optional"`
	Data      anything `json:"data" parquet:"data,optional"`
}

type endpoint struct {
	IP       *string `json:"ip" parquet:"ip,optional"`
	UID      *string `json:"uid" parquet:"uid,optional"`
	Name     *string `json:"name" parquet:"name,optional"`
	Hostname *string `json:"hostname" parquet:"hostname,optional"`
	SvcName  *string `json:"svc_name" parquet:"svc_name,optional"`
	Type     *string `json:"type" parquet:"type,optional,dict"`
	TypeID   *int32  `json:"type_id" parquet:"type_id,optional"`
}

// anything is JSON of any shape, as text.
type anything string

func (a *anything) UnmarshalJSON(data []byte) error {
	*a = anything(data)
	return nil
}

// rowOf maps an event to OCSF 1.3, the newest version that Security Lake takes.
func rowOf(e auditlogs.Event) (row, error) {
	text, err := ocsf.Map(e, ocsf.V1_3)
	if err != nil {
		return row{}, err
	}
	r, err := columns(text)
	if err != nil {
		return row{}, fmt.Errorf("%s/%s: %w", e.API, e.ID, err)
	}
	return r, nil
}

// columns reads an OCSF event. An attribute without a column is an error, so that nothing is left out unnoticed.
func columns(text []byte) (r row, err error) {
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.DisallowUnknownFields()
	err = reader.Decode(&r)
	return r, err
}

package destinations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// row is an OCSF event as columns: those attributes that package ocsf gives, under their names. All classes share it, since the
// columns that a class lacks cost nothing.
type row struct {
	Time         int64         `json:"time" parquet:"time"` // milliseconds since 1970
	TimeDT       time.Time     `json:"time_dt" parquet:"time_dt,timestamp(microsecond)"`
	ClassUID     int32         `json:"class_uid" parquet:"class_uid"`
	ClassName    string        `json:"class_name" parquet:"class_name,dict"`
	CategoryUID  int32         `json:"category_uid" parquet:"category_uid"`
	CategoryName string        `json:"category_name" parquet:"category_name,dict"`
	ActivityID   int32         `json:"activity_id" parquet:"activity_id"`
	ActivityName string        `json:"activity_name" parquet:"activity_name,dict"`
	TypeUID      int64         `json:"type_uid" parquet:"type_uid"`
	TypeName     string        `json:"type_name" parquet:"type_name,dict"`
	SeverityID   int32         `json:"severity_id" parquet:"severity_id"`
	Severity     string        `json:"severity" parquet:"severity,dict"`
	StatusID     *int32        `json:"status_id" parquet:"status_id,optional"`
	Status       *string       `json:"status" parquet:"status,optional,dict"`
	Message      *string       `json:"message" parquet:"message,optional"`
	Metadata     metadata      `json:"metadata" parquet:"metadata"`
	Actor        *actor        `json:"actor" parquet:"actor,optional"`
	User         *user         `json:"user" parquet:"user,optional"`
	Entity       *entity       `json:"entity" parquet:"entity,optional"`
	File         *named        `json:"file" parquet:"file,optional"`
	API          *api          `json:"api" parquet:"api,optional"`
	HTTPRequest  *httpRequest  `json:"http_request" parquet:"http_request,optional"`
	WebResources []webResource `json:"web_resources" parquet:"web_resources,list"`
	Resources    []named       `json:"resources" parquet:"resources,list"`
	Service      *named        `json:"service" parquet:"service,optional"`
	SrcEndpoint  *endpoint     `json:"src_endpoint" parquet:"src_endpoint,optional"`
	Unmapped     anything      `json:"unmapped" parquet:"unmapped,optional"`
	RawData      *string       `json:"raw_data" parquet:"raw_data,optional"`
}

type metadata struct {
	UID          string   `json:"uid" parquet:"uid"`
	Version      string   `json:"version" parquet:"version,dict"`
	Profiles     []string `json:"profiles" parquet:"profiles,list"`
	Product      product  `json:"product" parquet:"product"`
	EventCode    *string  `json:"event_code" parquet:"event_code,optional,dict"`
	LogName      *string  `json:"log_name" parquet:"log_name,optional,dict"`
	OriginalTime *string  `json:"original_time" parquet:"original_time,optional"`
	TenantUID    *string  `json:"tenant_uid" parquet:"tenant_uid,optional,dict"`
}

type product struct {
	Name       string `json:"name" parquet:"name,dict"`
	VendorName string `json:"vendor_name" parquet:"vendor_name,dict"`
	Feature    *named `json:"feature" parquet:"feature,optional"`
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
	Account   *named  `json:"account" parquet:"account,optional"`
}

type entity struct {
	UID    *string `json:"uid" parquet:"uid,optional"`
	Name   *string `json:"name" parquet:"name,optional"`
	Type   *string `json:"type" parquet:"type,optional,dict"`
	TypeID *int32  `json:"type_id" parquet:"type_id,optional"`
	User   *user   `json:"user" parquet:"user,optional"`
}

// named is a file, an account, a resource, a service, or the feature of a product.
type named struct {
	UID    *string `json:"uid" parquet:"uid,optional"`
	Name   *string `json:"name" parquet:"name,optional"`
	Type   *string `json:"type" parquet:"type,optional,dict"`
	TypeID *int32  `json:"type_id" parquet:"type_id,optional"`
}

type api struct {
	Operation string `json:"operation" parquet:"operation,dict"`
}

type httpRequest struct {
	Method *string `json:"http_method" parquet:"http_method,optional,dict"`
	URL    *link   `json:"url" parquet:"url,optional"`
}

type link struct {
	URLString *string `json:"url_string" parquet:"url_string,optional"`
	Path      *string `json:"path" parquet:"path,optional"`
}

type webResource struct {
	UID       *string `json:"uid" parquet:"uid,optional"`
	Name      *string `json:"name" parquet:"name,optional"`
	Type      *string `json:"type" parquet:"type,optional,dict"`
	URLString *string `json:"url_string" parquet:"url_string,optional"`
}

type endpoint struct {
	IP              *string  `json:"ip" parquet:"ip,optional"`
	IntermediateIPs []string `json:"intermediate_ips" parquet:"intermediate_ips,list"`
	UID             *string  `json:"uid" parquet:"uid,optional"`
	Name            *string  `json:"name" parquet:"name,optional"`
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

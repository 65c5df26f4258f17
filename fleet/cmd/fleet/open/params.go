package open

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// Params is what fleet.Spec.Params says, as JSON: where a log is, and which one it is.
type Params struct {
	URL string `json:"url,omitempty" yaml:"url"` // the base URL; ThousandEyes has a default

	ProjectID   string `json:"project_id,omitempty" yaml:"project_id"`     // Huawei EDS
	InstanceID  string `json:"instance_id,omitempty" yaml:"instance_id"`   // Huawei EDS
	ConnectorID string `json:"connector_id,omitempty" yaml:"connector_id"` // Huawei EDS; all connectors unless set

	ResourceType string `json:"resource_type,omitempty" yaml:"resource_type"` // Elastic Path
	ResourceID   string `json:"resource_id,omitempty" yaml:"resource_id"`     // Elastic Path

	AccountGroup     string `json:"account_group,omitempty" yaml:"account_group"`           // ThousandEyes
	AllAccountGroups bool   `json:"all_account_groups,omitempty" yaml:"all_account_groups"` // ThousandEyes

	PerMinute    int  `json:"per_minute,omitempty" yaml:"per_minute"`       // requests of the credential, for all workers together
	InsecureHTTP bool `json:"insecure_http,omitempty" yaml:"insecure_http"` // allows an http URL to another machine
}

// A ParamsError says which member of Params is wrong. It quotes no value: a URL may hold a password.
type ParamsError struct {
	Field  string
	Reason string
}

// Error says what is wrong.
func (e *ParamsError) Error() string { return fmt.Sprintf("params: %s %s", e.Field, e.Reason) }

// readParams reads the parameters of a spec, and refuses members that it does not know, or that another API has.
func readParams(s fleet.Spec) (p Params, err error) {
	d := json.NewDecoder(bytes.NewReader(s.Params))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil && !(errors.Is(err, io.EOF) && len(s.Params) == 0) {
		return p, unreadable(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p, &ParamsError{"they", "are more than one object of JSON"}
	}
	return p, p.check(s.API)
}

// unreadable says why parameters cannot be read, without what they say.
func unreadable(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return &ParamsError{wrong.Field, "is not a " + wrong.Type.String()}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &ParamsError{name, "is not known"}
	}
	return &ParamsError{"they", "are not an object of JSON"}
}

// check refuses members that an API does not have, since whoever wrote them expects that they count.
func (p Params) check(api auditlogs.API) error {
	if p.PerMinute < 0 {
		return &ParamsError{"per_minute", "is negative"}
	}
	if p.AllAccountGroups && p.AccountGroup != "" {
		return &ParamsError{"account_group", "is set, and so is all_account_groups"}
	}
	for _, m := range []struct {
		name string
		set  bool
		of   auditlogs.API
	}{
		{"project_id", p.ProjectID != "", auditlogs.APIHuaweiEDS},
		{"instance_id", p.InstanceID != "", auditlogs.APIHuaweiEDS},
		{"connector_id", p.ConnectorID != "", auditlogs.APIHuaweiEDS},
		{"resource_type", p.ResourceType != "", auditlogs.APIElasticPath},
		{"resource_id", p.ResourceID != "", auditlogs.APIElasticPath},
		{"account_group", p.AccountGroup != "", auditlogs.APIThousandEyes},
		{"all_account_groups", p.AllAccountGroups, auditlogs.APIThousandEyes},
	} {
		if m.set && m.of != api {
			return &ParamsError{m.name, fmt.Sprintf("is for %s only", m.of)}
		}
	}
	return nil
}

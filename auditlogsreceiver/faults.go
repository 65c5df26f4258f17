package auditlogsreceiver

import (
	"errors"
	"slices"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// SettingError says which setting cannot work. It names the setting and never quotes its value. errors.Is matches it with
// auditlogs.ErrInvalidConfig.
type SettingError struct {
	Setting string // "endpoint"; "" if the reason is about several settings
	Reason  string // "has no scheme"
}

// Error returns one line.
func (e *SettingError) Error() string {
	if e.Setting == "" {
		return e.Reason
	}
	return e.Setting + ": " + e.Reason
}

// Is reports whether target is auditlogs.ErrInvalidConfig.
func (e *SettingError) Is(target error) bool { return target == auditlogs.ErrInvalidConfig }

// faults are what is wrong with settings. As an error they are one line, before which the Collector puts the path.
type faults []error

// err returns the faults as an error, or nil if there are none.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error returns all faults in one line.
func (f faults) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns the faults.
func (f faults) Unwrap() []error { return f }

func (f *faults) add(setting, reason string) { *f = append(*f, &SettingError{setting, reason}) }

func (f *faults) notNegative(setting string, d time.Duration) {
	if d < 0 {
		f.add(setting, "is negative")
	}
}

func (f *faults) oneOf(setting, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.add(setting, "is neither "+strings.Join(allowed, " nor "))
	}
}

// settings are the settings behind the arguments of the library's options and the fields of its filters.
var settings = map[string]string{
	"baseURL": "endpoint", "omnitronURL": "endpoint", "projectID": "project_id",
	"username": "username", "password": "password", "clientID": "client_id", "clientSecret": "client_secret",
	"IAMURL": "iam::endpoint", "DomainName": "iam::domain", "UserName": "iam::username", "Password": "iam::password",
	"ProjectID": "project_id", "AccessKey": "access_key", "SecretKey": "secret_key", "SecurityToken": "security_token",
	"InstanceID": "instance_id", "ConnectorID": "connector_id", "ResourceType": "resource_type", "ResourceID": "resource_id",
	"AccountGroupID": "account_group", "AllPermittedAccountGroups": "all_account_groups",
}

// translate returns errors of the library about options and filters in the terms of settings, each once. The token is the
// setting that has it.
func translate(err error, token string) error {
	var all faults
	seen := map[SettingError]bool{}
	for _, one := range leaves(err) {
		own := SettingError{Reason: one.Error()}
		var config *auditlogs.ConfigError
		var filter *auditlogs.FilterError
		switch {
		case errors.As(one, &config):
			own = SettingError{settingOf(config.Field, token), strings.ReplaceAll(config.Reason, "WithInsecureHTTP", "insecure_http: true")}
		case errors.As(one, &filter):
			own = SettingError{settingOf(filter.Field, token), filter.Reason}
		}
		if !seen[own] {
			seen[own] = true
			all = append(all, &own)
		}
	}
	return all.err()
}

func settingOf(field, token string) string {
	if field == "tokens" {
		return token
	}
	if own, ok := settings[field]; ok {
		return own
	}
	return field
}

// leaves returns the errors that were joined into one.
func leaves(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, leaves(one)...)
	}
	return all
}

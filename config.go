package auditlogs

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// config is what the options say, before it is checked as a whole.
type config struct {
	apis      map[API]*apiConfig
	http      *http.Client
	retry     RetryPolicy
	perMinute int
	maxBody   int64
	userAgent string
	logger    *slog.Logger
	hooks     Hooks
	insecure  bool
}

func newConfig() *config {
	return &config{
		apis:      map[API]*apiConfig{},
		retry:     RetryPolicy{}.withDefaults(),
		maxBody:   defaultMaxBody,
		userAgent: userAgent,
		logger:    slog.New(slog.DiscardHandler),
	}
}

// apiConfig is one API as it was configured, and the words for what may be wrong with it.
type apiConfig struct {
	id                                  API
	option                              string
	baseField, projectField, tokenField string
	baseURL, projectID                  string
	tokens                              TokenSource
}

// check reports every fault of the configured APIs. It comes after all options, since WithInsecureHTTP may be the last.
func (c *config) check() error {
	var errs []error
	for _, id := range allAPIs {
		if a := c.apis[id]; a != nil {
			errs = append(errs, a.check(c.insecure))
		}
	}
	return errors.Join(errs...)
}

func (a *apiConfig) check(insecure bool) error {
	var errs []error
	fault := func(field, reason string) {
		if reason != "" {
			errs = append(errs, &ConfigError{Option: a.option, Field: field, Reason: reason})
		}
	}
	_, reason := parseBaseURL(a.baseURL, insecure)
	fault(a.baseField, reason)
	if a.id == APIHuaweiEDS {
		fault(a.projectField, elementFault(a.projectID))
	}
	if isNil(a.tokens) {
		fault(a.tokenField, "is nil")
		return errors.Join(errs...)
	}
	switch own := a.tokens.(type) {
	case *staticToken:
		fault(a.tokenField, tokenFault(own.value.reveal()))
	case boundSource:
		errs = append(errs, own.check(insecure))
	}
	return errors.Join(errs...)
}

// base is the address, which check has found good.
func (a *apiConfig) base(insecure bool) *url.URL {
	base, _ := parseBaseURL(a.baseURL, insecure)
	return base
}

// elementFault says why a text cannot be an id within a path, or "".
func elementFault(id string) string {
	switch {
	case id == "":
		return "is empty"
	case id == "." || strings.Contains(id, ".."):
		return "would lead elsewhere in a path"
	}
	for i := range len(id) {
		switch b := id[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '-', b == '_', b == '.':
		default:
			return "has a character other than letters, digits, '-', '_' and '.'"
		}
	}
	return ""
}

// isNil also finds the nil pointers and functions that hide in an interface.
func isNil(source TokenSource) bool {
	if source == nil {
		return true
	}
	switch v := reflect.ValueOf(source); v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Slice, reflect.Chan:
		return v.IsNil()
	default:
		return false
	}
}

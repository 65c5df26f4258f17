package auditlogs

import (
	"errors"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// FromEnv configures the APIs that are set in the environment. Each API needs its URL, and the variables of one way to get in:
//
//	AUDITLOGS_WALDUR_URL         _TOKEN, or _USERNAME and _PASSWORD
//	AUDITLOGS_HUAWEI_EDS_URL     AUDITLOGS_HUAWEI_EDS_PROJECT_ID, and AUDITLOGS_HUAWEI_EDS_TOKEN,
//	                             or AUDITLOGS_HUAWEI_IAM_URL, _DOMAIN, _USERNAME and _PASSWORD,
//	                             or AUDITLOGS_HUAWEI_ACCESS_KEY and _SECRET_KEY, and _SECURITY_TOKEN for a temporary key
//	AUDITLOGS_AKINON_URL         _TOKEN, or _USERNAME and _PASSWORD, for a login at the URL's host
//	AUDITLOGS_ELASTICPATH_URL    _TOKEN, or _CLIENT_ID and _CLIENT_SECRET
//	AUDITLOGS_THOUSANDEYES_URL   _TOKEN; the URL is ThousandEyesURL unless set
//
// Instead of each variable of a way to get in, the same name with _FILE may give the path of a file that has the value, as
// containers mount secrets; white space around the value is left out. A token in a file is read as [TokenFile] says, a password at
// each login, and an access key again when one of its files has changed.
//
// AUDITLOGS_DEBUG=1 logs every request and retry as text on standard error, at the level Debug, unless WithLogger gives a logger:
// operations, attempts, statuses and durations, without URLs, headers, secrets and records.
//
// NewClient reads the variables when it applies the option. An empty variable counts as not set. It is an error if only
// some of the variables that an API needs are set, or if an API is configured in two ways. The error names variables,
// never values. If no API is set at all, that is not an error.
func FromEnv() Option {
	return func(c *config) error {
		errs := []error{debugFromEnv(c)}
		for i := range apis {
			errs = append(errs, apis[i].fromEnv(c))
		}
		return errors.Join(errs...)
	}
}

// debugVariable asks for a log of all requests.
const debugVariable = "AUDITLOGS_DEBUG"

func debugFromEnv(c *config) error {
	text := os.Getenv(debugVariable)
	if text == "" {
		return nil
	}
	debug, err := strconv.ParseBool(text)
	if err != nil {
		return &ConfigError{Option: "FromEnv", Field: debugVariable, Reason: "is neither 1 nor 0"}
	}
	if debug {
		c.debug = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return nil
}

// variableNames are the environment variables of one API, by what follows the prefix.
type variableNames struct {
	prefix string
	place  []string   // the URL, and for Huawei the project
	url    string     // the default if the URL is not set; "" if there is none
	ways   []envEntry // the first one is a token
}

// envEntry is one way to get in: variables that belong together.
type envEntry struct {
	names    []string
	optional []string
	signs    bool // the source signs requests
	source   func(variables) TokenSource
}

// byToken is the way to get in with a token.
func byToken(name string) envEntry {
	return envEntry{names: []string{name}, source: func(v variables) TokenSource { return StaticToken(v[name]) }}
}

// all returns all names of the way.
func (e envEntry) all() []string { return slices.Concat(e.names, e.optional) }

// hostOf returns the origin of an Akinon base URL, where Omnitron's login is.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // the check of the base URL reports the fault
	}
	return u.Scheme + "://" + u.Host
}

// variables are the variables of one API that are set. Those that give the path of a file end in fileSuffix.
type variables map[string]string

const fileSuffix = "_FILE"

// set returns which of the given variables are set, directly or by a file, as they are spelt.
func (v variables) set(names []string) []string {
	var set []string
	for _, name := range names {
		for _, spelt := range []string{name, name + fileSuffix} {
			if v[spelt] != "" {
				set = append(set, spelt)
			}
		}
	}
	return set
}

func (a *variableNames) read() variables {
	v := variables{}
	look := func(name string) {
		if value := os.Getenv(a.prefix + name); value != "" {
			v[name] = value
		}
	}
	for _, name := range a.place {
		look(name)
	}
	for _, way := range a.ways {
		for _, name := range way.all() {
			look(name)
			look(name + fileSuffix)
		}
	}
	if url := a.place[0]; a.url != "" && v[url] == "" && len(v.set(a.ways[0].names)) > 0 {
		v[url] = a.url
	}
	return v
}

// fromEnv configures the API, if the environment names it.
func (a *apiTraits) fromEnv(c *config) error {
	names := &a.env
	v := names.read()
	if len(v) == 0 {
		return nil
	}
	way, err := names.check(v)
	if err != nil {
		return err
	}
	url, project := names.place[0], names.place[len(names.place)-1]
	if c.apis[a.id] != nil {
		return names.fault(url, "configures an API that is configured already")
	}
	c.apis[a.id] = &apiConfig{
		option: "FromEnv", baseField: names.prefix + url, projectField: names.prefix + project,
		tokenField: names.names(v.set(way.names)),
		baseURL:    v[url], projectID: v[project], tokens: names.source(way, v),
	}
	return nil
}

// check returns the one way to get in whose variables are set, or an error for each variable that is missing, or that
// conflicts with others.
func (a *variableNames) check(v variables) (way envEntry, err error) {
	var errs []error
	var used []envEntry
	for _, way := range a.ways {
		if len(v.set(way.all())) > 0 {
			used = append(used, way)
		}
	}
	needed := a.place
	switch len(used) {
	case 0:
		errs = append(errs, a.fault(a.ways[0].names[0], a.nothingSet()))
	case 1:
		way = used[0]
		needed = slices.Concat(a.place, way.names)
		errs = append(errs, a.checkFiles(v, way)...)
	default:
		first, second := v.set(used[0].all()), v.set(used[1].all())
		errs = append(errs, a.fault(first[0], "is set, and so is "+a.names(second)+": one of the two ways will do"))
	}
	for _, name := range needed {
		if len(v.set([]string{name})) == 0 {
			errs = append(errs, a.fault(name, "is not set"))
		}
	}
	return way, errors.Join(errs...)
}

// nothingSet says that no way to get in is set.
func (a *variableNames) nothingSet() string {
	text := "is not set"
	for _, way := range a.ways[1:] {
		text += ", nor is " + a.names(way.names)
	}
	return text
}

// checkFiles returns an error for each variable that is set both directly and by a file.
func (a *variableNames) checkFiles(v variables, way envEntry) (errs []error) {
	for _, name := range way.all() {
		if set := v.set([]string{name}); len(set) == 2 {
			errs = append(errs, a.fault(set[0], "is set, and so is "+a.prefix+set[1]+": one of the two will do"))
		}
	}
	return errs
}

// first returns the variable to begin with: the URL or, if that has a default, the token.
func (a *variableNames) first() string {
	if a.url != "" {
		return a.prefix + a.ways[0].names[0]
	}
	return a.prefix + a.place[0]
}

func (a *variableNames) names(names []string) string {
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = a.prefix + name
	}
	return strings.Join(full, " and ")
}

func (a *variableNames) fault(name, reason string) error {
	return &ConfigError{Option: "FromEnv", Field: a.prefix + name, Reason: reason}
}

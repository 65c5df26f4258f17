package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Logs says which logs to read, and from when to when. A zero Since is the first record, and a zero Until has no end.
type Logs struct {
	Since, Until Moment
	APIs         []auditlogs.API // nil: all that are configured
	Instance     string          // of Huawei EDS
	Connector    string          // "": all of the instance
	Resources    []auditlogs.RelatedDataEntry
}

// namesOfLogs are the flags that made-up records decide.
var namesOfLogs = []string{"eds-instance", "eds-connector", "elasticpath-resource"}

// Logs defines the flags -api, -eds-instance, -eds-connector and -elasticpath-resource. Times are for Moment.
func (f *Flags) Logs() *Logs {
	l := &Logs{}
	f.Var((*apis)(&l.APIs), "api", "read only these of the configured APIs, a `list` such as waldur,akinon")
	f.StringVar(&l.Instance, "eds-instance", "", "`ID` of the Huawei EDS instance")
	f.StringVar(&l.Connector, "eds-connector", "", "`ID` of the only Huawei EDS connector (default: all of the instance)")
	f.Resources(&l.Resources, "elasticpath-resource", "Elastic Path resource as `type:id`; may be repeated, or a list with commas")
	f.checks = append(f.checks, l.check)
	return l
}

func (l *Logs) check() error {
	switch {
	case l.Connector != "" && l.Instance == "":
		return errors.New("-eds-connector needs -eds-instance")
	case !l.Until.IsZero() && !l.Since.Before(l.Until.Time):
		return fmt.Errorf("-since: is not before the end of the range, %s", l.Until.Format(time.RFC3339Nano))
	}
	return nil
}

// MadeUp chooses those logs of the test server that have records.
func (l *Logs) MadeUp() {
	l.Instance, l.Connector = auditlogtest.InstanceID, auditlogtest.ConnectorID
	l.Resources = []auditlogs.RelatedDataEntry{{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID}}
}

// Chosen reports whether -api leaves an API in.
func (l *Logs) Chosen(api auditlogs.API) bool { return l.APIs == nil || slices.Contains(l.APIs, api) }

// Configured returns an error if -api has an API that the client has not.
func (l *Logs) Configured(client *auditlogs.Client) error {
	var errs []error
	for _, api := range l.APIs {
		if !slices.Contains(client.APIs(), api) {
			errs = append(errs, fmt.Errorf("-api: %q is not configured; configured are %v", api, client.APIs()))
		}
	}
	return errors.Join(errs...)
}

// allAPIs are those that there are.
var allAPIs = []auditlogs.API{
	auditlogs.APIWaldur, auditlogs.APIHuaweiEDS, auditlogs.APIAkinon, auditlogs.APIElasticPath, auditlogs.APIThousandEyes,
}

// apis is the flag -api.
type apis []auditlogs.API

func (a *apis) String() string { return "" }

func (a *apis) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		api := auditlogs.API(strings.TrimSpace(name))
		if !slices.Contains(allAPIs, api) {
			return fmt.Errorf("%q is none of %v", name, allAPIs)
		}
		if !slices.Contains(*a, api) {
			*a = append(*a, api)
		}
	}
	return nil
}

// Resources defines a flag for resources of Elastic Path.
func (f *Flags) Resources(to *[]auditlogs.RelatedDataEntry, name, usage string) {
	f.Var((*resources)(to), name, usage)
}

type resources []auditlogs.RelatedDataEntry

func (r *resources) String() string { return "" }

func (r *resources) Set(text string) error {
	for one := range strings.SplitSeq(text, ",") {
		kind, id, ok := strings.Cut(strings.TrimSpace(one), ":")
		if !ok || kind == "" || id == "" {
			return errors.New("want type:id")
		}
		entry := auditlogs.RelatedDataEntry{ResourceType: kind, ResourceID: id}
		if !slices.ContainsFunc(*r, func(e auditlogs.RelatedDataEntry) bool { return e.Key() == entry.Key() }) {
			*r = append(*r, entry)
		}
	}
	return nil
}

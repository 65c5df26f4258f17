package auditlogsreceiver

import (
	"iter"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// Values of Config.Body.
const (
	BodyOCSF   = "ocsf"
	BodyRecord = "record"
)

// Values of Config.OnPermanentError.
const (
	OnPermanentErrorStop = "stop"
	OnPermanentErrorDrop = "drop"
)

// Config is the configuration of the receiver. The README of the module has a table of all settings.
type Config struct {
	// Storage is the storage extension that keeps how far each source was read. Without it a restart begins anew.
	Storage *component.ID `mapstructure:"storage"`
	// PollInterval is the time between two polls of a source.
	PollInterval time.Duration `mapstructure:"poll_interval"`
	// InitialLookback is how far before the first start a source begins; 0 is from then on. The storage remembers where that was.
	InitialLookback time.Duration `mapstructure:"initial_lookback"`
	// Lag is how long a record may take to become visible.
	Lag time.Duration `mapstructure:"lag"`
	// Lookback is how far back each poll reads again, for records that took even longer.
	Lookback time.Duration `mapstructure:"lookback"`
	// Body is what a log record has as its body: an OCSF event, or the record of the API.
	Body string `mapstructure:"body"`
	// OCSFVersion is the version of the schema of that OCSF event.
	OCSFVersion string `mapstructure:"ocsf_version"`
	// Redact masks values that others should not see, as auditlogs.Event.Redacted does.
	Redact bool `mapstructure:"redact"`
	// OnPermanentError says what becomes of a batch that the next component refuses for good.
	OnPermanentError string `mapstructure:"on_permanent_error"`

	// Waldur and the maps after it have the settings of each tenant, under its name.
	Waldur       map[string]WaldurConfig       `mapstructure:"waldur"`
	HuaweiEDS    map[string]HuaweiEDSConfig    `mapstructure:"huawei_eds"`
	Akinon       map[string]AkinonConfig       `mapstructure:"akinon"`
	ElasticPath  map[string]ElasticPathConfig  `mapstructure:"elasticpath"`
	ThousandEyes map[string]ThousandEyesConfig `mapstructure:"thousandeyes"`
}

func createDefaultConfig() component.Config {
	return &Config{
		PollInterval:     time.Minute,
		InitialLookback:  24 * time.Hour,
		Lag:              time.Minute,
		Lookback:         5 * time.Minute,
		Body:             BodyOCSF,
		OCSFVersion:      string(ocsf.V1_8),
		OnPermanentError: OnPermanentErrorStop,
	}
}

// Validate returns what is wrong with the settings of the receiver itself, each as a *SettingError. The Collector validates each
// tenant besides. It sends nothing.
func (c *Config) Validate() error {
	var errs faults
	if c.PollInterval <= 0 {
		errs.add("poll_interval", "is not positive")
	}
	errs.notNegative("initial_lookback", c.InitialLookback)
	errs.notNegative("lag", c.Lag)
	errs.notNegative("lookback", c.Lookback)
	errs.oneOf("body", c.Body, BodyOCSF, BodyRecord)
	errs.oneOf("ocsf_version", c.OCSFVersion, string(ocsf.V1_8), string(ocsf.V1_3))
	errs.oneOf("on_permanent_error", c.OnPermanentError, OnPermanentErrorStop, OnPermanentErrorDrop)
	sources := 0
	for name := range c.tenants() {
		sources++
		if _, tenant, _ := strings.Cut(name, "/"); tenant == "" || len(name) > deliver.MaxName-len(sincePrefix) || deliver.CheckName(name) != nil {
			errs.add("", "the name of a tenant is empty, has more than 1000 bytes, or has bytes that are no text")
		}
	}
	if sources == 0 {
		errs.add("", "there is no source: at least one tenant of waldur, huawei_eds, akinon, elasticpath or thousandeyes is needed")
	}
	return errs.err()
}

// tenants returns the settings of all sources, with their names.
func (c *Config) tenants() iter.Seq2[string, tenant] {
	return func(yield func(string, tenant) bool) {
		_ = each("waldur", c.Waldur, yield) && each("huawei_eds", c.HuaweiEDS, yield) && each("akinon", c.Akinon, yield) &&
			each("elasticpath", c.ElasticPath, yield) && each("thousandeyes", c.ThousandEyes, yield)
	}
}

func each[T tenant](api string, tenants map[string]T, yield func(string, tenant) bool) bool {
	for name, t := range tenants {
		if !yield(api+"/"+name, t) {
			return false
		}
	}
	return true
}

// followOptions returns how sources are followed: for ever, whatever fails for now.
func (c *Config) followOptions() auditlogs.FollowOptions {
	return auditlogs.FollowOptions{
		Interval: c.PollInterval, Lag: max(c.Lag, time.Nanosecond), Lookback: max(c.Lookback, time.Nanosecond), Patience: -1,
	}
}

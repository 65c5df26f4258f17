package auditlogsreceiver

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.yaml.in/yaml/v3"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// load reads settings as the Collector does.
func load(t *testing.T, from *confmap.Conf) (*Config, error) {
	t.Helper()
	config := NewFactory().CreateDefaultConfig().(*Config)
	if err := from.Unmarshal(config); err != nil {
		return nil, err
	}
	return config, confmap.Validate(config)
}

func loadAll(t *testing.T) *Config {
	t.Helper()
	file, err := confmaptest.LoadConf("testdata/all.yaml")
	require.NoError(t, err)
	section, err := file.Sub("audit_logs")
	require.NoError(t, err)
	token := filepath.Join(t.TempDir(), "waldur")
	require.NoError(t, os.WriteFile(token, []byte("secret-k"), 0o600))
	require.NoError(t, section.Merge(confmap.NewFromStringMap(map[string]any{"waldur::filed::token_file": token})))
	config, err := load(t, section)
	require.NoError(t, err)
	config.Waldur["filed"] = WaldurConfig{Connection: Connection{Endpoint: config.Waldur["filed"].Endpoint, TokenFile: "/run/secrets/waldur"}}
	return config
}

func TestEverySetting(t *testing.T) {
	t.Parallel()
	storage := component.MustNewIDWithName("file_storage", "audit")
	eds := Connection{Endpoint: "https://eds-combine.cn-north-4.myhuaweicloud.com"}
	require.Equal(t, &Config{
		Storage: &storage, PollInterval: 30 * time.Second, InitialLookback: 168 * time.Hour, Lag: 2 * time.Minute, Lookback: 10 * time.Minute,
		Body: BodyRecord, OCSFVersion: "1.3.0", Redact: true, OnPermanentError: OnPermanentErrorDrop,
		Waldur: map[string]WaldurConfig{
			"prod":  {Connection: Connection{Endpoint: "https://waldur.example.com", Token: "secret-a", RateLimit: 60}},
			"lab":   {Connection: Connection{Endpoint: "http://waldur.lab", InsecureHTTP: true}, Username: "reader", Password: "secret-b"},
			"filed": {Connection: Connection{Endpoint: "https://waldur.example.org", TokenFile: "/run/secrets/waldur"}},
		},
		HuaweiEDS: map[string]HuaweiEDSConfig{
			"shop": {
				Connection: eds, ProjectID: "0a1b2c3d4e5f60718293a4b5c6d7e8f9", InstanceID: "5d0c7a1e-93b4-4f6d-8a27-0b1c2d3e4f50",
				IAM: IAMConfig{Endpoint: "https://iam.cn-north-4.myhuaweicloud.com", Domain: "example", Username: "reader", Password: "secret-c"},
			},
			"one": {
				Connection: eds, ProjectID: "0a1b2c3d4e5f60718293a4b5c6d7e8f9", InstanceID: "5d0c7a1e-93b4-4f6d-8a27-0b1c2d3e4f50",
				ConnectorID: "6e1d8b2f-04c5-4a7e-9b38-1c2d3e4f5061", AccessKey: "secret-d", SecretKey: "secret-e", SecurityToken: "secret-f",
			},
		},
		Akinon: map[string]AkinonConfig{"eu": {
			Connection: Connection{Endpoint: "https://sandbox.example.com/api/v1/remote/1/data-warehouse"}, Username: "reader", Password: "secret-g",
		}},
		ElasticPath: map[string]ElasticPathConfig{"store": {
			Connection: Connection{Endpoint: "https://euwest.api.elasticpath.com"}, ClientID: "0123", ClientSecret: "secret-h",
			ResourceType: "customer", ResourceID: "3b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
		}},
		ThousandEyes: map[string]ThousandEyesConfig{
			"main": {Connection: Connection{Token: "secret-i"}, AccountGroup: "1234"},
			"all":  {Connection: Connection{Endpoint: "https://api.thousandeyes.example.com/v7", Token: "secret-j"}, AllAccountGroups: true},
		},
	}, loadAll(t))
}

// No way to write a configuration down shows a secret.
func TestConfigHidesSecrets(t *testing.T) {
	t.Parallel()
	config := loadAll(t)
	asJSON, err := json.Marshal(config)
	require.NoError(t, err)
	asYAML, err := yaml.Marshal(config)
	require.NoError(t, err)
	conf := confmap.New()
	require.NoError(t, conf.Marshal(config))
	for name, text := range map[string]string{
		"JSON": string(asJSON), "YAML": string(asYAML), "confmap": fmt.Sprint(conf.ToStringMap()),
		"v": fmt.Sprintf("%v", config), "+v": fmt.Sprintf("%+v", config), "#v": fmt.Sprintf("%#v", config),
	} {
		require.NotContains(t, text, "secret-", name)
		require.Contains(t, text, "waldur.example.com", name)
	}
}

// What is wrong with settings is named by its path, and never quoted.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	const waldur, eds, elasticPath = "waldur", "huawei_eds", "elasticpath"
	for name, tc := range map[string]struct {
		settings map[string]any // by their paths
		want     string
	}{
		"no source":     {nil, "there is no source: at least one tenant of waldur, huawei_eds, akinon, elasticpath or thousandeyes is needed"},
		"no tenant":     {map[string]any{"akinon": map[string]any{}}, "there is no source: at least one tenant of waldur, huawei_eds, akinon, elasticpath or thousandeyes is needed"},
		"intervals":     {good(waldur, "poll_interval", "0s", "lag", "-1s", "lookback", "-1s", "initial_lookback", "-1s"), "poll_interval: is not positive; initial_lookback: is negative; lag: is negative; lookback: is negative"},
		"words":         {good(waldur, "body", "hunter2", "ocsf_version", "1.4.0", "on_permanent_error", ""), "body: is neither ocsf nor record; ocsf_version: is neither 1.8.0 nor 1.3.0; on_permanent_error: is neither stop nor drop"},
		"long name":     {map[string]any{"thousandeyes::" + strings.Repeat("x", 1020) + "::token": "t"}, "the name of a tenant is empty, has more than 1000 bytes, or has bytes that are no text"},
		"empty name":    {map[string]any{"thousandeyes": map[string]any{"": map[string]any{"token": "t"}}}, "the name of a tenant is empty, has more than 1000 bytes, or has bytes that are no text"},
		"no endpoint":   {good(waldur, "waldur::prod::endpoint", ""), "waldur::prod: endpoint: is not set"},
		"no scheme":     {good(waldur, "waldur::prod::endpoint", "hunter2.example.com"), "waldur::prod: endpoint: has no scheme"},
		"rate limit":    {good(waldur, "waldur::prod::rate_limit", -1), "waldur::prod: rate_limit: is negative"},
		"http":          {good(waldur, "waldur::prod::endpoint", "http://hunter2.example.com"), "waldur::prod: endpoint: is http://, which needs insecure_http: true"},
		"no way":        {good(waldur, "waldur::prod::token", ""), "waldur::prod: token: is not set, nor is token_file, nor is username and password"},
		"half a way":    {good(waldur, "waldur::prod::token", "", "waldur::prod::username", "hunter2"), "waldur::prod: password: is not set"},
		"two ways":      {good(waldur, "waldur::prod::password", "hunter2"), "waldur::prod: token: is set, and so is password: only one of the two can be used"},
		"no file":       {good(waldur, "waldur::prod::token", "", "waldur::prod::token_file", "/hunter2"), "waldur::prod: token_file: cannot read the file: no such file or directory"},
		"two and more":  {good(waldur, "waldur::prod::token", "", "waldur::prod::endpoint", ""), "waldur::prod: endpoint: is not set; token: is not set, nor is token_file, nor is username and password"},
		"bad token":     {good(waldur, "waldur::prod::token", "hunter2\n"), "waldur::prod: token: "},
		"login at":      {good(waldur, "waldur::prod::token", "", "waldur::prod::username", "u", "waldur::prod::password", "p", "waldur::prod::endpoint", "hunter2"), "waldur::prod: endpoint: has no scheme"},
		"akinon login":  {good("akinon", "akinon::prod::token", "", "akinon::prod::username", "u", "akinon::prod::password", "p", "akinon::prod::endpoint", ":hunter2"), "akinon::prod: endpoint: "},
		"project":       {good(eds, "huawei_eds::prod::project_id", "../hunter2"), "huawei_eds::prod: project_id: would lead elsewhere in a path"},
		"no project":    {good(eds, "huawei_eds::prod::project_id", ""), "huawei_eds::prod: project_id: is empty"},
		"no instance":   {good(eds, "huawei_eds::prod::instance_id", ""), "huawei_eds::prod: instance_id: is required"},
		"connector":     {good(eds, "huawei_eds::prod::connector_id", "a/../hunter2"), "huawei_eds::prod: connector_id: "},
		"iam":           {good(eds, "huawei_eds::prod::token", "", "huawei_eds::prod::iam::domain", "hunter2"), "huawei_eds::prod: iam::endpoint: is not set"},
		"iam http":      {good(eds, "huawei_eds::prod::token", "", "huawei_eds::prod::iam", map[string]any{"endpoint": "http://hunter2", "domain": "d", "username": "u", "password": "p"}), "huawei_eds::prod: iam::endpoint: is http://, which needs insecure_http: true"},
		"key":           {good(eds, "huawei_eds::prod::token", "", "huawei_eds::prod::security_token", "hunter2"), "huawei_eds::prod: access_key: is not set"},
		"no resource":   {good(elasticPath, "elasticpath::prod::resource_type", "", "elasticpath::prod::resource_id", ""), "elasticpath::prod: resource_type: is required; resource_id: is required"},
		"client secret": {good(elasticPath, "elasticpath::prod::token", "", "elasticpath::prod::client_id", "hunter2"), "elasticpath::prod: client_secret: is not set"},
		"groups":        {good("thousandeyes", "thousandeyes::prod::account_group", "hunter2", "thousandeyes::prod::all_account_groups", true), "thousandeyes::prod: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, confmap.NewFromStringMap(tc.settings))
			if strings.HasSuffix(tc.want, " ") { // the rest are words of the library
				require.ErrorContains(t, err, tc.want)
			} else {
				require.EqualError(t, err, tc.want)
			}
			require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
			require.NotContains(t, err.Error(), "hunter2")
			var one *SettingError
			require.ErrorAs(t, err, &one)
		})
	}
}

// good returns settings of an API with changes: paths and values in turn.
func good(api string, changes ...any) map[string]any {
	prod := api + "::prod::"
	settings := map[string]any{
		prod + "endpoint": "https://api.example.com", prod + "token": "0123456789abcdef0123456789abcdef01234567",
	}
	switch api {
	case "huawei_eds":
		settings[prod+"project_id"], settings[prod+"instance_id"] = "p", "i"
	case "elasticpath":
		settings[prod+"resource_type"], settings[prod+"resource_id"] = "customer", "c"
	}
	for i := 0; i < len(changes); i += 2 {
		settings[changes[i].(string)] = changes[i+1]
	}
	return settings
}

func TestGoodSettings(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"waldur", "huawei_eds", "akinon", "elasticpath", "thousandeyes"} {
		_, err := load(t, confmap.NewFromStringMap(good(api)))
		require.NoError(t, err, api)
	}
	_, err := load(t, confmap.NewFromStringMap(good("waldur", "waldur::prod::endpoint", "http://127.0.0.1:8080", "lag", "0s", "lookback", "0s", "initial_lookback", "0s")))
	require.NoError(t, err)
}

// A setting that does not exist is refused.
func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pol_interval", "waldur::prod::tokn", "huawei_eds::prod::iam::user", "waldurs::prod::token"} {
		_, err := load(t, confmap.NewFromStringMap(good("waldur", name, "1m")))
		require.Error(t, err, name)
	}
}

func TestFollowOptions(t *testing.T) {
	t.Parallel()
	config := loadAll(t)
	require.Equal(t, auditlogs.FollowOptions{Interval: 30 * time.Second, Lag: 2 * time.Minute, Lookback: 10 * time.Minute, Patience: -1}, config.followOptions())
	config.Lag, config.Lookback = 0, 0 // which the library takes for its defaults
	require.Equal(t, auditlogs.FollowOptions{Interval: 30 * time.Second, Lag: 1, Lookback: 1, Patience: -1}, config.followOptions())
}

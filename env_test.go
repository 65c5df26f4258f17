package auditlogs_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestFromEnv(t *testing.T) { // t.Setenv excludes t.Parallel
	const p = "AUDITLOGS_"
	tests := []struct {
		name string
		env  map[string]string
		apis []auditlogs.API
		want []string
	}{
		{name: "nothing"},
		{name: "empty values", env: map[string]string{"WALDUR_URL": "", "WALDUR_TOKEN": ""}},
		{name: "Waldur token", env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_TOKEN": "s3cret"}, apis: []auditlogs.API{auditlogs.APIWaldur}},
		{name: "Waldur login", env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_USERNAME": "u", "WALDUR_PASSWORD": "s3cret"}, apis: []auditlogs.API{auditlogs.APIWaldur}},
		{
			name: "all", apis: []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIHuaweiEDS, auditlogs.APIAkinon, auditlogs.APIElasticPath, auditlogs.APIThousandEyes},
			env: map[string]string{
				"WALDUR_URL": "https://h", "WALDUR_TOKEN": "s3cret", "HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_IAM_URL": "https://i",
				"HUAWEI_IAM_DOMAIN": "d", "HUAWEI_IAM_USERNAME": "u", "HUAWEI_IAM_PASSWORD": "s3cret", "AKINON_URL": "https://h/api", "AKINON_USERNAME": "u",
				"AKINON_PASSWORD": "s3cret", "ELASTICPATH_URL": auditlogs.ElasticPathUSEast, "ELASTICPATH_CLIENT_ID": "i", "ELASTICPATH_CLIENT_SECRET": "s3cret",
				"THOUSANDEYES_TOKEN": "s3cret",
			},
		},
		{name: "Huawei token", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_EDS_TOKEN": "s3cret"}, apis: []auditlogs.API{auditlogs.APIHuaweiEDS}},
		{name: "Huawei key", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_ACCESS_KEY": "a", "HUAWEI_SECRET_KEY": "s3cret"}, apis: []auditlogs.API{auditlogs.APIHuaweiEDS}},
		{name: "half a key", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_SECURITY_TOKEN": "s3cret"}, want: []string{
			"AUDITLOGS_HUAWEI_ACCESS_KEY: is not set", "AUDITLOGS_HUAWEI_SECRET_KEY: is not set",
		}},
		{name: "Huawei without anything", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p"}, want: []string{
			"AUDITLOGS_HUAWEI_EDS_TOKEN: is not set, nor is AUDITLOGS_HUAWEI_IAM_URL and AUDITLOGS_HUAWEI_IAM_DOMAIN and AUDITLOGS_HUAWEI_IAM_USERNAME and AUDITLOGS_HUAWEI_IAM_PASSWORD, " +
				"nor is AUDITLOGS_HUAWEI_ACCESS_KEY and AUDITLOGS_HUAWEI_SECRET_KEY",
		}},
		{name: "a token and a key", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_EDS_TOKEN": "s3cret", "HUAWEI_SECRET_KEY": "s3cret"}, want: []string{
			"AUDITLOGS_HUAWEI_EDS_TOKEN: is set, and so is AUDITLOGS_HUAWEI_SECRET_KEY: one of the two ways will do",
		}},
		{name: "bad key", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "p", "HUAWEI_ACCESS_KEY": "a", "HUAWEI_SECRET_KEY": "s3cret s3cret"}, want: []string{
			"HuaweiAKSK: SecretKey: has a blank",
		}},
		{name: "Elastic token", env: map[string]string{"ELASTICPATH_URL": "https://h", "ELASTICPATH_TOKEN": "s3cret"}, apis: []auditlogs.API{auditlogs.APIElasticPath}},
		{name: "no credential", env: map[string]string{"WALDUR_URL": "https://h"}, want: []string{
			"AUDITLOGS_WALDUR_TOKEN: is not set, nor is AUDITLOGS_WALDUR_USERNAME and AUDITLOGS_WALDUR_PASSWORD",
		}},
		{name: "no URL", env: map[string]string{"AKINON_TOKEN": "s3cret"}, want: []string{"AUDITLOGS_AKINON_URL: is not set"}},
		{name: "half a login", env: map[string]string{"WALDUR_USERNAME": "u"}, want: []string{
			"AUDITLOGS_WALDUR_URL: is not set", "AUDITLOGS_WALDUR_PASSWORD: is not set",
		}},
		{name: "both ways", env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_TOKEN": "s3cret", "WALDUR_USERNAME": "u"}, want: []string{
			"AUDITLOGS_WALDUR_TOKEN: is set, and so is AUDITLOGS_WALDUR_USERNAME: one of the two ways will do",
		}},
		{name: "half of Huawei", env: map[string]string{"HUAWEI_IAM_PASSWORD": "s3cret"}, want: []string{
			"AUDITLOGS_HUAWEI_EDS_URL: is not set", "AUDITLOGS_HUAWEI_EDS_PROJECT_ID: is not set", "AUDITLOGS_HUAWEI_IAM_URL: is not set",
			"AUDITLOGS_HUAWEI_IAM_DOMAIN: is not set", "AUDITLOGS_HUAWEI_IAM_USERNAME: is not set",
		}},
		{name: "ThousandEyes URL only", env: map[string]string{"THOUSANDEYES_URL": "https://h"}, want: []string{"AUDITLOGS_THOUSANDEYES_TOKEN: is not set"}},
		{name: "bad URL and token", env: map[string]string{"WALDUR_URL": "https://u:s3cret@h", "WALDUR_TOKEN": "s3cret\n"}, want: []string{
			"AUDITLOGS_WALDUR_URL: has user information", "AUDITLOGS_WALDUR_TOKEN: has a character that is not printable ASCII",
		}},
		{name: "bad project", env: map[string]string{"HUAWEI_EDS_URL": "https://h", "HUAWEI_EDS_PROJECT_ID": "s3cret/", "HUAWEI_EDS_TOKEN": "t"}, want: []string{
			"AUDITLOGS_HUAWEI_EDS_PROJECT_ID: has a character other than letters, digits, '-', '_' and '.'",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clearEnv(t)
			for name, value := range tt.env {
				t.Setenv(p+name, value)
			}
			c, err := auditlogs.NewClient(auditlogs.FromEnv())
			for i := range tt.want {
				if strings.HasPrefix(tt.want[i], p) {
					tt.want[i] = "FromEnv: " + tt.want[i]
				}
				tt.want[i] = "auditlogs: " + tt.want[i]
			}
			require.Equal(t, tt.want, linesOf(err))
			if err != nil {
				require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
				require.NotContains(t, err.Error(), "s3cret")
				return
			}
			require.Equal(t, tt.apis, c.APIs())
		})
	}
}

func TestFromEnvDetails(t *testing.T) {
	clearEnv(t)
	t.Setenv("AUDITLOGS_THOUSANDEYES_TOKEN", "t0ken")
	t.Setenv("AUDITLOGS_AKINON_URL", "https://omni.test:8443/api/v1/remote/1/data-warehouse")
	t.Setenv("AUDITLOGS_AKINON_USERNAME", "u")
	t.Setenv("AUDITLOGS_AKINON_PASSWORD", "p")
	var asked []string
	network := roundTrip(func(req *http.Request) (*http.Response, error) {
		asked = append(asked, req.Method+" "+req.URL.Scheme+"://"+req.URL.Host+req.URL.Path)
		return &http.Response{StatusCode: 404, Header: http.Header{}, Body: http.NoBody}, nil
	})
	c, err := auditlogs.NewClient(auditlogs.FromEnv(), auditlogs.WithHTTPClient(&http.Client{Transport: network}))
	require.NoError(t, err)
	_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.ErrorIs(t, err, auditlogs.ErrNotFound)
	_, err = c.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{})
	require.ErrorIs(t, err, auditlogs.ErrNotFound)
	require.Equal(t, []string{
		"GET " + auditlogs.ThousandEyesURL + "/audit-user-events", "POST https://omni.test:8443/api/v1/auth/login/",
	}, asked, "the login is at the host")

	_, err = auditlogs.NewClient(auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.StaticToken("t0ken")), auditlogs.FromEnv())
	require.EqualError(t, err, "auditlogs: FromEnv: AUDITLOGS_THOUSANDEYES_URL: configures an API that is configured already")

	t.Setenv("AUDITLOGS_AKINON_URL", "://")
	_, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.ErrorContains(t, err, "AUDITLOGS_AKINON_URL: is not a URL")
}

func clearEnv(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AUDITLOGS_") {
			t.Setenv(name, "")
		}
	}
}

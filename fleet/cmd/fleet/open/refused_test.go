package open

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/stretchr/testify/require"
)

// Parameters that cannot be right are refused before anything is sent, and without what they say.
func TestParamsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		api          auditlogs.API
		params, says string
	}{
		{auditlogs.APIWaldur, ``, "WithWaldur"},
		{auditlogs.APIWaldur, `{}`, "WithWaldur"},
		{auditlogs.APIWaldur, `{"url":"geheim"}`, "WithWaldur"},
		{auditlogs.APIWaldur, `{"url":"http://example.org/geheim"}`, "WithWaldur"},
		{auditlogs.APIWaldur, `{"url":"https://u:geheim@example.org"}`, "WithWaldur"},
		{auditlogs.APIWaldur, `{"url":"https://example.org","uri":"geheim"}`, `params: "uri" is not known`},
		{auditlogs.APIWaldur, `{"url":7}`, "params: url is not a string"},
		{auditlogs.APIWaldur, `["geheim"]`, "params"},
		{auditlogs.APIWaldur, `{"url":"https://example.org"}{}`, "params: they are more than one object"},
		{auditlogs.APIWaldur, `{"url":"https://example.org","per_minute":-1}`, "params: per_minute is negative"},
		{auditlogs.APIWaldur, `{"url":"https://example.org","project_id":"geheim"}`, "params: project_id is for huawei-eds only"},
		{auditlogs.APIAkinon, `{"url":"https://example.org","resource_id":"geheim"}`, "params: resource_id is for elasticpath only"},
		{auditlogs.APIHuaweiEDS, `{"url":"https://example.org"}`, "project"},
		{auditlogs.APIHuaweiEDS, `{"url":"https://example.org","project_id":"p","connector_id":"geheim"}`, "InstanceID"},
		{auditlogs.APIElasticPath, `{"url":"https://example.org","resource_type":"geheim"}`, "ResourceID"},
		{auditlogs.APIThousandEyes, `{"account_group":"geheim","all_account_groups":true}`, "params: account_group is set, and so is"},
		{"other", `{}`, `there is no API "other"`},
	} {
		t.Run(string(c.api)+c.params, func(t *testing.T) {
			t.Parallel()
			err := Check(fleet.Spec{Tenant: "a", API: c.api, Params: json.RawMessage(c.params), Secret: "a"})
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "geheim")
		})
	}
	require.NoError(t, Check(fleet.Spec{API: auditlogs.APIThousandEyes, Secret: "a"}), "it has a default URL")
}

func TestNamesOfSecrets(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "acme prod", "acme-1_x.y", "Ümläut"} {
		require.NoError(t, CheckSecret(name), name)
	}
	for _, name := range []string{"", ".", "..", "../a", "a/b", `a\b`, ".hidden", "a..b", "c:a", "a\x00", strings.Repeat("a", 201)} {
		require.Error(t, CheckSecret(name), name)
	}
}

// A secret is in the folder: no link leads out of it.
func TestSecretsStayInTheirFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/in", 0o700))
	require.NoError(t, os.WriteFile(dir+"/out.env", []byte("TOKEN=geheim"), 0o600))
	require.NoError(t, os.Symlink("../out.env", dir+"/in/a.env"))
	_, err := readSecret(dir+"/in", "a")
	require.ErrorContains(t, err, `secret "a": its file cannot be read`)
	require.NoError(t, os.Mkdir(dir+"/in/..data", 0o700)) // as Kubernetes mounts secrets
	require.NoError(t, os.WriteFile(dir+"/in/..data/b.env", []byte("TOKEN=x"), 0o600))
	require.NoError(t, os.Symlink("..data/b.env", dir+"/in/b.env"))
	text, err := readSecret(dir+"/in", "b")
	require.NoError(t, err)
	require.Equal(t, "TOKEN=x", string(text))
}

func TestSecretsAreRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"":                               "it is empty",
		"geheim":                         "line 1 is not of the form",
		"# x\n\nPASSWRD=geheim":          "line 3 has a name that is not one of",
		"TOKEN=geheim\nTOKEN=geheim":     "line 2 has a name that was there before",
		"TOKEN=":                         "no way to get in; these are: TOKEN, USERNAME+PASSWORD",
		"USERNAME=geheim":                "no way to get in",
		"TOKEN=geheim\nUSERNAME=geheim":  "no way to get in",
		"CLIENT_ID=a\nCLIENT_SECRET=b":   "no way to get in",
		"TOKEN=geheim\nSECURITY_TOKEN=x": "no way to get in",
		"TOKEN=" + strings.Repeat("a", maxSecret): "larger than",
		"TOKEN=two\tgeheim":                       "WithWaldur",
	} {
		t.Run(fmt.Sprintf("%.20q", text), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "a.env"), []byte(text), 0o600))
			_, err := New(Options{Secrets: dir})(t.Context(), fleet.Spec{
				API: auditlogs.APIWaldur, Params: json.RawMessage(`{"url":"https://example.org"}`), Secret: "a",
			})
			require.ErrorContains(t, err, says)
			require.NotContains(t, err.Error(), "geheim")
		})
	}
	for _, dir := range []string{"", "/no such folder"} {
		_, err := readSecret(dir, "a")
		require.Error(t, err)
	}
	require.Equal(t, "[secrets] [secrets]", fmt.Sprintf("%v %#v", values{"A": "geheim"}, values{"A": "geheim"}))
}

package auditlogsreceiver

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// tables returns the rows of all tables of the README, by the heading above them.
func tables(t *testing.T) map[string][][]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	all, heading := map[string][][]string{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "#"); ok {
			heading = strings.Trim(name, "#` ")
		}
		if row, ok := strings.CutPrefix(line, "|"); ok && strings.Contains(line, "`") {
			var cells []string
			for cell := range strings.SplitSeq(strings.TrimSuffix(row, "|"), "|") {
				cells = append(cells, strings.TrimSpace(cell))
			}
			all[heading] = append(all[heading], cells)
		}
	}
	return all
}

// The tables of settings have those of the structs, in their order, with their defaults.
func TestSettingsAreAsDocumented(t *testing.T) {
	t.Parallel()
	documented := tables(t)
	for heading, value := range map[string]any{
		"The receiver": *createDefaultConfig().(*Config),
		"Every tenant": Connection{},
		"waldur":       WaldurConfig{},
		"huawei_eds":   HuaweiEDSConfig{},
		"akinon":       AkinonConfig{},
		"elasticpath":  ElasticPathConfig{},
		"thousandeyes": ThousandEyesConfig{},
	} {
		var got []string
		for _, row := range documented[heading] {
			got = append(got, strings.ReplaceAll(row[0]+" "+row[1], "`", ""))
		}
		require.Equal(t, settingsOf("", reflect.ValueOf(value)), got, heading)
	}
}

// settingsOf returns the settings of a struct with their defaults, without those that it embeds.
func settingsOf(prefix string, v reflect.Value) (all []string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		switch value := v.Field(i).Interface().(type) {
		case Connection:
		case IAMConfig:
			all = append(all, settingsOf(name+"::", v.Field(i))...)
		case time.Duration:
			all = append(all, prefix+name+" "+strings.TrimSuffix(strings.TrimSuffix(value.String(), "0s"), "0m"))
		case configopaque.String, *component.ID:
			all = append(all, prefix+name+" ")
		default:
			text := fmt.Sprint(value)
			if v.Field(i).Kind() == reflect.Map {
				text = ""
			}
			all = append(all, prefix+name+" "+text)
		}
	}
	return all
}

// The table of attributes has those that resources and records get, and no other.
func TestAttributesAreAsDocumented(t *testing.T) {
	t.Parallel()
	got := map[string]bool{"record " + keyBodyError: true} // of TestBody
	for _, tc := range attributeCases() {
		logs, err := newConverter(&Config{Body: BodyRecord}, "waldur/prod", "https://audit.example.com:8443/api", "").logs([]auditlogs.Event{raw(t, tc.event)})
		require.NoError(t, err)
		for name := range logs.ResourceLogs().At(0).Resource().Attributes().All() {
			got["resource "+name] = true
		}
		for name := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().All() {
			got["record "+name] = true
		}
	}
	var documented []string
	for _, row := range tables(t)["What comes out"] {
		documented = append(documented, row[0]+" "+strings.Trim(row[1], "`"))
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(got)), documented)
}

// Files that the README links to exist.
func TestLinks(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	links := regexp.MustCompile(`\]\(([^:)]+)\)`).FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		require.FileExists(t, link[1])
	}
}

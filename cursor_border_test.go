package auditlogs

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestScopesTellListingsApart(t *testing.T) {
	t.Parallel()
	scope := func(api, address, project, op, filter string, span ...string) string {
		base, err := url.Parse(address)
		require.NoError(t, err)
		l := &spec[UserEvent]{op: op, filter: filter}
		return l.scope(&conn{api: API(api), base: base, projectID: project}, span...)
	}
	seen := map[string]string{}
	for name, s := range map[string]string{
		"one":             scope("api", "https://a.example", "p", "op", "filter", "1", "2"),
		"another API":     scope("apj", "https://a.example", "p", "op", "filter", "1", "2"),
		"another host":    scope("api", "https://b.example", "p", "op", "filter", "1", "2"),
		"another path":    scope("api", "https://a.example/x", "p", "op", "filter", "1", "2"),
		"another project": scope("api", "https://a.example", "q", "op", "filter", "1", "2"),
		"another op":      scope("api", "https://a.example", "p", "oq", "filter", "1", "2"),
		"another filter":  scope("api", "https://a.example", "p", "op", "filtes", "1", "2"),
		"another range":   scope("api", "https://a.example", "p", "op", "filter", "12", ""),
		"half the range":  scope("api", "https://a.example", "p", "op", "filter", "12"),
	} {
		require.Len(t, s, 16, name)
		require.NotContains(t, seen, s, name)
		seen[s] = name
	}
	at := time.Date(2026, 3, 1, 0, 0, 1, 0, time.UTC)
	require.Empty(t, stamp(time.Time{}))
	require.Equal(t, stamp(at), stamp(at.In(time.FixedZone("", 3600))))
}

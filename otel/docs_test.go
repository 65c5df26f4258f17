package auditlogsotel_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

type names map[string]map[string]bool

func (n names) note(what string, attrs []attribute.KeyValue) {
	if n[what] == nil {
		n[what] = map[string]bool{}
	}
	for _, a := range attrs {
		n[what][string(a.Key)] = true
	}
}

// Every instrument, span and event has the attributes that docs/observability.md lists for it, and no other.
func TestAttributesAreAsDocumented(t *testing.T) {
	t.Parallel()
	tm, seen := newTelemetry(), names{}
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(later))
		defer srv.Close()
		srv.AddUserEvents(auditlogs.UserEvent{Date: later().Add(-time.Hour)})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Truncate: -1})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 503})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 403, After: 2})
		c := tm.client(t, srv, auditlogs.WithRateLimit(30))
		filter := auditlogs.UserEventFilter{Since: later().Add(-24 * time.Hour)}
		for range 2 { // the first is refused
			for range c.UserEvents.Follow(t.Context(), filter, auditlogs.FollowOptions{}) {
				break
			}
		}
	})
	for _, s := range tm.spans.GetSpans() {
		seen.note("span", s.Attributes)
		for _, e := range s.Events {
			seen.note("event `"+e.Name+"`", e.Attributes)
		}
	}
	var all metricdata.ResourceMetrics
	require.NoError(t, tm.reader.Collect(t.Context(), &all))
	for _, m := range all.ScopeMetrics[0].Metrics {
		kind := "counter"
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				seen.note(m.Name, p.Attributes.ToSlice())
			}
		case metricdata.Histogram[float64]:
			kind = "histogram"
			for _, p := range data.DataPoints {
				seen.note(m.Name, p.Attributes.ToSlice())
			}
		}
		seen[fmt.Sprintf("`%s` | %s | `%s`", m.Name, kind, m.Unit)] = seen[m.Name]
		delete(seen, m.Name)
	}
	require.Equal(t, documented(t), lines(seen))
}

func lines(n names) (all []string) {
	for what, attrs := range n {
		all = append(all, what+": `"+strings.Join(slices.Sorted(maps.Keys(attrs)), "` `")+"`")
	}
	slices.Sort(all)
	return all
}

// documented reads the tables of spans and metrics.
func documented(t *testing.T) (rows []string) {
	t.Helper()
	text, err := os.ReadFile("../docs/observability.md")
	require.NoError(t, err)
	_, text2, found := strings.Cut(string(text), "### Traces")
	require.True(t, found)
	for line := range strings.Lines(text2) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		attrs := slices.Sorted(slices.Values(strings.Fields(cells[len(cells)-1])))
		switch {
		case len(cells) == 2 && (cells[0] == "span" || strings.HasPrefix(cells[0], "event ")):
			rows = append(rows, cells[0]+": "+strings.Join(attrs, " "))
		case len(cells) == 5 && strings.HasPrefix(cells[0], "`auditlogs."):
			unit := strings.Trim(cells[2], "`")
			rows = append(rows, fmt.Sprintf("%s | %s | `%s`: %s", cells[0], cells[1], unit, strings.Join(attrs, " ")))
		}
	}
	slices.Sort(rows)
	return rows
}

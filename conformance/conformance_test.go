package conformance

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// count is what was checked of one service.
type count struct{ requests, answers, broken, own int }

func (c *count) add(e *exchange) {
	c.requests++
	switch {
	case e.Answer == nil:
		c.own++
	case e.Answer.Broken:
		c.broken++
	default:
		c.answers++
	}
}

// TestExchanges: everything that client and auditlogtest say to each other is as the documents have it, or a deviation.
func TestExchanges(t *testing.T) {
	l := record(t)
	t.Logf("%d exchanges, %d of them different", l.recorded, len(l.exchanges))
	of := map[string][]*exchange{}
	for _, e := range l.exchanges {
		s, _, ok := serviceOf(e.URL)
		require.True(t, ok, "no document has %s %s", e.Method, e.URL)
		of[s.document] = append(of[s.document], e)
	}
	var mu sync.Mutex
	var violations []*violation
	t.Run("documents", func(t *testing.T) { // ends when all of them have
		for _, s := range services {
			t.Run(s.document, func(t *testing.T) {
				t.Parallel()
				c, n := newChecker(t, s), count{}
				for _, e := range of[s.document] {
					n.add(e)
					found := c.check(e)
					mu.Lock()
					violations = append(violations, found...)
					mu.Unlock()
				}
				assert.NotZero(t, n.answers)
				assert.LessOrEqual(t, 50*n.broken, n.answers, "answers that could not be checked")
				t.Logf("%d requests and %d answers checked; %d answers broken by tests, %d made up by them", n.requests, n.answers, n.broken, n.own)
			})
		}
	})
	unlisted, met, stale := judge(violations, deviations)
	for _, d := range deviations {
		t.Logf("%s: %d times", d.name, met[d.name])
	}
	assert.Empty(t, stale, "deviations that are not met any more")
	for _, v := range unlisted[:min(len(unlisted), 20)] {
		t.Errorf("not valid: %v", v)
	}
	assert.LessOrEqual(t, len(unlisted), 20, "violations that no deviation explains")
}

package collect

import (
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// One of something is not several.
func TestCounts(t *testing.T) {
	t.Parallel()
	var said buffer
	p := progress{to: &said, live: true, tally: map[auditlogs.API]*tally{}}
	p.commit(deliver.Progress{Source: "akinon", Events: 1, CaughtUp: true})
	require.Contains(t, said.String(), "akinon: 1 record, 1 commit")
	require.NotContains(t, said.String(), "1 records")
	p.commit(deliver.Progress{Source: "akinon", Events: 2, CaughtUp: true})
	require.Contains(t, said.String(), "akinon: 3 records, 2 commits")

	f := faults{failed: []string{"akinon"}}
	require.EqualError(t, f.summary(1), "1 of 1 log failed: akinon")
	require.EqualError(t, f.summary(2), "1 of 2 logs failed: akinon")
}

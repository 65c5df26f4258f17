package main

import (
	"net/http"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/stretchr/testify/require"
)

// open returns the log of a tenant.
func open(t *testing.T, k kind, h history, pageSize int) (auditlogs.Source, *apis) {
	t.Helper()
	a := &apis{now: time.Now}
	server, err := a.listen(t.Context())
	require.NoError(t, err)
	spec, err := (tenants{"tenant", 1, k, h}).specs(server)
	require.NoError(t, err)
	source, err := opener(pageSize)(t.Context(), spec[0])
	require.NoError(t, err)
	return source, a
}

func TestAPIServesEveryRecordOnce(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{healthy, distant} {
		h := past(57)
		source, a := open(t, k, h, 10)
		seen := map[string]bool{}
		for page, err := range source.Pages(t.Context(), "") {
			require.NoError(t, err)
			for _, e := range page.Items {
				require.False(t, seen[e.ID])
				seen[e.ID] = true
			}
		}
		require.Len(t, seen, h.Backlog)
		require.Greater(t, a.requests.Load(), int64(5))
	}
}

func TestAPIGrows(t *testing.T) {
	t.Parallel()
	h := past(0)
	h.Start, h.Every = time.Now().Add(-time.Minute), 10*time.Second
	source, _ := open(t, healthy, h, 0)
	for page, err := range source.Follow(t.Context(), "", auditlogs.FollowOptions{Lag: time.Nanosecond}) {
		require.NoError(t, err)
		if len(page.Items) > 0 {
			require.GreaterOrEqual(t, len(page.Items), 5)
			return
		}
	}
}

func TestAPIRefuses(t *testing.T) {
	t.Parallel()
	source, _ := open(t, refused, past(1), 0)
	for _, err := range source.Pages(t.Context(), "") {
		require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
	}
}

func TestAPIHangsUntilTheClientGivesUp(t *testing.T) {
	t.Parallel()
	a := &apis{now: time.Now}
	server, err := a.listen(t.Context())
	require.NoError(t, err)
	client := &http.Client{Timeout: 50 * time.Millisecond}
	_, err = client.Get(address(server, hanging, past(1)) + "/audit-events/") //nolint:noctx // there is no answer
	require.Error(t, err)
	require.Equal(t, int64(1), a.requests.Load())
}

func TestAPIKnowsNoOtherAddress(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{"nothing", ""} {
		source, _ := open(t, k, past(1), 0)
		for _, err := range source.Pages(t.Context(), "") {
			require.ErrorIs(t, err, auditlogs.ErrNotFound)
		}
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	w := window{first: 3, end: 8, newestFirst: true}
	from, to := w.page(2, 3)
	require.Equal(t, []int{3, 5}, []int{from, to})
	require.Equal(t, []int{7, 3}, []int{w.record(0), w.record(4)})
	w.newestFirst = false
	require.Equal(t, []int{3, 7}, []int{w.record(0), w.record(4)})
	from, to = w.page(9, 3)
	require.Equal(t, from, to, "behind the last page")
	require.Zero(t, window{first: 8, end: 3}.count())
}

package auditlogs_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// requireAllSet demands that no field of a page is zero: a field that is added to Page must be passed on by all that make
// pages of others.
func requireAllSet(t *testing.T, p auditlogs.Page[auditlogs.Event]) {
	t.Helper()
	for field, value := range reflect.ValueOf(p).Fields() {
		require.False(t, value.IsZero(), field.Name)
	}
}

// FollowAll changes nothing of a page but its cursor.
func TestFollowAllPassesPagesOn(t *testing.T) {
	t.Parallel()
	page := auditlogs.Page[auditlogs.Event]{
		Items: []auditlogs.Event{{ID: "1"}}, Next: "next", Total: 7, RateLimit: auditlogs.RateLimit{Limit: 1}, RequestID: "id", CaughtUp: true,
	}
	requireAllSet(t, page)
	got := *onePage(t, auditlogs.FollowAll(t.Context(), "", auditlogs.FollowOptions{}, &fixed{page: &page}))
	require.NotEmpty(t, got.Next)
	got.Next = page.Next
	require.Equal(t, page, got)
}

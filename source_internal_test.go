package auditlogs

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A page of records and the same page of events differ in nothing but the items, whatever fields a page has.
func TestEventPagesPassPagesOn(t *testing.T) {
	t.Parallel()
	page := Page[UserEvent]{
		Items: []UserEvent{{User: "alice"}}, Next: "next", Total: 7, RateLimit: RateLimit{1, 2, time.Unix(3, 0)}, RequestID: "id", CaughtUp: true,
	}
	for got, err := range eventPages("name", func(yield func(*Page[UserEvent], error) bool) { yield(&page, nil) }) {
		require.NoError(t, err)
		require.Equal(t, "name", got.Items[0].Source)
		for field, value := range reflect.ValueOf(page).Fields() {
			require.False(t, value.IsZero(), field.Name)
			if field.Name != "Items" {
				require.Equal(t, value.Interface(), reflect.ValueOf(*got).FieldByIndex(field.Index).Interface(), field.Name)
			}
		}
	}
}

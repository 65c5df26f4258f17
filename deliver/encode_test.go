package deliver_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// However many events there are, each has its text in its place; one that cannot be written refuses all.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 31, 32, 63, 64, 65, 1000} {
		events := make([]auditlogs.Event, n)
		for i := range events {
			events[i].ID = fmt.Sprint(i)
		}
		texts, err := deliver.JSON(events)
		require.NoError(t, err)
		require.Len(t, texts, n)
		for i, text := range texts {
			require.JSONEq(t, fmt.Sprintf(`{"v":1,"id":"%d"}`, i), string(text))
		}
		for _, bad := range []int{0, n / 2, n - 1} {
			if n == 0 {
				continue
			}
			events[bad].Time = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
			_, err := deliver.JSON(events)
			require.ErrorIs(t, err, deliver.ErrRefused)
			events[bad].Time = time.Time{}
		}
	}
}

// Who has enough of the texts leaves nothing behind, which the look for goroutines at the end of all tests shows.
func TestTextsUntilEnough(t *testing.T) {
	t.Parallel()
	events := make([]auditlogs.Event, 10_000)
	for _, enough := range []int{1, 32, 33, 5000} {
		n := 0
		for text, err := range deliver.Texts(events) {
			require.NoError(t, err)
			require.JSONEq(t, `{"v":1,"id":""}`, string(text))
			if n++; n == enough {
				break
			}
		}
		require.Equal(t, enough, n)
	}
}

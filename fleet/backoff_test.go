package fleet

import (
	"errors"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/stretchr/testify/require"
)

// Pauses after failures double up to a bound. What the API asks for counts beyond it, up to a day.
func TestBackoff(t *testing.T) {
	t.Parallel()
	own := errors.New("down")
	asks := func(d time.Duration) error { return &auditlogs.APIError{StatusCode: 429, RetryAfter: d} }
	for _, test := range []struct {
		failures int
		err      error
		want     time.Duration
	}{
		{1, own, time.Minute},
		{2, own, 2 * time.Minute},
		{4, own, 8 * time.Minute},
		{5, own, 15 * time.Minute},
		{1000, own, 15 * time.Minute},
		{1, asks(time.Second), time.Minute},
		{1, asks(time.Hour), time.Hour},
		{1000, asks(time.Hour), time.Hour},
		{1, asks(1000 * time.Hour), 24 * time.Hour},
	} {
		turn := &turn{worker: &worker{Options: Options{}.withDefaults()}}
		require.Equal(t, test.want, turn.backoff(test.failures, test.err), "%d, %v", test.failures, test.err)
	}
}

// Package alert is code of a user's own with a test of it: failed logins in ThousandEyes, counted by user. Use its test as a
// pattern for yours: the real client reads from a real server, package auditlogtest, that can fail and change its rows while
// it is read. Nothing is mocked, so code under test needs no interface for it.
package alert

import (
	"context"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// FailedLogins gives the users with at least limit failed logins since a time. With an error it gives nobody: a number that
// is too small would pass for good news.
func FailedLogins(ctx context.Context, client *auditlogs.Client, since time.Time, limit int) (map[string]int, error) {
	failed := map[string]int{}
	for record, err := range client.UserEvents.All(ctx, auditlogs.UserEventFilter{Since: since}) {
		if err != nil {
			return nil, err
		}
		if event := record.AsEvent(); event.Outcome == auditlogs.OutcomeFailure {
			failed[event.Actor.Email]++
		}
	}
	for user, n := range failed {
		if n < limit {
			delete(failed, user)
		}
	}
	return failed, nil
}

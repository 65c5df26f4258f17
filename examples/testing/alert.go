// Package alert is an example of a user's code with a test: it counts failed logins in ThousandEyes by user. Use its
// test as a pattern for yours: the real client reads from a real server, package auditlogtest, which can fail and
// change its rows while it is read. Nothing is mocked, so the tested code needs no interface for the test.
package alert

import (
	"context"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// FailedLogins returns the users with at least limit failed logins since a time. With an error it returns no users: a
// number that is too small would look like good news.
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

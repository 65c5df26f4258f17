package main

import (
	"context"
	"math/rand/v2"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// madeUp follows a server with made-up records, to which more are added as time goes by.
func (t *trail) madeUp(ctx context.Context) (*auditlogs.Client, error) {
	begin := time.Now()
	t.Since.Time = time.Date(2026, time.August, 13, 0, 0, 0, 0, time.UTC)
	t.follow.Interval, t.follow.Lag = time.Second, time.Nanosecond
	t.MadeUp()
	clock := func() time.Time { return t.Since.Add(2*time.Hour + time.Since(begin)) }
	server := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(clock))
	context.AfterFunc(ctx, server.Close)
	server.Generate(1, 10_000)
	more := auditlogtest.NewServer(auditlogtest.InMemory())
	defer more.Close()
	more.Generate(2, 10_000)
	go replay(ctx, more.DataAccessLogs(), server.AddDataAccessLogs, func(l *auditlogs.DataAccessLog) { l.Timestamp = clock() })
	go replay(ctx, more.DataAssetLogs(), server.AddDataAssetLogs, func(l *auditlogs.DataAssetLog) { l.HappenedTime = clock() })
	go replay(ctx, more.AuditEvents(), server.AddAuditEvents, func(e *auditlogs.AuditEvent) { e.Timestamp = clock() })
	go replay(ctx, more.PersonalDataLogs(), server.AddPersonalDataLogs, func(l *auditlogs.PersonalDataLog) { l.Time = clock() })
	go replay(ctx, more.UserEvents(), server.AddUserEvents, func(e *auditlogs.UserEvent) { e.Date = clock() })
	return auditlogs.NewClient(server.Options()...)
}

// replay adds the records one by one, as if each happened just then, until ctx ends.
func replay[T any](ctx context.Context, records []T, add func(...T), now func(*T)) {
	for _, record := range records {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second + rand.N(2*time.Second)): //nolint:gosec // G404: nobody gains by guessing it
		}
		now(&record)
		add(record)
	}
}

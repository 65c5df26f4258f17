package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// newPool returns a pool on a database, which may be changed before it is made.
func newPool(t testing.TB, address string, change ...func(*pgxpool.Config)) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(address)
	require.NoError(t, err)
	for _, c := range change {
		c(config)
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// open returns a sink and its pool on a database.
func open(t testing.TB, address string, opts ...postgres.Option) (*postgres.Sink, *pgxpool.Pool) {
	t.Helper()
	pool := newPool(t, address)
	s, err := postgres.New(context.Background(), pool, opts...)
	require.NoError(t, err)
	return s, pool
}

// fresh returns a sink and its pool on an empty database.
func fresh(t testing.TB, opts ...postgres.Option) (*postgres.Sink, *pgxpool.Pool) {
	t.Helper()
	return open(t, pgtest.Shared(t).Database(t), opts...)
}

// day is when the events of tests happen, one in a second.
var day = time.Date(2026, 5, 31, 23, 59, 58, 123456789, time.UTC)

// someEvents returns n events, which differ by a number from first on.
func someEvents(t testing.TB, first, n int) []auditlogs.Event {
	t.Helper()
	events := make([]auditlogs.Event, n)
	for i := range events {
		at := day.Add(time.Duration(first+i) * time.Second)
		record := fmt.Sprintf(`{"v":1,"id":"e%d","time":%q,"api":"akinon","source":"shop","action":"update","actor":{"id":"7","email":"ada@example.com","kind":"user"},`+
			`"target":{"type":"order","id":"%d"},"source_ip":"192.0.2.7","record":{"uuid":"e%d","timestamp":%q,"user":{"id":7,"email":"ada@example.com"},"content_type":12,`+
			`"object_id":%d,"remote_addr":"192.0.2.7","url":"https://shop.example.com/api/v1/orders/%d/","content":{"status":["500","550"],"note":"%0200d"},"headers":{},"post_data":{},"query_params":{}}}`,
			first+i, at.Format(time.RFC3339Nano), first+i, first+i, at.Format(time.RFC3339Nano), first+i, first+i, first+i)
		require.NoError(t, events[i].UnmarshalJSON([]byte(record)))
	}
	return events
}

// behind returns the batch of events that comes behind a place.
func behind(at deliver.Place, source string, events ...auditlogs.Event) deliver.Batch {
	to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(len(events)), Cursor: auditlogs.Cursor(fmt.Sprintf("after %d", at.Seq+1))}
	return deliver.Batch{Source: source, Events: events, From: at, To: to}
}

package postgres_test

import (
	"context"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
)

func TestMain(m *testing.M) {
	delivertest.Child(func(address string) (deliver.Sink, error) { return openAddress(address) })
	pgtest.Main(m)
}

// ownSink is a sink with a pool of its own.
type ownSink struct {
	*postgres.Sink
	pool *pgxpool.Pool
}

func (s *ownSink) Close() error { s.pool.Close(); return nil }

func openAddress(address string) (*ownSink, error) {
	pool, err := pgxpool.New(context.Background(), address)
	if err != nil {
		return nil, err
	}
	s, err := postgres.New(context.Background(), pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &ownSink{s, pool}, nil
}

package postgres_test

import (
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Through a pooler that gives a connection for one transaction only, everything is as it is without.
func TestPooler(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t)
	address := server.Pooled(t, server.Database(t))
	for _, m := range []pgx.QueryExecMode{pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} { //nolint:paralleltest // the pooler has two connections
		t.Run(m.String(), func(t *testing.T) {
			delivertest.Run(t, func(t *testing.T) deliver.Sink {
				pool := newPool(t, address, mode(m))
				s, err := postgres.New(t.Context(), pool)
				require.NoError(t, err)
				return &ownSink{s, pool}
			})
		})
	}
}

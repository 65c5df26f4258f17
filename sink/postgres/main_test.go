package postgres_test

import (
	"testing"

	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

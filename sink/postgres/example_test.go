package postgres_test

import (
	"context"
	"log"
	"os"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A job for cron: what is new since last time goes into PostgreSQL.
func Example() { //nolint:testableexamples // it takes a server
	ctx := context.Background()
	client, err := auditlogs.NewClient(auditlogs.FromEnv())
	if err != nil {
		log.Fatal(err)
	}
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal("DATABASE_URL is no address of a database") // the error may hold the password
	}
	defer pool.Close()
	sink, err := postgres.New(ctx, pool, postgres.WithSchema("audit"))
	if err != nil {
		log.Fatal(err)
	}
	if err := deliver.CatchUp(ctx, sink, deliver.Options{}, client.Sources()...); err != nil {
		log.Fatal(err)
	}
}

// Where no server is, the sink says so.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, "postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	if _, err = postgres.New(ctx, pool, postgres.WithSchema("audit")); err == nil {
		log.Fatal("no error")
	}
	fmt.Println("refused, as it must be")
}

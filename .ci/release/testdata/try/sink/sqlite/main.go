// A log is taken into a database.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/sqlite"
)

func main() {
	ctx := context.Background()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.Generate(1, 100)
	client, err := auditlogs.NewClient(srv.Options()...)
	check(err)
	folder, err := os.MkdirTemp("", "audit")
	check(err)
	defer func() { _ = os.RemoveAll(folder) }()
	sink, err := sqlite.Open(ctx, filepath.Join(folder, "audit.db"))
	check(err)
	check(deliver.List(ctx, sink, client.UserEvents.Source(auditlogs.UserEventFilter{}), deliver.Options{}))
	var n int
	check(sink.DB().QueryRowContext(ctx, `SELECT count(*) FROM auditlogs`).Scan(&n))
	check(sink.Close())
	fmt.Println(n, "rows")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

package sqlite_test

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

func Example() {
	srv := auditlogtest.NewServer() // in place of the real one
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Akinon, 1, 2500)
	folder, err := os.MkdirTemp("", "audit")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()

	ctx := context.Background()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		log.Fatal(err)
	}
	sink, err := sqlite.Open(ctx, filepath.Join(folder, "audit.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = sink.Close() }()
	log := client.AuditEvents.Source(auditlogs.AuditEventFilter{})
	fmt.Println(deliver.List(ctx, sink, log, deliver.Options{}))
	fmt.Println(deliver.List(ctx, sink, log, deliver.Options{})) // again: it is Done

	var events, people int
	row := sink.DB().QueryRowContext(ctx, `SELECT count(*), count(DISTINCT actor_email) FROM auditlogs WHERE time >= '2026-08-01'`)
	fmt.Println(row.Scan(&events, &people), events, people > 1)
	// Output:
	// <nil>
	// <nil>
	// <nil> 2500 true
}

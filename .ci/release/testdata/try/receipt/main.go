// A receipt is taken of a log, and compared with what was read of it.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/receipt"
)

func main() {
	ctx := context.Background()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	april := march.AddDate(0, 1, 0)
	srv.GenerateForBetween(auditlogtest.Waldur, march, april, 1, 100)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		log.Fatal(err)
	}
	source := client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: march, Until: april})
	live, err := receipt.Take(ctx, source, march, april)
	if err != nil {
		log.Fatal(err)
	}
	kept, err := receipt.From(auditlogs.Items(source.Pages(ctx, "")), march, april)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(live.Count, "records:", live.Compare(kept))
}

// What the root module is for: a log is read into a file, and as events of OCSF.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

func main() {
	ctx := context.Background()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.Generate(1, 120)
	client, err := auditlogs.NewClient(srv.Options()...)
	check(err)

	sink, err := deliver.OpenFile(filepath.Join(os.TempDir(), fmt.Sprint("audit", time.Now().UnixNano(), ".jsonl")))
	check(err)
	check(deliver.List(ctx, sink, client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{}), deliver.Options{}))

	n := 0
	for event, err := range auditlogs.Items(client.UserEvents.Source(auditlogs.UserEventFilter{}).Pages(ctx, "")) {
		check(err)
		_, err = ocsf.Map(event, ocsf.V1_8)
		check(err)
		n++
	}
	fmt.Println(n, "events")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

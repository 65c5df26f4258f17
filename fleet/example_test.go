package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// Two tenants are read by a worker, every record once, into the stream of an embedded node.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	nc, stop, err := fleet.Embedded(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer stop()

	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tenant := range []string{"acme", "globex"} {
		server := auditlogtest.NewServer() // in place of the tenant's Akinon
		defer server.Close()
		server.GenerateFor(auditlogtest.Akinon, 1, 1000)
		url, _ := json.Marshal(server.BaseURL(auditlogtest.Akinon))
		err := fleet.Add(ctx, nc, fleet.Spec{Tenant: tenant, API: auditlogs.APIAkinon, Since: since, Params: url, Secret: "token of " + tenant})
		if err != nil {
			log.Fatal(err)
		}
	}

	open := func(_ context.Context, s fleet.Spec) (auditlogs.Source, error) {
		var url string
		if err := json.Unmarshal(s.Params, &url); err != nil {
			return nil, err
		}
		client, err := auditlogs.NewClient(auditlogs.WithAkinon(url, auditlogs.StaticToken(auditlogtest.Token))) // the one that s.Secret names
		if err != nil {
			return nil, err
		}
		return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: s.Since, Until: s.Until}), nil
	}
	caughtUp := 0
	worker, end := context.WithCancel(ctx)
	_ = fleet.Run(worker, nc, fleet.Options{Parallel: 1, Turned: func(t fleet.Turn) {
		if caughtUp++; t.Err != nil || caughtUp == 2 {
			end() // a worker of a real fleet runs for ever
		}
	}}, open)

	count := map[string]int{}
	for e, err := range fleet.Events(ctx, nc, "") {
		if err != nil {
			log.Fatal(err)
		}
		count[e.Source]++
	}
	fmt.Println(count)
	// Output: map[acme/akinon:1000 globex/akinon:1000]
}

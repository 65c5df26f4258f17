// A log is added to a fleet in a folder.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

func main() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "fleet")
	check(err)
	defer func() { _ = os.RemoveAll(dir) }()
	nc, stop, err := fleet.Embedded(dir)
	check(err)
	defer stop()
	check(fleet.Add(ctx, nc, fleet.Spec{Tenant: "acme", API: auditlogs.APIAkinon}))
	states, err := fleet.List(ctx, nc)
	check(err)
	fmt.Println(len(states), "log")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

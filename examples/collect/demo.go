package main

import (
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// demoRecords is the number of made-up records.
const demoRecords = 10_000

// startDemo starts a server with made-up records, the same on every run, and replaces the client by one for that
// server. Server and client communicate without a socket, so that the address stays the same, and a stored place stays
// valid.
func startDemo(client **auditlogs.Client, options []auditlogs.Option, set *settings, watch *progress) (*auditlogtest.Server, error) {
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	demo, err := auditlogs.NewClient(slices.Concat(options, server.Options())...)
	if err != nil {
		server.Close()
		return nil, err
	}
	server.Generate(1, demoRecords)
	*client = demo
	set.edsInstance, set.edsConnector = auditlogtest.InstanceID, auditlogtest.ConnectorID
	set.resources = []resource{{auditlogtest.ResourceType, auditlogtest.ResourceID}}
	watch.say("%s: reading %d made-up records from a test server of its own", set.demo.Reason(), demoRecords)
	return server, nil
}

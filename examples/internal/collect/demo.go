package collect

import (
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// startDemo starts a server with made-up records, the same on every run, and a client for it. They communicate without a
// socket, so that the address stays the same, and a stored place stays valid.
func startDemo(options []auditlogs.Option, set *settings, records int) (*auditlogtest.Server, *auditlogs.Client, error) {
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	client, err := auditlogs.NewClient(slices.Concat(options, server.Options())...)
	if err != nil {
		server.Close()
		return nil, nil, err
	}
	server.Generate(1, records)
	set.chosen.MadeUp()
	return server, client, nil
}

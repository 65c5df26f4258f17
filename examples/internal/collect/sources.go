package collect

import (
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// selectLogs returns the logs to deliver, in the order of client.APIs.
func selectLogs(client *auditlogs.Client, set *settings) ([]cli.Log, error) {
	logs, err := set.chosen.Of(client, auditlogs.ListOptions{PageSize: set.pageSize, Prefetch: set.prefetch})
	if set.madeUp {
		for i, of := range logs {
			logs[i] = marked(of)
		}
	}
	return logs, err
}

// demoPrefix is what the names of made-up logs begin with, so that every record of theirs in a store says so.
const demoPrefix = "demo "

func marked(of cli.Log) cli.Log {
	return func(since, until time.Time) auditlogs.Source {
		source := of(since, until)
		return auditlogs.Named(demoPrefix+source.Name(), source)
	}
}

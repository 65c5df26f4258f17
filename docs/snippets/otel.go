package snippets

import (
	auditlogs "github.com/auditlogs/auditlogs-go"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
)

func observed() (*auditlogs.Client, error) {
	client, err := auditlogs.NewClient(auditlogs.FromEnv(), auditlogs.WithHooks(auditlogsotel.Hooks()))
	return client, err
}

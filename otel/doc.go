// Package auditlogsotel reports what a client of package auditlogs does to OpenTelemetry: traces and metrics.
//
//	client, err := auditlogs.NewClient(auditlogs.FromEnv(), auditlogs.WithHooks(auditlogsotel.Hooks()))
//
// # Traces
//
// Each operation is a span of kind client, named after it: "UserEvents.List" for a page, whoever asked for it,
// "DataAccessLogs.Get", "Waldur.Login". Its parent is the span of the caller's context; that of a login is the operation
// that needed it. It ends when the answer was read, or could not be. An event "attempt" tells of each request, and "retry"
// of each wait for another one. A transport that makes spans of its own, set with [auditlogs.WithHTTPClient], nests them
// in it.
//
// # Metrics
//
//	auditlogs.client.requests          counter    attempts that ended, by status class
//	auditlogs.client.request.duration  histogram  seconds of an attempt, until its body was read
//	auditlogs.client.records           counter    records that the caller got, each once
//	auditlogs.client.retries           counter    attempts, and polls of Follow, that failed and are repeated, by cause
//	auditlogs.client.wait.duration     histogram  seconds waited before a retry or for a rate limit
//	auditlogs.client.lag               histogram  seconds that Follow's newest record was old when it came, by the API's clock
//
// All have the attributes auditlogs.api and auditlogs.operation. The rest of the attributes is listed in
// docs/observability.md of the repository.
//
// Neither has a URL, a query, a header, a token, or a text that an API sent, which may be about a person: of an error only
// its kind is told, as error.type.
package auditlogsotel

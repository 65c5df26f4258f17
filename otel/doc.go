// Package auditlogsotel reports the activity of a client of package auditlogs to OpenTelemetry, as traces and metrics.
//
//	client, err := auditlogs.NewClient(auditlogs.FromEnv(), auditlogs.WithHooks(auditlogsotel.Hooks()))
//
// # Traces
//
// Each operation is a span of kind client with the name of the operation: "UserEvents.List" for a page, whichever method
// asked for it, "DataAccessLogs.Get", "Waldur.Login". Its parent is the span of the caller's context; the parent of a login
// is the operation that needed it. A span ends when the response was read, or could not be read. An event "attempt"
// records each request, and an event "retry" each wait for another one. If a transport set with [auditlogs.WithHTTPClient]
// creates spans, they are nested in the operation's span.
//
// # Metrics
//
//	auditlogs.client.requests          counter    attempts that ended, by status class
//	auditlogs.client.request.duration  histogram  seconds of an attempt, until its body was read
//	auditlogs.client.records           counter    records that the caller received, each counted once
//	auditlogs.client.retries           counter    attempts, and polls of Follow, that failed and are repeated, by cause
//	auditlogs.client.wait.duration     histogram  seconds waited before a retry or for a rate limit
//	auditlogs.client.lag               histogram  age in seconds of Follow's newest record on arrival, by the API's clock
//
// All metrics have the attributes auditlogs.api and auditlogs.operation. docs/observability.md in the repository lists the
// other attributes.
//
// Neither traces nor metrics contain a URL, a query, a header, a token, or a text from an API, which may be about a person.
// Of an error they contain only its kind, as error.type.
package auditlogsotel

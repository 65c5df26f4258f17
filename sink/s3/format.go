package s3

import auditlogs "github.com/auditlogs/auditlogs-go"

// format is how a batch is written as an object.
type format struct {
	suffix      string // of keys; Athena and DuckDB know the compression by it
	contentType string
	encode      func([]auditlogs.Event) ([]byte, error)
	decode      func([]byte) ([]auditlogs.Event, error)
}

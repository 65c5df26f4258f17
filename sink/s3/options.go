package s3

import (
	"errors"
	"fmt"
	"strings"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// ErrInvalidConfig means that New was called with something that cannot work. Nothing was sent.
var ErrInvalidConfig = errors.New("invalid configuration")

// Option changes what New makes.
type Option func(*Sink)

// WithParquet stores batches as Parquet, with a column for each field of an event and one for its JSON, instead of as
// JSON Lines compressed by gzip. A prefix keeps the format that it was begun with: a sink of the other format is refused
// with deliver.ErrRefused.
func WithParquet() Option {
	return func(s *Sink) { s.format = parquetFormat }
}

// WithPut calls change with each object before it is sent, to set a storage class, encryption by a key of yours, tags,
// or the retention of Object Lock. What makes the promise of the sink stays as it is: bucket, key, body, metadata and
// condition. change must be safe for concurrent use. It is also called for the small objects below "_": those that say
// what the layout is, and where a place is too long for metadata.
func WithPut(change func(*awss3.PutObjectInput)) Option {
	return func(s *Sink) { s.change = change }
}

// New returns a sink that keeps events in a bucket, below a prefix ("" is the whole bucket). It sends nothing. The first
// Commit finds out whether the server enforces If-None-Match, without which there is no promise, and creates
// <prefix>/_auditlogs.json.
//
// The client needs s3:PutObject and s3:GetObject below the prefix and s3:ListBucket of the bucket. It is used as it is,
// with its retries, and is not closed. Directory buckets (S3 Express) list in no order and are ErrInvalidConfig.
func New(client *awss3.Client, bucket, prefix string, opts ...Option) (*Sink, error) {
	if client == nil || bucket == "" {
		return nil, fmt.Errorf("s3: %w: a client and a bucket are needed", ErrInvalidConfig)
	}
	if strings.HasSuffix(bucket, "--x-s3") {
		return nil, fmt.Errorf("s3: %w: a directory bucket does not list in the order of keys", ErrInvalidConfig)
	}
	prefix, err := cleanPrefix(prefix)
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	s := &Sink{client: client, bucket: bucket, prefix: prefix, format: linesFormat, known: make(map[string]known)}
	for _, o := range opts {
		o(s)
	}
	return s, nil
}

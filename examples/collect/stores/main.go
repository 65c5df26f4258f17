// Command stores is the program examples/collect with all stores: SQLite, PostgreSQL and S3 beside files. All else is as the
// comment there says. It is a module of its own, so that the drivers of the stores reach nobody who does not want them.
//
//	sqlite:PATH                        a database in a file, with its folder there already
//	postgres://user@host/database      a database; a password belongs into PGPASSWORD or ~/.pgpass
//	s3://bucket/prefix                 objects, with the credentials and region of the AWS SDK's environment and files
//
// README.md shows how to build and to use it.
package main

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/collect"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/sqlite"
)

func main() { collect.Main(stores) }

var stores = collect.Stores{
	"file":       collect.File,
	"sqlite":     {Form: "sqlite:PATH", Open: openSQLite},
	"postgres":   {Form: "postgres://user@host/database", Open: openPostgres},
	"postgresql": {Form: "postgres://user@host/database", Open: openPostgres},
	"s3":         {Form: "s3://bucket/prefix", Open: openS3, Quiet: quietS3},
}

// quietS3 is how rarely a poll without events is worth an object.
const quietS3 = 15 * time.Minute

func openSQLite(ctx context.Context, address string) (deliver.Sink, io.Closer, error) {
	s, err := sqlite.Open(ctx, collect.PathOf(address))
	if err != nil {
		return nil, nil, err
	}
	return s, s, nil
}

func openPostgres(ctx context.Context, address string) (deliver.Sink, io.Closer, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil || !strings.Contains(address, "://") {
		return nil, nil, errors.New("the address cannot be read; want postgres://user@host/database") // without what it holds
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	s, err := postgres.New(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return s, closer(pool.Close), nil
}

// closer is a function that closes.
type closer func()

func (c closer) Close() error {
	c()
	return nil
}

func openS3(ctx context.Context, address string) (deliver.Sink, io.Closer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, nil, errors.New("the address cannot be read; want s3://bucket/prefix, and credentials in the environment")
	}
	config, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := awss3.NewFromConfig(config, func(o *awss3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // a server that is not Amazon's has no name for each bucket
	})
	s, err := s3.New(client, u.Host, strings.TrimPrefix(u.Path, "/"))
	return s, nil, err
}

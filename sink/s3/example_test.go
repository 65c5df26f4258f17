package s3_test

import (
	"context"
	"log"
	"os"
	"os/signal"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// All logs that are configured in the environment are followed into a bucket. The client is usually made of
// config.LoadDefaultConfig of github.com/aws/aws-sdk-go-v2/config.
func Example() { //nolint:testableexamples // it needs a bucket
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := auditlogs.NewClient(auditlogs.FromEnv())
	if err != nil {
		log.Fatal(err)
	}
	bucket := awss3.New(awss3.Options{Region: "eu-central-1" /* Credentials: … */})
	sink, err := s3.New(bucket, "my-audit-trails", "trails", s3.WithParquet())
	if err != nil {
		log.Fatal(err)
	}
	if err := deliver.Follow(ctx, sink, deliver.Options{}, client.Sources()...); err != nil {
		log.Print(err)
	}
}

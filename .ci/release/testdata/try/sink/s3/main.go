// Where no server is, the sink says so.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	bucket := awss3.New(awss3.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://127.0.0.1:1"), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	sink, err := s3.New(bucket, "trails", "a", s3.WithParquet())
	if err != nil {
		log.Fatal(err)
	}
	if _, err = sink.Place(context.Background(), "a"); err == nil {
		log.Fatal("no error")
	}
	fmt.Println("refused, as it must be")
}

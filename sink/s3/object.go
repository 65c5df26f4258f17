package s3

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// errExists means that an object was not created, since it is there.
var errExists = errors.New("the object exists")

// create stores an object that does not exist yet, or returns errExists.
func (s *Sink) create(ctx context.Context, key, contentType string, data []byte, meta map[string]string) error {
	in := &awss3.PutObjectInput{ContentType: &contentType}
	if s.change != nil {
		s.change(in)
	}
	in.Bucket, in.Key, in.Body, in.Metadata = &s.bucket, &key, bytes.NewReader(data), meta
	in.IfNoneMatch, in.IfMatch, in.ContentLength, in.ContentEncoding = aws.String("*"), nil, nil, nil
	if _, err := s.client.PutObject(ctx, in); err != nil {
		if exists(err) {
			return errExists
		}
		return failure("PutObject", err)
	}
	return nil
}

// get reads an object and its metadata. Its errors are those of the client, for missing and failure.
func (s *Sink) get(ctx context.Context, key string) ([]byte, map[string]string, error) {
	out, err := s.client.GetObject(ctx, &awss3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(out.Body)
	if e := out.Body.Close(); err == nil {
		err = e
	}
	return data, out.Metadata, err
}

// head reads the metadata of an object.
func (s *Sink) head(ctx context.Context, key string) (map[string]string, error) {
	out, err := s.client.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, err
	}
	return out.Metadata, nil
}

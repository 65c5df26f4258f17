package s3

import (
	"context"
	"fmt"
	"math"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// listed is the number of keys that one listing may give.
const listed = 1000

// last returns the number of the last batch of a source, or 0 if there is none. It asks whether there is anything behind a
// number, which is so for every number before the last, whatever was deleted. hint is the number of a batch that was there, from
// which to search; it is listed again. A store of n batches is searched by about 2·log2(n/1000) listings, and by one with
// a hint that is less than 1000 behind.
func (s *Sink) last(ctx context.Context, source string, hint uint64) (uint64, error) {
	low := hint - min(hint, 1)
	for {
		found, more, err := s.behind(ctx, source, low, listed)
		switch {
		case err != nil:
			return 0, err
		case found == 0 && hint > 0: // what was there is gone
			return s.last(ctx, source, 0)
		case found == 0:
			return low, nil
		case !more:
			return found, nil
		}
		hint = 0
		if low, err = s.gallop(ctx, source, found); err != nil {
			return 0, err
		}
	}
}

// gallop returns the number of a batch that is about the last: steps double until there is nothing behind, and are halved then.
func (s *Sink) gallop(ctx context.Context, source string, low uint64) (uint64, error) {
	high := uint64(math.MaxUint64)
	for step := uint64(listed); high-low > listed; {
		middle := low + (high-low)/2
		if high == math.MaxUint64 && step < high-low {
			middle = low + step
			step *= 2
		}
		found, _, err := s.behind(ctx, source, middle, 1)
		if err != nil {
			return 0, err
		}
		if found == 0 {
			high = middle
		} else {
			low = found
		}
	}
	return low, nil
}

// behind lists at most limit batches behind a number and returns the number of the last of them, or 0 if there is none, and
// whether there are more.
func (s *Sink) behind(ctx context.Context, source string, seq uint64, limit int32) (last uint64, more bool, err error) {
	in := &awss3.ListObjectsV2Input{
		Bucket: &s.bucket, Prefix: aws.String(s.dir(source)), StartAfter: aws.String(s.key(source, seq)), MaxKeys: &limit,
	}
	for {
		out, err := s.client.ListObjectsV2(ctx, in)
		if err != nil {
			return 0, false, failure("ListObjectsV2", err)
		}
		last = seq
		for _, o := range out.Contents {
			n, ok := s.number(source, aws.ToString(o.Key))
			if !ok {
				return 0, false, fmt.Errorf("%w: there is an object among the batches that is none", deliver.ErrRefused)
			}
			if n <= last {
				return 0, false, fmt.Errorf("%w: the server does not list in the order of keys", deliver.ErrRefused)
			}
			last = n
		}
		more = aws.ToBool(out.IsTruncated)
		switch {
		case len(out.Contents) > 0:
			return last, more, nil
		case !more:
			return 0, false, nil
		case aws.ToString(out.NextContinuationToken) == "":
			return 0, false, fmt.Errorf("%w: the server lists a part, and does not say how to go on", deliver.ErrRefused)
		}
		in.ContinuationToken = out.NextContinuationToken // a server may give an empty part of a listing
	}
}

package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"
)

const secondBatch = "trails/log=s/00000000000000000002.jsonl.gz"

// store is a bucket with four batches of one source, looked at from outside.
type store struct {
	*testing.T
	client *awss3.Client
	at     deliver.Place
}

func newStore(t *testing.T, options ...s3.Option) *store {
	s := &store{T: t, client: s3server.Client(bucket(t).URL)}
	sink := sinkOf(t, s.client, options...)
	for range 4 {
		b := batchBehind(s.at, 3)
		require.NoError(t, sink.Commit(t.Context(), b))
		s.at = b.To
	}
	return s
}

func (s *store) keys() (keys []string) {
	out, err := s.client.ListObjectsV2(s.Context(), &awss3.ListObjectsV2Input{Bucket: new("audit")})
	require.NoError(s, err)
	for _, o := range out.Contents {
		keys = append(keys, *o.Key)
	}
	return keys
}

func (s *store) delete(key string) {
	_, err := s.client.DeleteObject(s.Context(), &awss3.DeleteObjectInput{Bucket: new("audit"), Key: &key})
	require.NoError(s, err)
}

func (s *store) get(key string) (*awss3.GetObjectOutput, []byte) {
	out, err := s.client.GetObject(s.Context(), &awss3.GetObjectInput{Bucket: new("audit"), Key: &key})
	require.NoError(s, err)
	data, err := io.ReadAll(out.Body)
	require.NoError(s, err)
	return out, data
}

func (s *store) put(key string, data []byte, meta map[string]string) {
	_, err := s.client.PutObject(s.Context(), &awss3.PutObjectInput{Bucket: new("audit"), Key: &key, Body: bytes.NewReader(data), Metadata: meta})
	require.NoError(s, err)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	require.Equal(t, []string{
		"trails/_auditlogs.json", "trails/log=s/00000000000000000001.jsonl.gz", secondBatch,
		"trails/log=s/00000000000000000003.jsonl.gz", "trails/log=s/00000000000000000004.jsonl.gz",
	}, s.keys())
	_, data := s.get("trails/_auditlogs.json")
	require.Equal(t, `{"version":1,"format":"jsonl.gz"}`+"\n", string(data))
	out, _ := s.get(secondBatch)
	require.Equal(t, "application/gzip", *out.ContentType)
	require.Equal(t, "6", out.Metadata["count"])
	require.Equal(t, "s", out.Metadata["source"])
}

// Looking changes nothing.
func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	client := through(t, bucket(t), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			t.Error("something was stored")
		}
		next.ServeHTTP(w, r)
	})
	sink := sinkOf(t, client)
	at, err := sink.Place(t.Context(), "s")
	require.NoError(t, err)
	require.Zero(t, at)
	require.Zero(t, stored(t, sink))
}

func TestAnotherFormat(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for name, marker := range map[string]string{
		"another format": "", "a later version": `{"version":2,"format":"parquet"}`, "no version": `{}`, "no marker": `hello`,
	} {
		if marker != "" {
			s.put("trails/_auditlogs.json", []byte(marker), nil)
		}
		sink := sinkOf(t, s.client, s3.WithParquet())
		_, err := sink.Place(t.Context(), "s")
		require.ErrorIs(t, err, deliver.ErrRefused, name)
		require.ErrorIs(t, sink.Commit(t.Context(), batchBehind(deliver.Place{}, 1)), deliver.ErrRefused, name)
		_, err = auditlogs.Collect(sink.Events(t.Context(), "s"), 1)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
	}
	s.delete("trails/_auditlogs.json") // then the keys tell
	_, err := sinkOf(t, s.client, s3.WithParquet()).Place(t.Context(), "s")
	require.ErrorIs(t, err, deliver.ErrRefused)
}

// Two that begin a prefix at once agree on its format.
func TestFirstUseOfTwoFormats(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	client := s3server.Client(server.URL)
	for round := range 10 {
		prefix := fmt.Sprint("race ", round)
		var group sync.WaitGroup
		var wins, refused [2]atomic.Int32
		for i := range 8 {
			group.Go(func() {
				sink, err := s3.New(client, "audit", prefix, [][]s3.Option{nil, {s3.WithParquet()}}[i%2]...)
				if err == nil {
					b := batchBehind(deliver.Place{}, 1)
					b.Source = string(rune('a' + i))
					err = sink.Commit(t.Context(), b)
				}
				if err == nil {
					wins[i%2].Add(1)
				} else {
					refused[i%2].Add(1)
					if !errors.Is(err, deliver.ErrRefused) {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		require.ElementsMatch(t, []int32{4, 0}, []int32{wins[0].Load(), wins[1].Load()})
		require.ElementsMatch(t, []int32{4, 0}, []int32{refused[0].Load(), refused[1].Load()})
	}
}

// What is gone is not taken for what never was.
func TestDeletedBatches(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	s.delete("trails/log=s/00000000000000000001.jsonl.gz")
	s.delete(secondBatch)
	sink := sinkOf(t, s.client)
	at, err := sink.Place(t.Context(), "s")
	require.NoError(t, err)
	require.True(t, at.Same(s.at))
	_, err = auditlogs.Collect(sink.Events(t.Context(), "s"), 1)
	require.ErrorIs(t, err, deliver.ErrRefused)

	// A place that was read long ago, behind which a batch is gone.
	old := batchBehind(deliver.Place{Seq: 1, Count: 3, Cursor: "after 1"}, 1)
	require.ErrorIs(t, sink.Commit(t.Context(), old), deliver.ErrMoved)
	b := batchBehind(at, 1)
	require.NoError(t, sink.Commit(t.Context(), b))
}

func TestChangedBatches(t *testing.T) {
	t.Parallel()
	for name, options := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, options...)
			key := s.keys()[2]
			out, data := s.get(key)
			sink := sinkOf(t, s.client, options...)
			fails := func(data []byte, meta map[string]string) {
				t.Helper()
				s.put(key, data, meta)
				_, err := auditlogs.Collect(sink.Events(t.Context(), "s"), 1000)
				require.ErrorIs(t, err, deliver.ErrRefused)
			}
			fails(nil, out.Metadata)
			fails([]byte("hello"), out.Metadata)
			fails(data[:len(data)/2], out.Metadata)
			fails(data, nil)
			less := batchBehind(deliver.Place{}, 2)
			less.Source = "another"
			require.NoError(t, sink.Commit(t.Context(), less))
			_, two := s.get(s.keys()[1])
			fails(two, out.Metadata)
			for range 100 { // no panic, whatever it is then
				odd := bytes.Clone(data)
				odd[rand.IntN(len(odd))] ^= byte(1 + rand.IntN(255))
				s.put(key, odd, out.Metadata)
				_, _ = auditlogs.Collect(sink.Events(t.Context(), "s"), 1000)
			}
			s.put(key, data, out.Metadata)
			require.Equal(t, 12, stored(t, sink))
		})
	}
}

// A place that is not there any more, or is of another, is none.
func TestChangedPlaces(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	last := "trails/log=s/00000000000000000004.jsonl.gz"
	out, data := s.get(last)
	for name, value := range map[string]string{"seq": "3", "count": "-1", "source": "t", "cursor": "?", "updated": "now", "done": "", "beside": "true"} {
		meta := map[string]string{name: value}
		for n, v := range out.Metadata {
			if n != name {
				meta[n] = v
			}
		}
		s.put(last, data, meta)
		_, err := sinkOf(t, s.client).Place(t.Context(), "s")
		require.ErrorIs(t, err, deliver.ErrRefused, name)
	}
}

// Places of each size fit, about those from which on they are stored beside.
func TestPlacesOfEachSize(t *testing.T) {
	t.Parallel()
	s := &store{T: t, client: s3server.Client(bucket(t).URL)}
	sink := sinkOf(t, s.client)
	beside := 0
	for _, source := range []string{"s", strings.Repeat("é", 200)} {
		var at deliver.Place
		for size := range 150 {
			b := batchBehind(at, 0)
			b.Source, b.To.Cursor = source, auditlogs.Cursor(strings.Repeat("c", size*10))
			require.NoError(t, sink.Commit(t.Context(), b))
			got, err := sink.Place(t.Context(), source)
			require.NoError(t, err)
			require.True(t, got.Same(b.To))
			at = got
		}
	}
	for _, key := range s.keys() {
		if strings.HasPrefix(key, "trails/_places/") {
			beside++
		}
	}
	require.Greater(t, beside, 20)
	require.Less(t, beside, 250)
}

func TestWithPut(t *testing.T) {
	t.Parallel()
	s := newStore(t, s3.WithPut(func(in *awss3.PutObjectInput) {
		in.StorageClass = types.StorageClassStandard
		in.CacheControl = new("no-store")
		in.Bucket, in.Key, in.IfNoneMatch, in.IfMatch, in.Metadata, in.ContentEncoding = nil, nil, nil, new("x"), nil, new("br")
	}))
	out, _ := s.get(secondBatch)
	require.Equal(t, "no-store", *out.CacheControl)
	require.Nil(t, out.ContentEncoding)
	require.Equal(t, 12, stored(t, sinkOf(t, s.client)))
}

// An event that JSON cannot hold is said to be so, before anything is sent.
func TestEventThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	sink := sinkOf(t, s3server.Client("http://127.0.0.1:1"))
	b := batchBehind(deliver.Place{}, 1)
	b.Events[0].Raw = []byte("{")
	require.ErrorIs(t, sink.Commit(t.Context(), b), deliver.ErrRefused)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, sink.Commit(ended, batchBehind(deliver.Place{}, 1)), context.Canceled)
}

// More batches than one listing gives, on a real server.
func TestManyBatches(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it stores 2100 objects")
	}
	client := s3server.Client(bucket(t).URL)
	sink := sinkOf(t, client)
	var at deliver.Place
	for range 2100 {
		b := batchBehind(at, 0)
		require.NoError(t, sink.Commit(t.Context(), b))
		at = b.To
	}
	got, err := sinkOf(t, client).Place(t.Context(), "s")
	require.NoError(t, err)
	require.True(t, got.Same(at))
}

package s3_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
)

// through returns a client whose requests go through a handler to a real server. The handler calls next to let one pass.
func through(t *testing.T, server *s3server.Server, handle func(w http.ResponseWriter, r *http.Request, next http.Handler), options ...func(*awss3.Options)) *awss3.Client {
	t.Helper()
	target, err := url.Parse(server.URL)
	require.NoError(t, err)
	next := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // which is signed
	}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handle(w, r, next) }))
	t.Cleanup(proxy.Close)
	return s3server.Client(proxy.URL, options...)
}

// isBatch reports whether a request stores a batch.
func isBatch(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/log=") && !strings.Contains(r.URL.Path, "/_")
}

func bucket(t *testing.T) *s3server.Server {
	t.Helper()
	server := s3server.Start(t)
	server.Bucket("audit")
	return server
}

func sinkOf(t *testing.T, client *awss3.Client, options ...s3.Option) *s3.Sink {
	t.Helper()
	sink, err := s3.New(client, "audit", "trails", options...)
	require.NoError(t, err)
	return sink
}

func batchBehind(at deliver.Place, n int) deliver.Batch {
	to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(n), Cursor: auditlogs.Cursor(fmt.Sprint("after ", at.Seq+1))}
	return deliver.Batch{Source: "s", Events: someEvents(int(at.Count), n), From: at, To: to}
}

// stored is how many events of the source there are.
func stored(t *testing.T, sink *s3.Sink) int {
	t.Helper()
	all, err := auditlogs.Collect(sink.Events(t.Context(), "s"), 1000)
	require.NoError(t, err)
	return len(all)
}

// The client tries again when an answer was lost, and is told that the object exists: it is its own.
func TestLostAnswerIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, cursor := range map[string]auditlogs.Cursor{"short": "c", "beside": auditlogs.Cursor(strings.Repeat("c", 5000))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lost atomic.Int32
			sink := sinkOf(t, through(t, bucket(t), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method != http.MethodPut || r.Header.Get("Amz-Sdk-Request") != "attempt=1; max=3" {
					next.ServeHTTP(w, r)
					return
				}
				next.ServeHTTP(httptest.NewRecorder(), r)
				lost.Add(1)
				panic(http.ErrAbortHandler)
			}))
			b := batchBehind(deliver.Place{}, 3)
			b.To.Cursor = cursor
			require.NoError(t, sink.Commit(t.Context(), b))
			require.GreaterOrEqual(t, int(lost.Load()), 2)
			at, err := sink.Place(t.Context(), "s")
			require.NoError(t, err)
			require.True(t, at.Same(b.To))
			require.Equal(t, 3, stored(t, sink))
		})
	}
}

// What a server answers to a batch, what that means, and what is not said of it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	refused, moved, passing := deliver.ErrRefused, deliver.ErrMoved, error(nil)
	for i, c := range []struct {
		status int
		code   string
		want   error
	}{
		{403, "AccessDenied", refused}, {403, "InvalidAccessKeyId", refused}, {403, "SignatureDoesNotMatch", refused},
		{404, "NoSuchBucket", refused}, {501, "NotImplemented", refused}, {301, "PermanentRedirect", refused}, {400, "InvalidRequest", refused},
		{405, "MethodNotAllowed", refused}, {409, "ConditionalRequestConflict", passing}, {409, "OperationAborted", passing},
		{500, "InternalError", passing}, {503, "SlowDown", passing}, {503, "", passing}, {502, "<html>", passing}, {429, "", passing},
		{400, "RequestTimeout", passing}, {400, "ExpiredToken", passing}, {403, "RequestTimeTooSkewed", passing}, {408, "", passing},
	} {
		t.Run(fmt.Sprint(c.status, c.code), func(t *testing.T) {
			t.Parallel()
			client := through(t, server, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if !isBatch(r) {
					next.ServeHTTP(w, r)
					return
				}
				w.Header().Set("X-Amz-Request-Id", "REQ1")
				w.Header().Set("X-Amz-Id-2", "the-host")
				w.WriteHeader(c.status)
				if c.code != "" {
					_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>the-message of tests</Message><RequestId>REQ1</RequestId><HostId>the-host</HostId></Error>", c.code)
				}
			}, func(o *awss3.Options) { o.RetryMaxAttempts = 1 })
			sink, err := s3.New(client, "audit", fmt.Sprint("answers/", i))
			require.NoError(t, err)
			err = sink.Commit(t.Context(), batchBehind(deliver.Place{}, 1))
			require.Error(t, err)
			require.Equal(t, errors.Is(c.want, refused), errors.Is(err, refused), err)
			require.NotErrorIs(t, err, moved)
			var answer *s3.Error
			require.ErrorAs(t, err, &answer)
			require.Equal(t, c.status, answer.Status)
			require.Equal(t, "REQ1", answer.RequestID)
			discreet(t, err)
			at, err := sink.Place(t.Context(), "s")
			require.NoError(t, err)
			require.Zero(t, at)
		})
	}
}

// discreet checks that an error tells nothing of where the bucket is, nor of who may write there.
func discreet(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"127.0.0.1", "http", "audit", "trails", "log=", "tests", "secret", "the-host", "the-message", "<"} {
		require.NotContains(t, err.Error(), secret)
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	client := s3server.Client(server.URL, func(o *awss3.Options) { o.RetryMaxAttempts = 1 })
	sink := sinkOf(t, client)
	at := batchBehind(deliver.Place{}, 1)
	require.NoError(t, sink.Commit(t.Context(), at))
	server.Kill()
	for _, s := range []*s3.Sink{sink, sinkOf(t, client)} {
		_, err := s.Place(t.Context(), "s")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.NotErrorIs(t, err, deliver.ErrRefused)
		discreet(t, err)
		err = s.Commit(t.Context(), batchBehind(at.To, 1))
		require.Error(t, err)
		require.NotErrorIs(t, err, deliver.ErrRefused)
		discreet(t, err)
		_, err = auditlogs.Collect(s.Events(t.Context(), "s"), 1)
		require.Error(t, err)
		discreet(t, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sink.Place(ended, "s")
	require.ErrorIs(t, err, context.Canceled)
	server.Restart()
	require.NoError(t, sink.Commit(t.Context(), batchBehind(at.To, 1)))
	require.Equal(t, 2, stored(t, sink))
}

func TestWrongBucketAndKeys(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	wrong := s3server.Client(server.URL, func(o *awss3.Options) { o.Credentials = s3server.Keys("nobody", "secret-of-nobody") })
	for _, c := range []struct {
		client *awss3.Client
		bucket string
	}{{s3server.Client(server.URL), "another"}, {wrong, "audit"}} {
		sink, err := s3.New(c.client, c.bucket, "")
		require.NoError(t, err)
		_, err = sink.Place(t.Context(), "s")
		require.ErrorIs(t, err, deliver.ErrRefused)
		discreet(t, err)
		err = sink.Commit(t.Context(), batchBehind(deliver.Place{}, 1))
		require.ErrorIs(t, err, deliver.ErrRefused)
		discreet(t, err)
	}
}

// A server that takes the condition for a header like any other is found out before the first batch.
func TestServerWithoutTheCondition(t *testing.T) {
	t.Parallel()
	var batches atomic.Int32
	client := through(t, bucket(t), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isBatch(r) {
			batches.Add(1)
		}
		answer := httptest.NewRecorder()
		if next.ServeHTTP(answer, r); answer.Code == http.StatusPreconditionFailed {
			return // as if it had been stored
		}
		for name := range answer.Header() {
			w.Header()[name] = answer.Header()[name]
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
	err := sinkOf(t, client).Commit(t.Context(), batchBehind(deliver.Place{}, 1))
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.ErrorContains(t, err, "If-None-Match")
	require.Zero(t, batches.Load())
}

// A context that ends while a batch is on its way does not leave it open whether the batch was stored.
func TestContextEndsOnTheWay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sink := sinkOf(t, through(t, bucket(t), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isBatch(r) {
			cancel()
		}
		next.ServeHTTP(w, r)
	}))
	require.NoError(t, sink.Commit(ctx, batchBehind(deliver.Place{}, 3)))
	require.Error(t, ctx.Err())
	require.Equal(t, 3, stored(t, sink))
}

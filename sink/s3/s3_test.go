package s3_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	"github.com/stretchr/testify/require"
)

// formats are the options of each format.
var formats = map[string][]s3.Option{"lines": nil, "parquet": {s3.WithParquet()}}

// The server is one that refuses to create what exists, also of sixteen that try at once. Without that, nothing here says anything.
func TestServerIsAtomic(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t)
	server.Bucket("audit")
	for round := range 20 {
		var wins, losses atomic.Int32
		var group sync.WaitGroup
		start := make(chan struct{})
		for range 16 {
			group.Go(func() {
				sink, err := s3.New(s3server.Client(server.URL), "audit", "")
				if err != nil {
					t.Error(err)
					return
				}
				<-start
				b := deliver.Batch{Source: "s", From: deliver.Place{}, To: deliver.Place{Seq: 1}}
				b.Source = fmt.Sprint("race ", round)
				switch err := sink.Commit(t.Context(), b); {
				case err == nil:
					wins.Add(1)
				case errors.Is(err, deliver.ErrMoved):
					losses.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		close(start)
		group.Wait()
		require.EqualValues(t, 1, wins.Load())
		require.EqualValues(t, 15, losses.Load())
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t)
	server.Bucket("audit")
	for name, options := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := func() *s3.Sink {
				sink, err := s3.New(s3server.Client(server.URL), "audit", "trails/"+name, options...)
				require.NoError(t, err)
				return sink
			}
			sink := open()
			at, err := sink.Place(t.Context(), "s")
			require.NoError(t, err)
			require.Zero(t, at)
			var want []auditlogs.Event
			for i, size := range []int{3, 0, 250, 1} {
				events := someEvents(len(want), size)
				want = append(want, events...)
				to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(size), Cursor: auditlogs.Cursor(strings.Repeat("c", 1+i*900)), Done: i == 3}
				require.NoError(t, sink.Commit(t.Context(), deliver.Batch{Source: "s", Events: events, From: at, To: to}))
				at, err = open().Place(t.Context(), "s")
				require.NoError(t, err)
				require.True(t, to.Same(at))
				require.False(t, at.Updated.IsZero())
			}
			got, err := auditlogs.Collect(open().Events(t.Context(), "s"), 10000)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

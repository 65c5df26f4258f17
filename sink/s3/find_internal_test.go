package s3

import (
	"encoding/xml"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	"github.com/stretchr/testify/require"
)

// lister answers listings as a bucket does that has the batches from first to last of one source.
type lister struct {
	sink        *Sink
	first, last uint64
	grows       uint64 // by so many batches with each listing
	most        int    // keys of an answer, 0 for as many as asked for
	hollow      bool   // every second answer is empty, and says that there is more
	foreign     string // a key behind all others
	requests    int
}

type listing struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []struct{ Key string }
}

func (l *lister) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.requests++
	l.last += l.grows
	q := r.URL.Query()
	var answer listing
	if l.hollow && q.Get("continuation-token") == "" {
		answer.IsTruncated, answer.NextContinuationToken = true, "go on"
	} else {
		l.fill(&answer, q.Get("start-after"), q.Get("max-keys"))
	}
	_ = xml.NewEncoder(w).Encode(answer)
}

func (l *lister) fill(answer *listing, after, most string) {
	limit, _ := strconv.Atoi(most)
	if l.most > 0 {
		limit = min(limit, l.most)
	}
	seq, ok := l.sink.number("s", after)
	if !ok {
		panic("a listing from nowhere")
	}
	n := max(seq+1, l.first)
	for ; n <= l.last && len(answer.Contents) < limit; n++ {
		answer.Contents = append(answer.Contents, struct{ Key string }{l.sink.key("s", n)})
	}
	if l.foreign != "" && len(answer.Contents) < limit {
		answer.Contents = append(answer.Contents, struct{ Key string }{l.foreign})
	}
	answer.IsTruncated = n <= l.last
	if answer.IsTruncated {
		answer.NextContinuationToken = "not used"
	}
}

func (l *lister) start(t *testing.T) {
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	sink, err := New(s3server.Client(server.URL), "audit", "trails")
	require.NoError(t, err)
	l.sink = sink
}

func TestLast(t *testing.T) {
	t.Parallel()
	many := rand.Uint64N(1 << 40)
	for name, c := range map[string]struct {
		lister
		hint uint64
		most int // requests
	}{
		"one":                       {lister{first: 1, last: 1}, 0, 1},
		"as many as are listed":     {lister{first: 1, last: 1000}, 0, 1},
		"one more":                  {lister{first: 1, last: 1001}, 0, 4},
		"a million":                 {lister{first: 1, last: 1_000_000}, 0, 24},
		"a million and a hint":      {lister{first: 1, last: 1_000_000}, 999_500, 1},
		"a million, and a far hint": {lister{first: 1, last: 1_000_000}, 17, 24},
		"the hint is the last":      {lister{first: 1, last: 7}, 7, 1},
		"the first ones are gone":   {lister{first: 900_001, last: 1_000_000}, 0, 24},
		"all but the last are gone": {lister{first: 1_000_000, last: 1_000_000}, 0, 1},
		"the hint is gone":          {lister{first: 1, last: 5}, 7, 2},
		"many":                      {lister{first: 1, last: many}, 0, 2*40 + 4},
		"the most":                  {lister{first: 1, last: math.MaxUint64 - 1}, 0, 130},
		"small answers":             {lister{first: 1, last: 3333, most: 7}, 0, 1000},
		"empty answers":             {lister{first: 1, last: 3333, hollow: true}, 0, 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.start(t)
			got, err := c.sink.last(t.Context(), "s", c.hint)
			require.NoError(t, err)
			require.Equal(t, c.last, got)
			require.LessOrEqual(t, c.requests, c.most)
		})
	}
}

func TestLastOfNothing(t *testing.T) {
	t.Parallel()
	for _, hint := range []uint64{0, 1, 1000} {
		l := &lister{}
		l.start(t)
		got, err := l.sink.last(t.Context(), "s", hint)
		require.NoError(t, err)
		require.Zero(t, got)
	}
}

// A rival commits while the last is searched.
func TestLastWhileItGrows(t *testing.T) {
	t.Parallel()
	for range 20 {
		l := &lister{first: 1, last: rand.Uint64N(1_000_000), grows: rand.Uint64N(40)}
		l.start(t)
		begin := l.last
		got, err := l.sink.last(t.Context(), "s", 0)
		require.NoError(t, err)
		require.GreaterOrEqual(t, got, begin)
		require.Equal(t, l.last, got)
	}
}

func TestForeignObject(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x", "00000000000000000008.parquet", "8.jsonl.gz", "+0000000000000000008.jsonl.gz", "00000000000000000008.jsonl.gz.bak", "9/9"} {
		l := &lister{first: 1, last: 7}
		l.start(t)
		l.foreign = l.sink.dir("s") + name
		_, err := l.sink.last(t.Context(), "s", 0)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
	}
}

// A server that lists in no order cannot say what the last is.
func TestListingInNoOrder(t *testing.T) {
	t.Parallel()
	l := &lister{first: 1, last: 7}
	l.start(t)
	l.foreign = l.sink.key("s", 5)
	_, err := l.sink.last(t.Context(), "s", 0)
	require.ErrorIs(t, err, deliver.ErrRefused)
}

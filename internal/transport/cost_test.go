package transport

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is absent from an answer's header costs no allocation.
func TestAbsentHeaders(t *testing.T) { //nolint:paralleltest // what others allocate would be counted, too
	res, p := response(200, ""), &pace{max: time.Minute}
	require.Zero(t, testing.AllocsPerRun(100, func() { p.learn(res.Header, time.Now()) }))
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { NewReply(res, nil, 1) }), 1.0, "the reply itself")
}

func BenchmarkNewReply(b *testing.B) {
	for name, res := range map[string]*http.Response{
		"bare":   response(200, ""),
		"usual":  response(200, "", "Date", "Wed, 14 Jan 2026 09:40:00 GMT", "Content-Type", "application/json", "X-Request-Id", "0f850c15"),
		"limits": response(200, "", "Date", "Wed, 14 Jan 2026 09:40:00 GMT", "X-Organization-Rate-Limit-Limit", "240", "X-Organization-Rate-Limit-Remaining", "12", "X-Organization-Rate-Limit-Reset", "1768383720"),
	} {
		b.Run(name, func(b *testing.B) {
			p := &pace{max: time.Minute}
			for b.Loop() {
				p.learn(res.Header, time.Now())
				NewReply(res, nil, 1)
			}
		})
	}
}

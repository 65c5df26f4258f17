package auditlogs

import (
	"net/url"
	"time"

	"github.com/google/go-querystring/query"
)

// encodeQuery writes the parameters of an API: a struct with url tags. One that cannot be written is a mistake in this
// package, which tests of every parameter would show; the request is sent without it then.
func encodeQuery(parameters any) url.Values {
	values, _ := query.Values(parameters)
	return values
}

// floorTo and ceilTo round a bound outwards to what an API can say.
func floorTo(t time.Time, step time.Duration) time.Time { return t.UTC().Truncate(step) }

func ceilTo(t time.Time, step time.Duration) time.Time {
	if low := floorTo(t, step); low.Before(t) {
		return low.Add(step)
	}
	return t.UTC()
}

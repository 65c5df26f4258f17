package auditlogtest

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// organizationLimit is the limit that ThousandEyes reports while none is set. It is not enforced.
const organizationLimit = 240

// rateLimits counts requests per minute of the server's clock.
type rateLimits struct {
	mu     sync.Mutex
	limits map[API]*rateLimit
}

type rateLimit struct {
	perMinute int
	minute    time.Time
	used      int
}

// allowance is what a service reports about its limit after a request.
type allowance struct {
	limit, remaining int
	reset            time.Time
	refused          bool
}

// SetRateLimit limits the data requests to a service per minute of the server's clock. Requests beyond the limit get
// the service's 429 response. 0 removes the limit. Without a limit, ThousandEyes reports that 239 of 240 requests are
// left.
func (s *Server) SetRateLimit(api API, perMinute int) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	if s.limits.limits == nil {
		s.limits.limits = map[API]*rateLimit{}
	}
	if perMinute <= 0 {
		delete(s.limits.limits, api)
		return
	}
	s.limits.limits[api] = &rateLimit{perMinute: perMinute}
}

// take counts a request.
func (ls *rateLimits) take(api API, now time.Time) allowance {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	minute := now.UTC().Truncate(time.Minute)
	a := allowance{limit: organizationLimit, remaining: organizationLimit - 1, reset: minute.Add(time.Minute)}
	l := ls.limits[api]
	if l == nil {
		return a
	}
	if !l.minute.Equal(minute) {
		l.minute, l.used = minute, 0
	}
	a.limit = l.perMinute
	if a.refused = l.used >= l.perMinute; !a.refused {
		l.used++
	}
	a.remaining = l.perMinute - l.used
	return a
}

// refusal returns the service's 429 response. Huawei and Elastic Path do not say when to retry.
func (a allowance) refusal(api API, now time.Time) *answer {
	wait := strconv.Itoa(max(1, int((a.reset.Sub(now)+time.Second-1)/time.Second)))
	ans := failure(api, false, http.StatusTooManyRequests)
	switch api {
	case Waldur, Akinon:
		ans = detail(http.StatusTooManyRequests, "Request was throttled. Expected available in "+wait+" seconds.")
		ans.header.Set("Retry-After", wait)
	case ThousandEyes:
		ans.header.Set("Retry-After", wait)
	case HuaweiEDS, ElasticPath:
	}
	return ans
}

// describe adds ThousandEyes' rate limit headers.
func (a allowance) describe(h http.Header) {
	h.Set("X-Organization-Rate-Limit-Limit", strconv.Itoa(a.limit))
	h.Set("X-Organization-Rate-Limit-Remaining", strconv.Itoa(a.remaining))
	h.Set("X-Organization-Rate-Limit-Reset", strconv.FormatInt(a.reset.Unix(), 10))
}

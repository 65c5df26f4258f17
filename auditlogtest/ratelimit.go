package auditlogtest

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// organizationLimit is what ThousandEyes says about its limit as long as none is set; then it is not enforced.
const organizationLimit = 240

// rateLimits count requests in minutes of the server's clock.
type rateLimits struct {
	mu     sync.Mutex
	limits map[API]*rateLimit
}

type rateLimit struct {
	perMinute int
	minute    time.Time
	used      int
}

// allowance is what a service says about its limit after a request.
type allowance struct {
	limit, remaining int
	reset            time.Time
	refused          bool
}

// SetRateLimit limits the data requests to a service per minute of the server's clock; more are answered with 429 as the
// service does. 0 takes the limit back. Without one, ThousandEyes says that of 240 requests 239 are left.
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

// refusal is the service's 429. Huawei and Elastic Path do not say when to come back.
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

// describe adds ThousandEyes' headers.
func (a allowance) describe(h http.Header) {
	h.Set("X-Organization-Rate-Limit-Limit", strconv.Itoa(a.limit))
	h.Set("X-Organization-Rate-Limit-Remaining", strconv.Itoa(a.remaining))
	h.Set("X-Organization-Rate-Limit-Reset", strconv.FormatInt(a.reset.Unix(), 10))
}

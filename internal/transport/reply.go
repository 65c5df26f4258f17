package transport

import (
	"net/http"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Reply is the answer to a call, whatever its status, with the whole body read.
type Reply struct {
	Status    int
	Header    http.Header
	Body      []byte
	Attempts  int
	RequestID string
	RateLimit RateLimit     // zero for logins, which keep no pace
	Date      time.Time     // the server's clock; zero if it is not known
	Age       time.Duration // how long a cache kept the answer; 0 if it does not say

	buffers *Buffers       // of the body
	secrets []scrub.Secret // secrets that were sent and that a server may echo
}

func (x *Call) reply(res *http.Response) *Reply {
	r := NewReply(res, Body(res), x.Number, x.secrets...)
	r.buffers = x.Buffers
	r.RateLimit = x.rateLimit
	return r
}

// NewReply returns a Reply for an answer whose body was read, without a rate limit, which only an API's pace knows. secrets
// are those of the request.
func NewReply(res *http.Response, body []byte, attempts int, secrets ...scrub.Secret) *Reply {
	r := &Reply{
		Status:   res.StatusCode,
		Header:   res.Header,
		Body:     body,
		Attempts: attempts,
		Date:     serverDate(res.Header),
		Age:      parseAge(res.Header),
		secrets:  secrets,
	}
	r.RequestID = r.CleanText(requestID(res.Header))
	return r
}

// requestIDHeaders holds the headers that name a request, for the vendor's support.
var requestIDHeaders = [...]string{"X-Request-Id", "X-Iam-Trace-Id", "X-Correlation-Id"}

func requestID(header http.Header) string {
	for _, name := range requestIDHeaders {
		if id := first(header, name); id != "" {
			return id
		}
	}
	return ""
}

// OK reports whether the status means success.
func (r *Reply) OK() bool { return r.Status/100 == 2 }

// AskedWait returns how long the answer asks to wait, by its own clock, or 0 if it does not ask.
func (r *Reply) AskedWait() time.Duration { return askedWait(r.Status, r.Header, time.Now()) }

// CleanText returns a text of the answer without the secrets that were sent.
func (r *Reply) CleanText(text string) string { return scrub.NewScrubber(r.secrets...).Text(text) }

// CleanError returns an error about the answer without the secrets that were sent.
func (r *Reply) CleanError(err error) error { return scrub.Error(err, r.secrets...) }

// Release gives the memory of the body to another answer of its listing. Nothing may refer to the body any more.
func (r *Reply) Release() {
	body := r.Body
	r.Body = nil
	r.buffers.giveBack(body)
}

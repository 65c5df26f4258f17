package auditlogs

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// APIError is an answer that is not a success: every status except 2xx, JSON or not, Huawei's 200 with an error_code, and an
// answer to Delete that is not the documented 204. errors.Is matches it with its kind (ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited,
// ErrInvalidRequest or ErrServer), which depends on StatusCode and Code. No field contains the credential that was
// sent, even if the server echoed it.
type APIError struct {
	// Op is "UserEvents.List", also for pages of Pages, All and Follow; "UserEvents.Follow" when Follow asks only for the
	// server's time; "Waldur.Login" for a login.
	Op         string
	StatusCode int                 // of the last attempt
	Code       string              // error_code, title or error, whichever the API has
	Message    string              // the reason that the API gives, in whatever form, or the text of the status
	Fields     map[string][]string // per-parameter messages of a 400
	RequestID  string              // for the vendor's support
	Attempts   int                 // requests sent for this call
	RetryAfter time.Duration       // the wait that the API asked for, however long; 0 if none
	Date       time.Time           // the server's time at the answer; zero if it is not known
	Body       []byte              // at most 4 KiB
}

// Error returns one line of bounded length, without URL, query, header or token. It says nothing twice.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "auditlogs: %s: %d", e.Op, e.StatusCode)
	status := http.StatusText(e.StatusCode)
	if status != "" {
		b.WriteString(" " + status)
	}
	text := e.words()
	if code := scrub.Line(e.Code, 80); code != "" && code != status && !begins(e.Message, code) {
		b.WriteString(": " + code)
	}
	if text != "" && !strings.EqualFold(text, status) && !strings.EqualFold(text, strconv.Itoa(e.StatusCode)+" "+status) {
		b.WriteString(": " + scrub.Line(text, scrub.MaxMessage))
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + scrub.Line(e.RequestID, 80) + ")")
	}
	if e.Attempts > 1 {
		b.WriteString(" after " + strconv.Itoa(e.Attempts) + " attempts")
	}
	return b.String()
}

// begins reports whether a text begins with a code that was cut, or is that code: the title of a problem can be both.
func begins(text, code string) bool {
	if start, cut := strings.CutSuffix(code, "…"); cut {
		return strings.HasPrefix(text, start)
	}
	return strings.EqualFold(text, code)
}

// words joins the message and the messages of the fields, in a stable order.
func (e *APIError) words() string {
	parts := make([]string, 0, 1+len(e.Fields))
	if e.Message != "" && (len(e.Fields) == 0 || e.Message != http.StatusText(e.StatusCode)) {
		parts = append(parts, e.Message)
	}
	for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
		if text := strings.Join(e.Fields[field], " "); text != e.Message {
			parts = append(parts, field+": "+text)
		}
	}
	return strings.Join(parts, "; ")
}

// Is reports whether target is the kind of the error, such as ErrForbidden. An error has at most one kind.
func (e *APIError) Is(target error) bool {
	kind := e.kind()
	return kind != nil && target == kind
}

// LogValue returns a group for slog without the body.
func (e *APIError) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("op", e.Op),
		slog.Int("status", e.StatusCode),
		slog.String("message", scrub.Line(e.words(), scrub.MaxMessage)),
	}
	if e.Code != "" {
		attrs = append(attrs, slog.String("code", scrub.Line(e.Code, 80)))
	}
	if e.RequestID != "" {
		attrs = append(attrs, slog.String("request_id", scrub.Line(e.RequestID, 80)))
	}
	if e.Attempts > 0 {
		attrs = append(attrs, slog.Int("attempts", e.Attempts))
	}
	if e.RetryAfter > 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	return slog.GroupValue(attrs...)
}

// codeKinds are the codes that say more than the status. Huawei answers nearly everything with 400, and OAuth servers
// may refuse a credential with 400.
var codeKinds = map[string]error{
	"EDS.00011012": ErrServer,    // unknown server error
	"EDS.00011015": ErrForbidden, // no permission
	"EDS.00021606": ErrForbidden, // domain not joined to this instance
	"EDS.00021905": ErrNotFound,  // connector does not exist
	"EDS.00021911": ErrForbidden, // connector of somebody else
	"EDS.00021915": ErrForbidden, // no permission to retrieve this connector

	"APIGW.0101": ErrNotFound,
	"APIGW.0301": ErrUnauthorized,
	"APIGW.0307": ErrUnauthorized, // the token must be renewed, or belongs to another region
	"APIGW.0308": ErrRateLimited,

	"invalid_client":  ErrUnauthorized,
	"invalid_grant":   ErrUnauthorized,
	"invalid_token":   ErrUnauthorized,
	codeBadCredential: ErrUnauthorized,
}

// codeBadCredential is the code that Akinon's login does not give: it refuses a password with a bare 400.
const codeBadCredential = "invalid_credentials" //nolint:gosec // G101: a code, no credential

func (e *APIError) kind() error {
	code := e.Code
	if rest, found := strings.CutPrefix(code, "APIG."); found {
		code = "APIGW." + rest
	}
	if kind := codeKinds[code]; kind != nil {
		return kind
	}
	if e.StatusCode/100 == 2 && e.Code != "" { // an error with the status of a success
		return ErrInvalidRequest
	}
	return statusKind(e.StatusCode)
}

// refusedBy returns the refusal of the request of an operation; nil if the error is another one, such as that of a login.
func refusedBy(err error, op string) *APIError {
	if err == nil {
		return nil
	}
	var refusal *APIError
	if errors.As(err, &refusal) && refusal.Op == op && errors.Is(refusal, ErrInvalidRequest) {
		return refusal
	}
	return nil
}

// refusesNamed reports whether an error is the refusal of a parameter, which it names.
func refusesNamed(err error, op, parameter string) bool {
	refusal := refusedBy(err, op)
	return refusal != nil && len(refusal.Fields[parameter]) > 0
}

// refusesMention reports whether an error is the refusal of a parameter, which it names, be it only in a sentence.
func refusesMention(err error, op, parameter string) bool {
	refusal := refusedBy(err, op)
	if refusal == nil || len(refusal.Fields) > 0 {
		return refusesNamed(err, op, parameter)
	}
	words := strings.FieldsFunc(refusal.Message, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.Contains(words, parameter)
}

// refuses reports whether an error can be the refusal of a parameter: it names that one, or none.
func refuses(err error, op, parameter string) bool {
	refusal := refusedBy(err, op)
	return refusal != nil && (len(refusal.Fields) == 0 || len(refusal.Fields[parameter]) > 0 || len(refusal.Fields["non_field_errors"]) > 0)
}

func statusKind(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusTooManyRequests:
		return ErrRateLimited
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge,
		http.StatusRequestURITooLong, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		http.StatusRequestHeaderFieldsTooLarge:
		return ErrInvalidRequest
	}
	if status >= 500 && status <= 599 {
		return ErrServer
	}
	return nil
}

// newAPIError reads an error answer, whatever its form.
func newAPIError(op string, r *transport.Reply) *APIError {
	parsed := scrub.ParseRefusal(r.Body, r.Status)
	clean := func(text string, limit int) string { return scrub.Line(r.CleanText(text), limit) }
	e := &APIError{
		Op:         op,
		StatusCode: r.Status,
		Code:       clean(parsed.Code, 120),
		Message:    clean(parsed.Message, 1024),
		RequestID:  clean(cmp.Or(parsed.RequestID, r.RequestID), 120),
		Attempts:   r.Attempts,
		RetryAfter: r.AskedWait(),
		Date:       r.Date,
		Body:       []byte(cutBytes(r.CleanText(string(r.Body)), maxErrorBody)),
	}
	if e.Message == "" {
		e.Message = http.StatusText(r.Status)
	}
	for field, messages := range parsed.Fields {
		if e.Fields == nil {
			e.Fields = make(map[string][]string, len(parsed.Fields))
		}
		name := clean(field, 120)
		for _, message := range messages {
			e.Fields[name] = append(e.Fields[name], clean(message, 1024))
		}
	}
	return e
}

const maxErrorBody = 4 << 10

func cutBytes(text string, limit int) string { return text[:min(len(text), limit)] }

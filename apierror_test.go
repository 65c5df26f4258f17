package auditlogs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// allKinds are the meanings of refusals.
var allKinds = []error{auditlogs.ErrUnauthorized, auditlogs.ErrForbidden, auditlogs.ErrNotFound, auditlogs.ErrRateLimited, auditlogs.ErrInvalidRequest, auditlogs.ErrServer}

func TestAPIErrorIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		code   string
		want   error
	}{
		{400, "", auditlogs.ErrInvalidRequest}, {401, "", auditlogs.ErrUnauthorized}, {403, "", auditlogs.ErrForbidden}, {404, "", auditlogs.ErrNotFound},
		{405, "", auditlogs.ErrInvalidRequest}, {408, "", nil}, {409, "", nil}, {414, "", auditlogs.ErrInvalidRequest}, {422, "", auditlogs.ErrInvalidRequest},
		{429, "", auditlogs.ErrRateLimited}, {500, "", auditlogs.ErrServer}, {503, "", auditlogs.ErrServer}, {302, "", nil}, {600, "", nil}, {0, "", nil},
		{400, "EDS.00011001", auditlogs.ErrInvalidRequest}, {400, "EDS.00011015", auditlogs.ErrForbidden}, {400, "EDS.00021905", auditlogs.ErrNotFound},
		{400, "EDS.00021911", auditlogs.ErrForbidden}, {400, "EDS.00011012", auditlogs.ErrServer}, {500, "EDS.00011012", auditlogs.ErrServer},
		{200, "EDS.00011015", auditlogs.ErrForbidden}, {200, "EDS.00011001", auditlogs.ErrInvalidRequest}, {200, "anything", auditlogs.ErrInvalidRequest},
		{401, "APIGW.0301", auditlogs.ErrUnauthorized}, {400, "APIG.0301", auditlogs.ErrUnauthorized}, {401, "APIGW.0307", auditlogs.ErrUnauthorized}, {400, "APIG.0307", auditlogs.ErrUnauthorized}, {429, "APIGW.0308", auditlogs.ErrRateLimited},
		{404, "APIG.0101", auditlogs.ErrNotFound}, {400, "APIG.0201", auditlogs.ErrInvalidRequest}, {400, "invalid_client", auditlogs.ErrUnauthorized},
		{500, "Internal Server Error", auditlogs.ErrServer}, {403, "Forbidden", auditlogs.ErrForbidden},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d %s", tt.status, tt.code), func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", &auditlogs.APIError{StatusCode: tt.status, Code: tt.code})
			for _, kind := range allKinds {
				require.Equal(t, kind == tt.want, errors.Is(err, kind), "is it %q", kind)
			}
		})
	}
}

func TestAPIErrorText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  auditlogs.APIError
		want string
	}{
		{"plain", auditlogs.APIError{Op: "A.List", StatusCode: 403, Message: "No permission."}, "auditlogs: A.List: 403 Forbidden: No permission."},
		{"status only", auditlogs.APIError{Op: "A.List", StatusCode: 502, Message: "Bad Gateway"}, "auditlogs: A.List: 502 Bad Gateway"},
		{"unknown status", auditlogs.APIError{Op: "A.List", StatusCode: 599}, "auditlogs: A.List: 599"},
		{
			"everything",
			auditlogs.APIError{Op: "A.List", StatusCode: 429, Code: "E.1", Message: "slow down", RequestID: "r-1", Attempts: 3},
			"auditlogs: A.List: 429 Too Many Requests: E.1: slow down (request r-1) after 3 attempts",
		},
		{"title that is the status", auditlogs.APIError{Op: "A.List", StatusCode: 404, Code: "Not Found", Message: "gone"}, "auditlogs: A.List: 404 Not Found: gone"},
		{
			"fields",
			auditlogs.APIError{Op: "A.List", StatusCode: 400, Message: "Bad Request", Fields: map[string][]string{"o": {"bad", "worse"}, "a": {"odd"}}},
			"auditlogs: A.List: 400 Bad Request: a: odd; o: bad worse",
		},
		{
			"code that is the message",
			auditlogs.APIError{Op: "A.List", StatusCode: 400, Code: "Odd field.", Message: "Odd field."},
			"auditlogs: A.List: 400 Bad Request: Odd field.",
		},
		{
			"code that is the message's beginning",
			auditlogs.APIError{Op: "A.List", StatusCode: 400, Code: strings.Repeat("odd ", 29) + "f…", Message: strings.Repeat("odd ", 29) + "field."},
			"auditlogs: A.List: 400 Bad Request: " + strings.Repeat("odd ", 29) + "field.",
		},
		{
			"code that is the message, and fields",
			auditlogs.APIError{Op: "A.List", StatusCode: 400, Code: "Odd field.", Message: "Odd field.", Fields: map[string][]string{"o": {"bad"}}},
			"auditlogs: A.List: 400 Bad Request: Odd field.; o: bad",
		},
		{"message that is the status", auditlogs.APIError{Op: "A.List", StatusCode: 404, Code: "Not Found", Message: "Not found"}, "auditlogs: A.List: 404 Not Found"},
		{"message that is the status line", auditlogs.APIError{Op: "A.List", StatusCode: 401, Message: "401 Unauthorized"}, "auditlogs: A.List: 401 Unauthorized"},
		{"several lines", auditlogs.APIError{Op: "A.List", StatusCode: 400, Message: "a\r\nb\x00\tc\u2028d\u202ee"}, "auditlogs: A.List: 400 Bad Request: a b c d e"},
		{"URL", auditlogs.APIError{Op: "A.List", StatusCode: 400, Message: "see https://host/x?token=1 there"}, "auditlogs: A.List: 400 Bad Request: see [url] there"},
		{"bad UTF-8", auditlogs.APIError{Op: "A.List", StatusCode: 400, Message: "a\xff\xfeb"}, "auditlogs: A.List: 400 Bad Request: a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.err.Error())
		})
	}
}

func TestAPIErrorTextIsBounded(t *testing.T) {
	t.Parallel()
	for _, filler := range []string{"x", "é", "三", "🙂", " y"} {
		err := &auditlogs.APIError{Op: "A.List", StatusCode: 500, Code: strings.Repeat(filler, 9000), Message: strings.Repeat(filler, 9000), RequestID: strings.Repeat(filler, 9000)}
		text := err.Error()
		require.Less(t, len(text), 600)
		require.True(t, utf8.ValidString(text))
		require.NotContains(t, text, "\n")
	}
}

func TestAPIErrorLogValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "err", &auditlogs.APIError{
		Op: "A.List", StatusCode: 429, Code: "E.1", Message: "slow", RequestID: "r-1", Attempts: 2, RetryAfter: 3 * time.Second, Body: []byte("body"),
	})
	require.Contains(t, out.String(), "err.op=A.List err.status=429 err.message=slow err.code=E.1 err.request_id=r-1 err.attempts=2 err.retry_after=3s")
	require.NotContains(t, out.String(), "body")
	require.Equal(t, "[op=A.List status=500 message=]", (&auditlogs.APIError{Op: "A.List", StatusCode: 500}).LogValue().String())
}

// refusalOf is the error of a Waldur client that sends the token and gets the answer.
func refusalOf(t *testing.T, token string, status int, header http.Header, body string) *auditlogs.APIError {
	t.Helper()
	network := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	})
	c, err := auditlogs.NewClient(
		auditlogs.WithWaldur("https://api.test", auditlogs.StaticToken(token)), auditlogs.WithHTTPClient(&http.Client{Transport: network}),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal)
	return refusal
}

// What a refusal says becomes the error's fields; where it says nothing, the status has words of its own.
func TestRefusalsBecomeErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3000)
	tests := []struct {
		name   string
		status int
		body   string
		want   auditlogs.APIError // Op, StatusCode, Attempts and Body aside
	}{
		{"everything", 401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM","request_id":"0a1b"}`, auditlogs.APIError{
			Code: "APIGW.0301", Message: "Incorrect IAM", RequestID: "0a1b",
		}},
		{"fields only", 400, `{"o":["Select a valid choice.","Or none."],"a":{"b":"x"}}`, auditlogs.APIError{
			Message: "Bad Request", Fields: map[string][]string{"o": {"Select a valid choice.", "Or none."}, "a.b": {"x"}},
		}},
		{"fields of a server error are none", 500, `{"o":["x"]}`, auditlogs.APIError{Message: "Internal Server Error"}},
		{"HTML", 502, `<html><body>Bad gateway https://x</body></html>`, auditlogs.APIError{Message: "Bad Gateway"}},
		{"empty", 404, ``, auditlogs.APIError{Message: "Not Found"}},
		{"JSON of another kind", 400, `"text"`, auditlogs.APIError{Message: "Bad Request"}},
		{"null", 400, `null`, auditlogs.APIError{Message: "Bad Request"}},
		{"broken", 400, `{"detail":`, auditlogs.APIError{Message: "Bad Request"}},
		{"unknown status", 599, ``, auditlogs.APIError{}},
		{"texts are one line", 400, `{"code":"a\nb","detail":"see\thttps://h/?q","request_id":"\u202er"}`, auditlogs.APIError{
			Code: "a b", Message: "see [url]", RequestID: "r",
		}},
		{"fields are one line", 400, `{"a\nb":["c\u001b[2J"]}`, auditlogs.APIError{Message: "Bad Request", Fields: map[string][]string{"a b": {"c [2J"}}}},
		{"texts are bounded", 400, `{"code":"` + long + `","detail":"` + long + `","request_id":"` + long + `"}`, auditlogs.APIError{
			Code: long[:117] + "…", Message: long[:1021] + "…", RequestID: long[:117] + "…",
		}},
		{"fields are bounded", 400, `{"` + long + `":"` + long + `"}`, auditlogs.APIError{
			Message: "Bad Request", Fields: map[string][]string{long[:117] + "…": {long[:1021] + "…"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.want.Op, tt.want.StatusCode, tt.want.Attempts = "DataAccessLogs.List", tt.status, 1
			tt.want.Body = []byte(tt.body)[:min(len(tt.body), 4096)]
			require.Equal(t, &tt.want, refusalOf(t, "t0ken", tt.status, http.Header{}, tt.body))
		})
	}
}

func TestErrorRequestIDs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"X-Request-ID", "X-IAM-Trace-Id", "X-Correlation-ID"} {
		header := http.Header{}
		header.Set(name, "id-1")
		require.Equal(t, "id-1", refusalOf(t, "t0ken", 404, header, "").RequestID, name)
		require.Equal(t, "id-2", refusalOf(t, "t0ken", 404, header, `{"request_id":"id-2"}`).RequestID, "the body's before that of %s", name)
	}
	require.Empty(t, refusalOf(t, "t0ken", 404, http.Header{}, "").RequestID)
}

func TestErrorRetryAfter(t *testing.T) {
	t.Parallel()
	require.Equal(t, 7*time.Second, refusalOf(t, "t0ken", 429, http.Header{"Retry-After": {"7"}}, "").RetryAfter)
	require.Zero(t, refusalOf(t, "t0ken", 429, http.Header{}, "").RetryAfter)
}

func TestErrorsScrubWhatTheServerEchoes(t *testing.T) {
	t.Parallel()
	const token = `tok"en/with=odd&signs`
	quoted, err := json.Marshal(token)
	require.NoError(t, err)
	text := strings.Trim(string(quoted), `"`)
	header := http.Header{"X-Request-Id": {token}}
	refusal := refusalOf(t, token, 400, header, `{"error_code":"`+text+`","error_msg":"you sent `+text+`"}`)
	fields := refusalOf(t, token, 400, header, `{"f `+text+`":["no `+text+`"]}`)
	for _, got := range []string{
		refusal.Error(), refusal.Code, refusal.Message, refusal.RequestID, fmt.Sprintf("%+v", *refusal), string(refusal.Body), fmt.Sprint(refusal.LogValue()),
		fmt.Sprintf("%+v", fields.Fields), string(fields.Body), fields.Error(),
	} {
		require.NotContains(t, got, token)
		require.NotContains(t, got, text)
		require.Contains(t, got, "[redacted]")
	}
}

func TestErrorsKeepFourKilobytes(t *testing.T) {
	t.Parallel()
	// The secret lies across the edge, where cutting first would leave its beginning.
	body := strings.Repeat("x", 4091) + secToken + strings.Repeat("y", 9000)
	refusal := refusalOf(t, secToken, 500, http.Header{}, body)
	require.Len(t, refusal.Body, 4096)
	require.NotContains(t, string(refusal.Body), secToken[:4])
	require.LessOrEqual(t, cap(refusal.Body), 2*4096, "an error that is kept does not keep the whole answer")
}

// An answer with an error_code is a refusal although its status is a success.
func TestRefusalOfASuccess(t *testing.T) {
	t.Parallel()
	c, _ := svcServe(t, svcAnswer(200, `{"data":null,"error_code":"EDS.00011015","error_msg":"no `+svcToken+`"}`))
	_, err := c.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c"})
	require.ErrorIs(t, err, auditlogs.ErrForbidden)
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "no [redacted]", refusal.Message)
	require.Equal(t, 200, refusal.StatusCode)
}

package auditlogs

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var kinds = []error{ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited, ErrInvalidRequest, ErrServer}

func TestAPIErrorIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		code   string
		want   error
	}{
		{400, "", ErrInvalidRequest}, {401, "", ErrUnauthorized}, {403, "", ErrForbidden}, {404, "", ErrNotFound},
		{405, "", ErrInvalidRequest}, {408, "", nil}, {409, "", nil}, {414, "", ErrInvalidRequest}, {422, "", ErrInvalidRequest},
		{429, "", ErrRateLimited}, {500, "", ErrServer}, {503, "", ErrServer}, {302, "", nil}, {600, "", nil}, {0, "", nil},
		{400, "EDS.00011001", ErrInvalidRequest}, {400, "EDS.00011015", ErrForbidden}, {400, "EDS.00021905", ErrNotFound},
		{400, "EDS.00021911", ErrForbidden}, {400, "EDS.00011012", ErrServer}, {500, "EDS.00011012", ErrServer},
		{200, "EDS.00011015", ErrForbidden}, {200, "EDS.00011001", ErrInvalidRequest}, {200, "anything", ErrInvalidRequest},
		{401, "APIGW.0301", ErrUnauthorized}, {400, "APIG.0301", ErrUnauthorized}, {429, "APIGW.0308", ErrRateLimited},
		{404, "APIG.0101", ErrNotFound}, {400, "APIG.0201", ErrInvalidRequest}, {400, "invalid_client", ErrUnauthorized},
		{500, "Internal Server Error", ErrServer}, {403, "Forbidden", ErrForbidden},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d %s", tt.status, tt.code), func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", &APIError{StatusCode: tt.status, Code: tt.code})
			for _, kind := range kinds {
				require.Equal(t, kind == tt.want, errors.Is(err, kind), "is it %q", kind)
			}
		})
	}
}

func TestAPIErrorText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  APIError
		want string
	}{
		{"plain", APIError{Op: "A.List", StatusCode: 403, Message: "No permission."}, "auditlogs: A.List: 403 Forbidden: No permission."},
		{"status only", APIError{Op: "A.List", StatusCode: 502, Message: "Bad Gateway"}, "auditlogs: A.List: 502 Bad Gateway"},
		{"unknown status", APIError{Op: "A.List", StatusCode: 599}, "auditlogs: A.List: 599"},
		{
			"everything",
			APIError{Op: "A.List", StatusCode: 429, Code: "E.1", Message: "slow down", RequestID: "r-1", Attempts: 3},
			"auditlogs: A.List: 429 Too Many Requests: E.1: slow down (request r-1) after 3 attempts",
		},
		{"title that is the status", APIError{Op: "A.List", StatusCode: 404, Code: "Not Found", Message: "gone"}, "auditlogs: A.List: 404 Not Found: gone"},
		{
			"fields",
			APIError{Op: "A.List", StatusCode: 400, Message: "Bad Request", Fields: map[string][]string{"o": {"bad", "worse"}, "a": {"odd"}}},
			"auditlogs: A.List: 400 Bad Request: a: odd; o: bad worse",
		},
		{"several lines", APIError{Op: "A.List", StatusCode: 400, Message: "a\r\nb\x00\tc\u2028d\u202ee"}, "auditlogs: A.List: 400 Bad Request: a b c d e"},
		{"URL", APIError{Op: "A.List", StatusCode: 400, Message: "see https://host/x?token=1 there"}, "auditlogs: A.List: 400 Bad Request: see [url] there"},
		{"bad UTF-8", APIError{Op: "A.List", StatusCode: 400, Message: "a\xff\xfeb"}, "auditlogs: A.List: 400 Bad Request: a\uFFFDb"},
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
		err := &APIError{Op: "A.List", StatusCode: 500, Code: strings.Repeat(filler, 9000), Message: strings.Repeat(filler, 9000), RequestID: strings.Repeat(filler, 9000)}
		text := err.Error()
		require.Less(t, len(text), 600)
		require.True(t, utf8.ValidString(text))
		require.NotContains(t, text, "\n")
	}
}

func TestAPIErrorLogValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "err", &APIError{
		Op: "A.List", StatusCode: 429, Code: "E.1", Message: "slow", RequestID: "r-1", Attempts: 2, RetryAfter: 3 * time.Second, Body: []byte("body"),
	})
	require.Contains(t, out.String(), "err.op=A.List err.status=429 err.message=slow err.code=E.1 err.request_id=r-1 err.attempts=2 err.retry_after=3s")
	require.NotContains(t, out.String(), "body")
	require.Equal(t, "[op=A.List status=500 message=]", (&APIError{Op: "A.List", StatusCode: 500}).LogValue().String())
}

func TestNewAPIErrorScrubsWhatTheServerEchoes(t *testing.T) {
	t.Parallel()
	echoed := `tok"en/with=odd&signs`
	body := `{"error_code":"` + jsonText(echoed) + `","error_msg":"you sent ` + jsonText(echoed) + `","request_id":"` + jsonText(echoed) + `"}`
	err := newAPIError("A.List", &reply{status: 400, header: http.Header{}, body: []byte(body), attempts: 1, sent: []secret{newSecret(echoed)}})
	fields := newAPIError("A.List", &reply{
		status: 400, header: http.Header{}, body: []byte(`{"f ` + jsonText(echoed) + `":["no ` + jsonText(echoed) + `"]}`), sent: []secret{newSecret(echoed)},
	})
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", *err), string(err.Body), fmt.Sprintf("%+v", fields.Fields), string(fields.Body)} {
		require.NotContains(t, text, echoed)
		require.NotContains(t, text, jsonText(echoed))
		require.Contains(t, text, redactedText)
	}
}

func TestNewAPIErrorKeepsFourKilobytes(t *testing.T) {
	t.Parallel()
	// The secret lies across the edge, where cutting first would leave its beginning.
	body := strings.Repeat("x", maxErrorBody-5) + testToken + strings.Repeat("y", 9000)
	err := newAPIError("A.List", &reply{status: 500, header: http.Header{}, body: []byte(body), sent: []secret{newSecret(testToken)}})
	require.Len(t, err.Body, maxErrorBody)
	require.NotContains(t, string(err.Body), testToken[:4])
}

package auditlogs_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  error
		want string
		is   error
	}{
		{&auditlogs.ConfigError{Option: "WithWaldur", Field: "baseURL", Reason: "has no scheme"}, "auditlogs: WithWaldur: baseURL: has no scheme", auditlogs.ErrInvalidConfig},
		{&auditlogs.ConfigError{Option: "WithLogger", Reason: "is nil"}, "auditlogs: WithLogger: is nil", auditlogs.ErrInvalidConfig},
		{&auditlogs.FilterError{Op: "A.List", Field: "PageSize", Reason: "is negative"}, "auditlogs: A.List: invalid filter: PageSize is negative", auditlogs.ErrInvalidFilter},
		{&auditlogs.DecodeError{Op: "A.List", Index: 3, Err: io.ErrUnexpectedEOF}, "auditlogs: A.List: unreadable answer: record 3: unexpected EOF", io.ErrUnexpectedEOF},
		{&auditlogs.DecodeError{Op: "A.List", Index: -1}, "auditlogs: A.List: unreadable answer", nil},
		{&auditlogs.IncompleteError{Op: "A.List", Reason: "too long", Err: auditlogs.ErrOffsetLimit}, "auditlogs: A.List: incomplete: too long: offset limit of the API reached", auditlogs.ErrOffsetLimit},
		{&auditlogs.IncompleteError{Op: "A.List", Reason: "too long"}, "auditlogs: A.List: incomplete: too long", nil},
		{&auditlogs.TransportError{Op: "A.List", Attempts: 1, Err: io.ErrUnexpectedEOF}, "auditlogs: A.List: unexpected EOF", io.ErrUnexpectedEOF},
		{&auditlogs.TransportError{Op: "A.List", Attempts: 3, Err: io.EOF}, "auditlogs: A.List: EOF after 3 attempts", io.EOF},
		{&auditlogs.TransportError{Op: "A.List", Attempts: 1}, "auditlogs: A.List", nil},
		{&auditlogs.TransportError{Op: "A.List", Err: errors.New("a\nb https://h/?q")}, "auditlogs: A.List: a b [url]", nil},
		{
			&auditlogs.TransportError{Op: "A.List", Attempts: 2, Err: &auditlogs.TimeoutError{Limit: 30 * time.Second}},
			"auditlogs: A.List: no complete answer within 30s after 2 attempts", context.DeadlineExceeded,
		},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.err.Error())
		if tt.is != nil {
			require.ErrorIs(t, tt.err, tt.is)
		}
		require.False(t, errors.Is(tt.err, auditlogs.ErrServer))
	}
}

func TestErrorTextsAreBounded(t *testing.T) {
	t.Parallel()
	cause := errors.New(strings.Repeat("é\n", 9000))
	for _, err := range []error{
		&auditlogs.DecodeError{Op: "A.List", Index: 3, Err: cause}, &auditlogs.IncompleteError{Op: "A.List", Reason: "too long", Err: cause},
		&auditlogs.TransportError{Op: "A.List", Attempts: 3, Err: cause},
	} {
		require.Less(t, len(err.Error()), 400)
		require.NotContains(t, err.Error(), "\n")
		require.ErrorIs(t, err, cause, "the cause itself is whole")
	}
}

func TestTimeoutErrorIsANetError(t *testing.T) {
	t.Parallel()
	var timeout net.Error
	require.ErrorAs(t, &auditlogs.TransportError{Err: &auditlogs.TimeoutError{Limit: time.Second}}, &timeout)
	require.True(t, timeout.Timeout())
	require.True(t, timeout.Temporary()) //nolint:staticcheck // deprecated, and part of net.Error all the same
	require.NotErrorIs(t, timeout, context.Canceled)
}

// What the transport says of a call becomes public: the same types wherever it happens, and none of its own.
func TestFailuresWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	own := errors.New("not that way")
	hang := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	answer := func(status int, body string, header http.Header) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}, nil
		}
	}
	tests := []struct {
		name   string
		client http.Client
		is     error
		text   string
	}{
		{"timeout", http.Client{Transport: roundTrip(hang), Timeout: 2 * time.Second}, context.DeadlineExceeded, "no complete answer within 2s"},
		{"timeout unless set", http.Client{Transport: roundTrip(hang)}, context.DeadlineExceeded, "no complete answer within 30s"},
		{"too large", http.Client{Transport: answer(200, "[      ]", http.Header{})}, auditlogs.ErrBodyTooLarge, "response body too large: more than 5 bytes"},
		{"redirect", http.Client{
			Transport:     answer(302, "", http.Header{"Location": {"/x"}}),
			CheckRedirect: func(*http.Request, []*http.Request) error { return own },
		}, own, "redirect refused: not that way"},
		{"broken", http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })}, io.ErrUnexpectedEOF, "unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := auditlogs.NewClient(
					auditlogs.WithWaldur("https://api.test", auditlogs.StaticToken(secToken)), auditlogs.WithHTTPClient(&tt.client),
					auditlogs.WithMaxBodyBytes(5), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
				)
				require.NoError(t, err)
				_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
				var failed *auditlogs.TransportError
				require.ErrorAs(t, err, &failed)
				require.Equal(t, "DataAccessLogs.List", failed.Op)
				require.Equal(t, 1, failed.Attempts)
				require.ErrorIs(t, err, tt.is)
				require.EqualError(t, err, "auditlogs: DataAccessLogs.List: "+tt.text)
			})
		})
	}
}

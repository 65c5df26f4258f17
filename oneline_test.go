package auditlogs_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// errLines is an error of a caller's own that has several lines.
var errLines = errors.Join(errors.New("the first line"), errors.New("the second\r\nand the third"))

// The text of an error is one line, whatever words of the API, of the network or of the caller are in it.
func TestErrorsAreOneLine(t *testing.T) {
	t.Parallel()
	const body = `{"detail":"one\ntwo\u2028three","code":"a\nb"}`
	for name, tt := range map[string]struct {
		fault   auditlogtest.Fault
		options []auditlogs.Option
		own     bool // the error wraps errLines
	}{
		"refusal":    {fault: auditlogtest.Fault{Status: 403, Body: body, Header: http.Header{"X-Request-Id": {"a b"}}}},
		"unreadable": {fault: auditlogtest.Fault{Status: 200, Times: -1, Body: `{"error":"one\ntwo"}`}},
		"not JSON":   {fault: auditlogtest.Fault{Status: 200, Times: -1, Body: "<html>\n\n"}},
		"limiter":    {options: []auditlogs.Option{auditlogs.WithLimiter(limiterFunc(func(context.Context) error { return errLines }))}, own: true},
		"network":    {options: []auditlogs.Option{auditlogs.WithHTTPClient(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errLines })})}, own: true},
		"redirect":   {fault: auditlogtest.Fault{Status: 302, Times: -1, Header: http.Header{"Location": {"/other"}}}, options: []auditlogs.Option{auditlogs.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return errLines }})}, own: true},
		"filter":     {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range subjects() {
				srv := auditlogtest.NewServer()
				defer srv.Close()
				if tt.fault.Status != 0 {
					srv.Inject(tt.fault)
				}
				c, err := auditlogs.NewClient(append(append(srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 2, MinWait: 1, MaxWait: 1})), tt.options...)...)
				require.NoError(t, err)
				var l listing
				if name == "filter" {
					l.Cursor = "a\nb"
				}
				_, err = s.list(t.Context(), c, l)
				require.Error(t, err, s.name)
				require.False(t, strings.ContainsAny(err.Error(), "\r\n\u2028"), "%s: %q", s.name, err.Error())
				if tt.own {
					require.ErrorIs(t, err, errLines, s.name)
				}
			}
		})
	}
}

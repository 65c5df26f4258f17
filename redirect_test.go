package auditlogs

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedirects(t *testing.T) {
	t.Parallel()
	var stolen atomic.Int64
	other := serve(t, func(http.ResponseWriter, *http.Request) { stolen.Add(1) })
	tests := []struct {
		name, location string
		method         string
		status         int // 0: followed
	}{
		{name: "same origin", location: "/target"},
		{name: "relative", location: "target"},
		{name: "other port", location: other.URL + "/target", status: 307},
		{name: "other host", location: strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/target", status: 307},
		{name: "other scheme", location: "https://{host}/target", status: 307},
		{name: "user information", location: "http://u:p@{host}/target", status: 307},
		{name: "no URL", location: "http://[bad/target?token=1", status: 307},
		{name: "another scheme altogether", location: "file:///etc/passwd", status: 307},
		{name: "none", location: "", status: 307},
		{name: "loop", location: "/loop", status: 307},
		{name: "delete", location: "/target", method: http.MethodDelete, status: 307},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := waldurAt(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/target") {
					_, _ = w.Write([]byte(r.Header.Get("Authorization")))
					return
				}
				if tt.location != "" {
					w.Header().Set("Location", strings.ReplaceAll(tt.location, "{host}", r.Host))
				}
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
			r, err := c.do(t.Context(), call{op: "X.List", method: tt.method, path: []string{"start"}})
			if tt.status == 0 {
				require.NoError(t, err)
				require.Equal(t, "Token "+testToken, string(r.body))
				return
			}
			var refusal *APIError
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, tt.status, refusal.StatusCode)
			require.EqualError(t, err, "auditlogs: X.List: 307 Temporary Redirect")
		})
	}
	t.Cleanup(func() { require.Zero(t, stolen.Load(), "the credential went elsewhere") })
}

func TestRedirectsAreCounted(t *testing.T) {
	t.Parallel()
	for hops, followed := range map[int]bool{maxRedirects: true, maxRedirects + 1: false} {
		c := waldurAt(t, func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(r.URL.Query().Get("n"))
			if n < hops {
				http.Redirect(w, r, "/?n="+strconv.Itoa(n+1), http.StatusFound)
			}
		})
		_, err := c.do(t.Context(), call{op: "X.List", path: []string{"x"}})
		require.Equal(t, followed, err == nil)
	}
}

func TestCallersOwnRedirectRule(t *testing.T) {
	t.Parallel()
	refusal := errors.New("not on a Sunday")
	for _, want := range []error{nil, refusal, http.ErrUseLastResponse} {
		var asked, requests atomic.Int64
		mine := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { asked.Add(1); return want }}
		c := waldurAt(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			if r.URL.Path == "/x" {
				http.Redirect(w, r, "/y", http.StatusFound)
			}
		}, WithHTTPClient(mine))
		_, err := c.do(t.Context(), call{op: "X.List", path: []string{"x"}})
		require.EqualValues(t, 1, asked.Load(), "no second attempt")
		switch want {
		case nil:
			require.NoError(t, err)
		case refusal:
			require.ErrorIs(t, err, refusal)
			require.EqualError(t, err, "auditlogs: X.List: redirect refused: not on a Sunday")
		default:
			require.EqualError(t, err, "auditlogs: X.List: 302 Found")
		}
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://h/a", "https://h/b?c", true}, {"https://h", "https://H:443", true}, {"http://h", "http://h:80", true},
		{"https://h", "http://h", false}, {"https://h", "https://h:8443", false}, {"https://h", "https://h.evil", false},
		{"https://h:443", "http://h:443", false}, {"https://[::1]", "https://[::1]:443", true},
	}
	for _, tt := range tests {
		a, err := url.Parse(tt.a)
		require.NoError(t, err)
		b, err := url.Parse(tt.b)
		require.NoError(t, err)
		require.Equal(t, tt.want, sameOrigin(a, b), "%s %s", tt.a, tt.b)
	}
}

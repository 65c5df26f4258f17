package transport

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
		method         string // GET unless set
		followed       bool
	}{
		{name: "same origin", location: "/target", followed: true},
		{name: "relative", location: "target", followed: true},
		{name: "whole", location: "http://{host}/target", followed: true},
		{name: "blank in the query", location: "/target?a=b c", followed: true},
		{name: "head", location: "/target", method: http.MethodHead, followed: true},
		{name: "other port", location: other.URL + "/target"},
		{name: "other host", location: strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/target"},
		{name: "other scheme", location: "https://{host}/target"},
		{name: "user information", location: "http://u:p@{host}/target"},
		{name: "no URL", location: "http://[bad/target?token=1"},
		{name: "another scheme altogether", location: "file:///etc/passwd"},
		{name: "none", location: ""},
		{name: "loop", location: "/loop"},
		{name: "delete", location: "/target", method: http.MethodDelete},
		{name: "post", location: "/target", method: http.MethodPost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/target") {
					w.Header().Set("X-Request-Id", "there")
					_, _ = w.Write([]byte(r.Header.Get("Authorization")))
					return
				}
				if tt.location != "" {
					w.Header().Set("Location", strings.ReplaceAll(tt.location, "{host}", r.Host))
				}
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
			p := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: quick, Observer: &diary{}})
			r, err := p.NewCall("X.List").Send(request(t.Context(), t, tt.method, server.URL+"/start"))
			require.NoError(t, err, "what is not followed is an answer")
			require.Equal(t, 1, r.Attempts)
			if !tt.followed {
				require.Equal(t, 307, r.Status)
				require.Empty(t, r.RequestID)
				return
			}
			require.Equal(t, 200, r.Status)
			require.Equal(t, "there", r.RequestID)
			if tt.method != http.MethodHead {
				require.Equal(t, "Token "+testToken, string(r.Body))
			}
		})
	}
	t.Cleanup(func() { require.Zero(t, stolen.Load(), "the credential went elsewhere") })
}

func TestRedirectsAreCounted(t *testing.T) {
	t.Parallel()
	for hops, status := range map[int]int{maxRedirects: 200, maxRedirects + 1: 302} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(r.URL.Query().Get("n"))
			if n < hops {
				http.Redirect(w, r, "/?n="+strconv.Itoa(n+1), http.StatusFound)
			}
		})
		p := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: quick, Observer: &diary{}})
		r, err := p.NewCall("X.List").Send(request(t.Context(), t, http.MethodGet, server.URL+"/x"))
		require.NoError(t, err)
		require.Equal(t, status, r.Status)
	}
}

func TestCallersOwnRedirectRule(t *testing.T) {
	t.Parallel()
	refusal := errors.New("not on a Sunday")
	for _, want := range []error{nil, refusal, http.ErrUseLastResponse} {
		var asked, requests atomic.Int64
		mine := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { asked.Add(1); return want }}
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			if r.URL.Path == "/x" {
				http.Redirect(w, r, "/y", http.StatusFound)
			}
		})
		n := realNetwork(t, mine, testLimit)
		r, err := n.APIClient(Settings{Policy: quick, Observer: &diary{}}).NewCall("X.List").Send(request(t.Context(), t, http.MethodGet, server.URL+"/x"))
		require.EqualValues(t, 1, asked.Load(), "no second attempt")
		switch want {
		case nil:
			require.NoError(t, err)
			require.Equal(t, 200, r.Status)
			require.EqualValues(t, 2, requests.Load())
		case refusal:
			var redirect *RedirectError
			require.ErrorAs(t, err, &redirect)
			require.ErrorIs(t, err, refusal)
			require.EqualError(t, err, "redirect refused: not on a Sunday")
			require.EqualValues(t, 1, requests.Load())
		default:
			require.NoError(t, err)
			require.Equal(t, 302, r.Status)
			require.EqualValues(t, 1, requests.Load())
		}
		_, err = n.LoginClient(usual, &diary{}).NewCall("X.Login").Once(request(t.Context(), t, http.MethodPost, server.URL+"/x"))
		require.NoError(t, err)
		require.EqualValues(t, 1, asked.Load(), "a login follows nothing, whatever the rule says")
	}
}

// The caller's rule widens nothing: it is not even asked about a redirect that leads elsewhere.
func TestCallersOwnRedirectRuleCannotLeave(t *testing.T) {
	t.Parallel()
	network := newScript(response(302, "", "Location", "https://evil.test/"), response(200, ""))
	mine := &http.Client{Transport: network, CheckRedirect: func(*http.Request, []*http.Request) error {
		t.Error("asked")
		return nil
	}}
	r, err := list(t.Context(), t, NewNetwork(mine, testLimit).APIClient(Settings{Policy: usual, Observer: &diary{}}))
	require.NoError(t, err)
	require.Equal(t, 302, r.Status)
	require.Equal(t, 1, network.count())
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

func TestDropBadLocation(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"": "", "/x": "/x", "x?y#z": "x?y#z", "https://evil.test/": "https://evil.test/", // whether it is followed is not decided here
		"http://[bad": "", "%zz": "", "/x\x00": "",
		"/x?a=b c": "https://api.test/x?a=b%20c", "?a b&c d": "https://api.test/logs?a%20b&c%20d",
	} {
		res := response(302, "", "Location", location)
		dropBadLocation(request(t.Context(), t, http.MethodGet, testURL), res)
		require.Equal(t, want, res.Header.Get("Location"), "%q", location)
	}
}

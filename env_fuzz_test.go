package auditlogs

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// envNames are all variables that FromEnv reads.
func envNames() (names []string) {
	for i := range apis {
		api := apis[i].env
		for _, name := range api.place {
			names = append(names, api.prefix+name)
		}
		for _, way := range api.ways {
			for _, name := range way.all() {
				names = append(names, api.prefix+name, api.prefix+name+fileSuffix)
			}
		}
	}
	return append(names, debugVariable)
}

// bitsOf returns the bits of the given variables in their list.
func bitsOf(names ...string) (bits uint64) {
	for i, name := range envNames() {
		if slices.Contains(names, strings.TrimPrefix(name, "AUDITLOGS_")) {
			bits |= 1 << i
		}
	}
	return bits
}

// FuzzFromEnv: whatever the environment holds, FromEnv gives a client whose addresses are safe, or errors that name
// variables and quote no value.
func FuzzFromEnv(f *testing.F) {
	const all = 1<<64 - 1
	f.Add(uint64(all), "https://h/", "s3cret", "p")
	f.Add(uint64(0), "", "", "")
	direct := bitsOf("WALDUR_URL", "WALDUR_TOKEN", "HUAWEI_EDS_URL", "HUAWEI_EDS_PROJECT_ID", "HUAWEI_EDS_TOKEN", "ELASTICPATH_URL", "ELASTICPATH_TOKEN")
	f.Add(direct, "https://h/", "s3cret", "p")
	f.Add(bitsOf("AKINON_URL", "AKINON_USERNAME", "AKINON_PASSWORD", "ELASTICPATH_URL", "ELASTICPATH_CLIENT_ID", "ELASTICPATH_CLIENT_SECRET"), "https://h/", "s3cret", "p")
	f.Add(bitsOf("THOUSANDEYES_TOKEN_FILE", "WALDUR_URL", "WALDUR_USERNAME", "WALDUR_PASSWORD_FILE"), "https://h/", "s3cret", "p")
	f.Add(uint64(0b1_0011_0011_0010_0101_0011), "http://localhost/", "a b", "..")
	f.Add(uint64(0b1010_1010_1010_1010_1010), "http://h/", "\r\n", "a/b")
	f.Add(uint64(all), "https://u:p@h/?x", "\xff", "\u00e9")
	f.Add(uint64(0b11), "https://h:", "t0ken", "")
	f.Fuzz(func(t *testing.T, set uint64, address, secret, word string) {
		const mark = "q7zQx" // is part of every value, and in none of our own words
		if strings.Contains(address+secret+word, "\x00") {
			return // which no environment can hold
		}
		for i, name := range envNames() {
			value := word + mark
			switch {
			case strings.HasSuffix(name, "_URL"):
				value = address + mark
			case strings.HasSuffix(name, fileSuffix), strings.HasSuffix(name, "TOKEN"), strings.HasSuffix(name, "PASSWORD"), strings.HasSuffix(name, "SECRET"):
				value = secret + mark
			}
			if set>>i&1 == 0 {
				value = ""
			}
			t.Setenv(name, value)
		}
		c, err := NewClient(FromEnv())
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidConfig)
			require.NotContains(t, strings.ToLower(err.Error()), strings.ToLower(mark))
			for _, line := range faults(err) {
				require.True(t, strings.HasPrefix(line, "auditlogs: "), line)
			}
			return
		}
		for _, conn := range []*conn{c.conns[APIWaldur], c.conns[APIHuaweiEDS], c.conns[APIAkinon], c.conns[APIElasticPath], c.conns[APIThousandEyes]} {
			if conn != nil {
				requireSafeBase(t, conn.base, false)
			}
		}
	})
}

// requireSafeBase asserts that credentials may be sent there.
func requireSafeBase(t *testing.T, base *url.URL, insecure bool) {
	t.Helper()
	require.True(t, base.Scheme == "https" || base.Scheme == "http" && (insecure || loopback(base.Hostname())), "%q", base.Scheme)
	require.NotEmpty(t, base.Hostname())
	require.Nil(t, base.User)
	require.Empty(t, base.RawQuery)
	require.Empty(t, base.Fragment)
}

// loopback knows this machine's own addresses once more, by their text.
func loopback(host string) bool {
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasPrefix(host, "127.") && strings.Trim(host, "0123456789.") == "" ||
		strings.Trim(host, "0:") == "1" || strings.HasPrefix(host, "::ffff:127.") || strings.HasPrefix(host, "::ffff:7f")
}

// FuzzBaseURL: an address that is accepted is safe, stays what it is when it is written and read again, and carries the
// path of a login below it.
func FuzzBaseURL(f *testing.F) {
	for _, raw := range []string{
		"https://h", "https://h:8443/a%2Fb/c%20d//", "http://127.0.0.1:80", "http://[::1]/x", "http://127.1", "http://0x7f.1", "http://localhost.evil.test", "https://u@h",
		"https://h?x", "https://h#", "https://h/%2e%2e/x", "https://h/..;/x", "https://h\\@evil.test/", "//h", "h:80", "https:h", "https://[::1%25lo]/", "https://h:99999/",
		"https://h/\xff", "https://\u0430/", "http://[::ffff:127.0.0.1]/",
	} {
		f.Add(raw, false)
		f.Add(raw, true)
	}
	f.Fuzz(func(t *testing.T, raw string, insecure bool) {
		base, fault := parseBaseURL(raw, insecure)
		if fault != "" {
			require.Nil(t, base)
			return
		}
		requireSafeBase(t, base, insecure)
		again, fault := parseBaseURL(base.String(), insecure)
		require.Empty(t, fault)
		require.Equal(t, base, again)
		login, err := loginURL("X", "y", raw, "/login/", insecure)
		require.NoError(t, err)
		require.Equal(t, base.Host, login.Host)
		require.Equal(t, base.EscapedPath()+"/login/", login.EscapedPath())
		target, err := (&conn{base: base}).target(call{op: "X.Get", path: []string{"x"}})
		require.NoError(t, err)
		require.Equal(t, base.EscapedPath()+"/x", target.EscapedPath())
	})
}

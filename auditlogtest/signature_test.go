package auditlogtest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// The signatures in this file are of the vendor's own signer, @huaweicloud/huaweicloud-sdk-core 3.1.211 from npm. The module
// interop/huaweijs asks it for more.
const (
	signedDate      = "20260914T120000Z" // day
	signedPlain     = "f331cdbb373eb852b244fccb7bf7e7d54189f743c9c8959b62b55b62c3afe9e4"
	signedQuery     = "b6c858639cbd10c510c68aed7c8d1bf4fcea7c549d194bc6809f0fb5835ca38b"
	signedTemporary = "cb18208bf1c91eac8382ff877efe10b48644a61c5e3016d021098d1f5aa51b7a"

	temporaryKey    = "TEMPORARY"
	temporarySecret = "t3mporary"
	temporaryToken  = "s3curity/token+=="
)

// signingServer is at noon of day, and knows a temporary key.
func signingServer(t *testing.T, opts ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, append(opts, auditlogtest.WithClock(func() time.Time { return day }))...)
	srv.AllowAccessKey(temporaryKey, temporarySecret, temporaryToken)
	return srv
}

// signed is a request with a signature that was made somewhere else.
type signed struct {
	query, access, headers, signature string
	project, token                    string
	change                            func(*http.Request)
}

func plain(change func(*http.Request)) signed {
	return signed{"", auditlogtest.AccessKey, "host;x-project-id;x-sdk-date", signedPlain, auditlogtest.ProjectID, "", change}
}

func temporary(change func(*http.Request)) signed {
	return signed{"limit=5", temporaryKey, "host;x-project-id;x-sdk-date;x-security-token", signedTemporary, auditlogtest.ProjectID, temporaryToken, change}
}

func (s signed) request(t *testing.T, base string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+huaweiPath+"?"+s.query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "eds.test"
	req.Header.Set("X-Sdk-Date", signedDate)
	for name, value := range map[string]string{"X-Project-Id": s.project, "X-Security-Token": s.token} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	req.Header.Set("Authorization", "SDK-HMAC-SHA256 Access="+s.access+", SignedHeaders="+s.headers+", Signature="+s.signature)
	if s.change != nil {
		s.change(req)
	}
	return req
}

func (s signed) send(t *testing.T, srv *auditlogtest.Server) reply {
	t.Helper()
	res, err := srv.HTTPClient().Do(s.request(t, srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return reply{res, string(text), err}
}

func TestVendorsSignatures(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	odd := func(query string) signed {
		return signed{query: query, access: auditlogtest.AccessKey, headers: "host;x-sdk-date", signature: signedQuery}
	}
	for name, s := range map[string]signed{
		"no query":             plain(nil),
		"temporary key":        temporary(nil),
		"query":                odd("limit=5&tag=b&tag=a&user_keywords=Ann%20Lee%2B~%2A%2F%C3%A9"),
		"another spelling":     odd("user_keywords=Ann+Lee%2B%7E*/%c3%a9&tag=a&tag=b&limit=5"),
		"another header":       plain(func(r *http.Request) { r.Header.Set("Accept", "text/html") }),
		"empty parameters":     plain(func(r *http.Request) { r.URL.RawQuery = "&" }),
		"blanks":               plain(func(r *http.Request) { r.Header.Set("X-Project-Id", " "+auditlogtest.ProjectID+" ") }),
		"a token besides":      plain(func(r *http.Request) { r.Header.Set("X-Auth-Token", "wrong") }),
		"escaped unreserved":   plain(func(r *http.Request) { r.URL.RawPath = strings.Replace(r.URL.Path, "/v1/", "/%761/", 1) }),
		"upper case in digits": {"", auditlogtest.AccessKey, "host;x-project-id;x-sdk-date", strings.ToUpper(signedPlain), auditlogtest.ProjectID, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.send(t, srv).want(t, 200, `"data":[]`)
		})
	}
}

func TestSignaturesThatAreRefused(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	const wrong, expired, unknown = "verify aksk signature fail", "signature expired", "ak not exist"
	set := func(name, value string) signed { return plain(func(r *http.Request) { r.Header.Set(name, value) }) }
	authorization := func(was, is string) signed {
		return plain(func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), was, is, 1))
		})
	}
	for name, tt := range map[string]struct {
		signed
		want string
	}{
		"query":                   {plain(func(r *http.Request) { r.URL.RawQuery = "limit=5" }), wrong},
		"query taken away":        {temporary(func(r *http.Request) { r.URL.RawQuery = "" }), wrong},
		"path":                    {plain(func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "c1bf", "c2bf", 1) }), wrong},
		"method":                  {plain(func(r *http.Request) { r.Method = http.MethodPost }), wrong},
		"body":                    {plain(func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), 1 }), wrong},
		"host":                    {plain(func(r *http.Request) { r.Host = "eds.example" }), wrong},
		"project":                 {set("X-Project-Id", "ffffffffffffffffffffffffffffffff"), wrong},
		"project taken away":      {plain(func(r *http.Request) { r.Header.Del("X-Project-Id") }), wrong},
		"date":                    {set("X-Sdk-Date", "20260914T120001Z"), wrong},
		"signature":               {authorization("Signature=f", "Signature=e"), wrong},
		"signature cut":           {authorization(signedPlain, signedPlain[:62]), wrong},
		"signature that is none":  {authorization(signedPlain, "x"), wrong},
		"no signature":            {authorization(", Signature="+signedPlain, ""), wrong},
		"no headers":              {authorization("SignedHeaders=", "Headers="), wrong},
		"headers in another case": {authorization("host;", "Host;"), wrong},
		"headers not sorted":      {authorization("host;x-project-id;x-sdk-date", "x-sdk-date;host;x-project-id"), wrong},
		"fewer headers":           {authorization("host;x-project-id;", ""), wrong},
		"one more header":         {authorization("host;", "accept;host;"), wrong},
		"nothing but the scheme":  {set("Authorization", "SDK-HMAC-SHA256 "), wrong},
		"unknown key":             {authorization(auditlogtest.AccessKey, "EXAMPLEACCESSKEY0002"), unknown},
		"another key":             {authorization(auditlogtest.AccessKey, temporaryKey), "decrypt token fail"},
		"no date":                 {plain(func(r *http.Request) { r.Header.Del("X-Sdk-Date") }), expired},
		"date of another form":    {set("X-Sdk-Date", "2026-09-14T12:00:00Z"), expired},
		"too old":                 {set("X-Sdk-Date", "20260914T114459Z"), expired},
		"not quite too old":       {set("X-Sdk-Date", "20260914T114500Z"), wrong},
		"too new":                 {set("X-Sdk-Date", "20260914T121501Z"), expired},
		"not quite too new":       {set("X-Sdk-Date", "20260914T121500Z"), wrong},
		"no security token":       {temporary(func(r *http.Request) { r.Header.Del("X-Security-Token") }), "decrypt token fail"},
		"wrong security token":    {temporary(func(r *http.Request) { r.Header.Set("X-Security-Token", "x") }), "decrypt token fail"},
		"security token for none": {set("X-Security-Token", temporaryToken), "decrypt token fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tt.send(t, srv).want(t, 401, `"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: `).want(t, 401, tt.want)
			if r.Header.Get("X-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

// A signature may be right and still leave open what the gateway looks at.
func TestWhatMustBeSigned(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	lines := map[string]string{
		"host": "eds.test", "x-project-id": auditlogtest.ProjectID, "x-sdk-date": signedDate, "x-security-token": temporaryToken,
	}
	for headers, want := range map[string]int{
		"host;x-project-id;x-sdk-date;x-security-token": 200,
		"x-project-id;x-sdk-date;x-security-token":      401,
		"host;x-sdk-date;x-security-token":              401,
		"host;x-project-id;x-security-token":            401,
		"host;x-project-id;x-sdk-date":                  401,
		"x-sdk-date;host;x-project-id;x-security-token": 401, // not sorted
	} {
		text := "GET\n" + huaweiPath + "/\nlimit=5\n"
		for name := range strings.SplitSeq(headers, ";") {
			text += name + ":" + lines[name] + "\n"
		}
		text += "\n" + headers + "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		mac := hmac.New(sha256.New, []byte(temporarySecret))
		fmt.Fprintf(mac, "SDK-HMAC-SHA256\n%s\n%x", signedDate, sha256.Sum256([]byte(text)))
		s := temporary(nil)
		s.headers, s.signature = headers, fmt.Sprintf("%x", mac.Sum(nil))
		s.send(t, srv).want(t, want, "")
	}
}

// The gateway says what it read, as the vendor's guide describes it.
func TestRefusedSignaturesQuoteTheRequest(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	for query, want := range map[string]string{
		"":                               "",
		"b=2&a=x+y&a=%2B&a":              "a=&a=%2B&a=x%20y&b=2",
		"a=%zz&a=%C3%A9&a.b=~*&a-b=/&B=": "B=&a=%25zz&a=%C3%A9&a-b=%2F&a.b=~%2A",
	} {
		s := plain(func(r *http.Request) { r.URL.RawQuery = query })
		s.signature = "00"
		s.send(t, srv).want(t, 401, "fail,canonicalRequest:GET|"+huaweiPath+"/|"+want+"|host:eds.test|x-project-id:"+auditlogtest.ProjectID+
			"|x-sdk-date:"+signedDate+"||host;x-project-id;x-sdk-date|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	}
}

func TestAccessKeysAreRevoked(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	srv.RevokeTokens()
	plain(nil).send(t, srv).want(t, 401, "ak not exist")
	temporary(nil).send(t, srv).want(t, 401, "ak not exist")
	srv.AllowAccessKey(auditlogtest.AccessKey, "another", "")
	plain(nil).send(t, srv).want(t, 401, "verify aksk signature fail")
	srv.AllowAccessKey(auditlogtest.AccessKey, auditlogtest.SecretKey, "")
	plain(nil).send(t, srv).want(t, 200, "")
	get(t, srv, huaweiPath).want(t, 401, "")

	// They are of no use for other services, nor as a token.
	for _, api := range auditlogtest.APIs() {
		get(t, srv, listPaths[api], authorization(api, auditlogtest.SecretKey)...).want(t, 401, "")
		s := plain(nil).request(t, srv.URL)
		if api != auditlogtest.HuaweiEDS {
			get(t, srv, listPaths[api], "Authorization", s.Header.Get("Authorization")).want(t, 401, "")
		}
	}
}

// The handler verifies what arrived, also below a prefix that another handler takes away.
func TestSignaturesBelowAPrefix(t *testing.T) {
	t.Parallel()
	srv := signingServer(t)
	front := httptest.NewServer(http.StripPrefix("/gateway", srv.Handler()))
	t.Cleanup(front.Close)
	req := plain(nil).request(t, front.URL+"/gateway")
	res, err := srv.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	reply{res, string(text), nil}.want(t, 401, "canonicalRequest:GET|/gateway"+huaweiPath+"/|")

	// Without a server in front, there is only the URL.
	req = plain(nil).request(t, "http://eds.test")
	recorder := httptest.NewRecorder()
	srv.Handler().ServeHTTP(recorder, req)
	if recorder.Code != http.StatusOK {
		t.Errorf("got %d %s", recorder.Code, recorder.Body)
	}
}

package auditlogs_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var exchangesDir = flag.String("exchanges", "", "folder to which the exchanges with auditlogtest are written, for conformance/")

// exchange is a request as a server got it and, unless that was made up by the test, the answer. The module in conformance/
// reads it.
type exchange struct {
	Method string
	URL    string      // without scheme and host
	Header http.Header // without credentials
	Body   []byte
	Answer *exchangeAnswer // nil: made up by the test
}

type exchangeAnswer struct {
	Status int
	Header http.Header
	Body   []byte
	Broken bool // cut short or not given at all, because the test wanted it so or gave up first
}

// recordServer puts a recorder in front of a server, which from then on has the recorder's address. Without the flag
// nothing happens.
func recordServer(srv *auditlogtest.Server) (stop func()) {
	if *exchangesDir == "" {
		return func() {}
	}
	front := httptest.NewServer(recordExchanges(srv.Handler()))
	srv.URL = front.URL
	return front.Close
}

// recordExchanges records requests and answers.
func recordExchanges(h http.Handler) http.Handler {
	if *exchangesDir == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, answer := requestOf(r), &answerTee{ResponseWriter: w}
		defer func() {
			if e.Answer = answer.asRead(r.Method); answer.madeUp {
				e.Answer = nil
			}
			exchangesFile().write(e)
		}()
		h.ServeHTTP(answer, r)
	})
}

// recordRequests records requests whose answers are the test's own.
func recordRequests(h http.Handler) http.Handler {
	if *exchangesDir == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangesFile().write(requestOf(r))
		h.ServeHTTP(w, r)
	})
}

func requestOf(r *http.Request) *exchange {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	header := r.Header.Clone()
	for _, name := range []string{"Authorization", "X-Auth-Token"} {
		if scheme, _, two := strings.Cut(header.Get(name), " "); two {
			header.Set(name, scheme+" redacted")
		} else if scheme != "" {
			header.Set(name, "redacted")
		}
	}
	return &exchange{Method: r.Method, URL: r.URL.RequestURI(), Header: header, Body: body}
}

// answerTee keeps what a handler answers.
type answerTee struct {
	http.ResponseWriter
	exchangeAnswer
	madeUp bool
}

// MadeUp notes that a test made the answer up.
func (t *answerTee) MadeUp() { t.madeUp = true }

func (t *answerTee) WriteHeader(status int) {
	t.Status, t.exchangeAnswer.Header = status, t.ResponseWriter.Header().Clone()
	t.ResponseWriter.WriteHeader(status)
}

func (t *answerTee) Write(p []byte) (int, error) {
	if t.Status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	t.Body = append(t.Body, p...)
	return t.ResponseWriter.Write(p)
}

// Header and Unwrap are those of the writer behind.
func (t *answerTee) Header() http.Header         { return t.ResponseWriter.Header() }
func (t *answerTee) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// asRead is the answer as the client reads it.
func (t *answerTee) asRead(method string) *exchangeAnswer {
	answer := &t.exchangeAnswer
	promised, err := strconv.Atoi(answer.Header.Get("Content-Length"))
	answer.Broken = answer.Status == 0 || err == nil && promised != len(answer.Body)
	if method == http.MethodHead {
		answer.Body = nil
	}
	if answer.Header.Get("Content-Encoding") == "gzip" && !answer.Broken {
		plain, err := gzip.NewReader(bytes.NewReader(answer.Body))
		if err == nil {
			answer.Body, err = io.ReadAll(plain)
		}
		answer.Broken = err != nil
	}
	return answer
}

// exchangeLog is the file of this process.
type exchangeLog struct {
	mu  sync.Mutex
	enc *json.Encoder
}

var exchangesFile = sync.OnceValue(func() *exchangeLog {
	file, err := os.CreateTemp(*exchangesDir, "*.jsonl")
	if err != nil {
		log.Fatal(err) // the tests go on without it, and their exchanges would be missed
	}
	return &exchangeLog{enc: json.NewEncoder(file)}
})

func (l *exchangeLog) write(e *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enc.Encode(e); err != nil {
		log.Fatal(err)
	}
}

// TestCallsOtherThanLists makes the calls that the tests of all services do not make, with records that have every field.
func TestCallsOtherThanLists(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.srv.GenerateFor(r.api, 1, 60)
		r.passed.Store(int64(365 * 24 * time.Hour)) // none of them lies ahead
		want := r.stored()
		require.Len(r, r.read(r.by(25)), len(want))
		switch r.api {
		case auditlogtest.Waldur:
			logs := r.client.DataAccessLogs
			n, err := logs.Count(r.Context(), auditlogs.DataAccessLogFilter{})
			require.NoError(r, err)
			require.Equal(r, len(want), n)
			got, err := logs.Get(r.Context(), want[0])
			require.NoError(r, err)
			require.Equal(r, want[0], got.Key())
			require.NoError(r, logs.Delete(r.Context(), want[0]))
			_, err = logs.Get(r.Context(), want[0])
			require.ErrorIs(r, err, auditlogs.ErrNotFound)
			require.ErrorIs(r, logs.Delete(r.Context(), want[0]), auditlogs.ErrNotFound)
		case auditlogtest.Akinon:
			events := r.client.AuditEvents
			got, err := events.Get(r.Context(), want[0])
			require.NoError(r, err)
			require.Equal(r, want[0], got.Key())
			_, err = events.Get(r.Context(), "00000000-0000-4000-8000-000000000000")
			require.ErrorIs(r, err, auditlogs.ErrNotFound)
		case auditlogtest.HuaweiEDS, auditlogtest.ElasticPath, auditlogtest.ThousandEyes:
		}
	})
}

// TestLoginsReachTheirServers logs in, reads with the token, and is refused with another password.
func TestLoginsReachTheirServers(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(3, time.Minute)
		configure := func(password string) auditlogs.Option {
			base := r.srv.BaseURL(r.api)
			switch r.api {
			case auditlogtest.Waldur:
				return auditlogs.WithWaldur(base, auditlogs.WaldurLogin(r.srv.URL, auditlogtest.Username, password))
			case auditlogtest.HuaweiEDS:
				return auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, auditlogs.HuaweiIAM(auditlogs.HuaweiIAMConfig{
					IAMURL: r.srv.URL, DomainName: auditlogtest.DomainName, UserName: auditlogtest.Username,
					Password: password, ProjectID: auditlogtest.ProjectID,
				}))
			case auditlogtest.Akinon:
				return auditlogs.WithAkinon(base, auditlogs.AkinonLogin(r.srv.URL, auditlogtest.Username, password))
			case auditlogtest.ElasticPath:
				if password == auditlogtest.Password {
					password = auditlogtest.ClientSecret
				}
				return auditlogs.WithElasticPath(base, auditlogs.ElasticPathCredentials(r.srv.URL, auditlogtest.ClientID, password))
			case auditlogtest.ThousandEyes: // has no login
			}
			return nil
		}
		if configure("") == nil {
			return
		}
		for password, want := range map[string]error{auditlogtest.Password: nil, "wrong": auditlogs.ErrUnauthorized} {
			client, err := auditlogs.NewClient(configure(password))
			require.NoError(r, err)
			_, err = r.list(r.Context(), client, listing{})
			require.ErrorIs(r, err, want)
			require.NotEmpty(r, r.srv.TokenRequests(r.api))
		}
	})
}

// TestSignedRequestsReachTheirServer reads with access keys, and is refused with another secret or without a key's token.
func TestSignedRequestsReachTheirServer(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	t.Cleanup(recordServer(srv))
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 3)
	temporary := auditlogs.HuaweiAKSKConfig{AccessKey: "TEMPORARY", SecretKey: "secret", SecurityToken: "token"}
	srv.AllowAccessKey(temporary.AccessKey, temporary.SecretKey, temporary.SecurityToken)
	huawei := subjectOf(auditlogtest.HuaweiEDS)
	for key, want := range map[auditlogs.HuaweiAKSKConfig]error{
		accessKey: nil, temporary: nil,
		{AccessKey: auditlogtest.AccessKey, SecretKey: "wrong"}:                  auditlogs.ErrUnauthorized,
		{AccessKey: temporary.AccessKey, SecretKey: temporary.SecretKey}:         auditlogs.ErrUnauthorized,
		{AccessKey: temporary.AccessKey, SecretKey: "wrong", SecurityToken: "x"}: auditlogs.ErrUnauthorized,
	} {
		client, err := auditlogs.NewClient(huawei.connect(srv.BaseURL(huawei.api), auditlogs.HuaweiAKSK(key)))
		require.NoError(t, err)
		t.Cleanup(client.CloseIdleConnections)
		_, err = huawei.list(t.Context(), client, listing{})
		require.ErrorIs(t, err, want)
	}
}

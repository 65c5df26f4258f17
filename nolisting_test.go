package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// listMember is the member of each API's answers that has the records.
var listMember = map[auditlogtest.API]string{
	auditlogtest.Waldur: "results", auditlogtest.HuaweiEDS: "data", auditlogtest.Akinon: "results",
	auditlogtest.ElasticPath: "data", auditlogtest.ThousandEyes: "auditEvents",
}

// noListing is an answer with a success status that shows no listing. LIST stands for the member of the records.
type noListing struct {
	name   string
	status int
	body   string
	says   string
}

func noListings() []noListing {
	const missing, null = `status 200 has no "LIST"`, `status 200 has null in place of "LIST"`
	return []noListing{
		{"empty object", 200, `{}`, missing},
		{"error of a gateway", 200, `{"error":"upstream timed out"}`, "status 200 has errors: upstream timed out"},
		{"problem", 200, `{"title":"Gone fishing","detail":"back soon"}`, missing + `, the list of records: Gone fishing: back soon`},
		{"another list", 200, `{"alerts":[]}`, missing},
		{"null", 200, `{"LIST":null}`, null},
		{"null and nulls", 200, `{"LIST":null,"total":null,"count":null,"meta":null}`, null},
		{"null and errors", 200, `{"LIST":null,"total":0,"count":0,"meta":{"results":{"total":0}},"errors":[{"title":"Oops"}]}`, "status 200 has errors: Oops"},
		{"list and errors", 200, `{"errors":["Oops"],"LIST":[]}`, "status 200 has errors: Oops"},
		{"list and an error", 200, `{"LIST":[],"error":{"message":"Oops"}}`, "status 200 has errors: Oops"},
		{"records and errors", 200, `{"LIST":[7],"errors":["Oops"]}`, "status 200 has errors: Oops"},
		{"sign-in page", 200, `<html><title>Sign in</title></html>`, "invalid character"},
		{"cut", 200, `{"LIST":[`, "unexpected EOF"},
		{"accepted", 202, `{"LIST":[]}`, "status 202 in place of 200"},
		{"created", 201, `{"LIST":[]}`, "status 201 in place of 200"},
		{"no content", 204, ` `, "status 204 in place of 200"},
		{"partial", 206, `{"LIST":[]}`, "status 206 in place of 200"},
	}
}

func (n noListing) fault(api auditlogtest.API, after, times int) auditlogtest.Fault {
	body := strings.ReplaceAll(n.body, "LIST", listMember[api])
	return auditlogtest.Fault{API: api, Status: n.status, Body: body, After: after, Times: times}
}

// requireNoListing checks what an error says about the answer.
func (n noListing) requireError(t *testing.T, api auditlogtest.API, err error, where string) {
	t.Helper()
	var fault *auditlogs.DecodeError
	require.ErrorAs(t, err, &fault, where)
	require.Equal(t, n.status, fault.StatusCode, where)
	if n.name != "cut" { // which is within the list
		require.Equal(t, -1, fault.Index, where)
	}
	require.ErrorContains(t, err, strings.ReplaceAll(n.says, "LIST", listMember[api]), where)
}

// readers are all ways to read a listing to its end.
func readers(s subject) map[string]func(context.Context, *auditlogs.Client, listing) ([]string, error) {
	pages := func(ctx context.Context, c *auditlogs.Client, l listing) (keys []string, err error) {
		for p, err := range s.pages(ctx, c, l) {
			if err != nil {
				return keys, err
			}
			keys = append(keys, p.keys...)
		}
		return keys, nil
	}
	return map[string]func(context.Context, *auditlogs.Client, listing) ([]string, error){
		"List": func(ctx context.Context, c *auditlogs.Client, l listing) (keys []string, err error) {
			for {
				p, err := s.list(ctx, c, l)
				if err != nil {
					return keys, err
				}
				keys = append(keys, p.keys...)
				if l.Offset, l.Cursor = 0, p.next; p.next == "" {
					return keys, nil
				}
			}
		},
		"Pages": pages,
		"Pages, ahead": func(ctx context.Context, c *auditlogs.Client, l listing) ([]string, error) {
			l.Prefetch = 2
			return pages(ctx, c, l)
		},
		"All": func(ctx context.Context, c *auditlogs.Client, l listing) (keys []string, err error) {
			for key, err := range s.all(ctx, c, l) {
				if err != nil {
					return keys, err
				}
				keys = append(keys, key)
			}
			return keys, nil
		},
		"Merge": func(ctx context.Context, c *auditlogs.Client, l listing) (keys []string, err error) {
			for p, err := range auditlogs.Merge(ctx, logOf(s.api, c)) {
				if err != nil {
					return keys, err
				}
				for _, e := range p.Items {
					keys = append(keys, e.ID)
				}
			}
			return keys, nil
		},
	}
}

// logOf is the log of an API as events.
func logOf(api auditlogtest.API, c *auditlogs.Client) auditlogs.Source {
	switch api {
	case auditlogtest.Waldur:
		return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{})
	case auditlogtest.HuaweiEDS:
		return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID})
	case auditlogtest.Akinon:
		return c.AuditEvents.Source(auditlogs.AuditEventFilter{})
	case auditlogtest.ElasticPath:
		return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID})
	default:
		return c.UserEvents.Source(auditlogs.UserEventFilter{})
	}
}

// A success that shows no listing is an error in every way to read, at the beginning of a listing and within it.
func TestASuccessWithoutTheListIsAnError(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(30, time.Minute)
		for _, n := range noListings() {
			for name, read := range readers(r.subject) {
				r.srv.ClearFaults()
				r.srv.Inject(n.fault(r.api, 0, -1))
				keys, err := read(r.Context(), r.client, r.by(7))
				n.requireError(r.T, r.api, err, n.name+", "+name)
				require.Empty(r, keys)
				if name == "Merge" {
					continue
				}
				r.srv.ClearFaults()
				r.srv.Inject(n.fault(r.api, 2, -1))
				keys, err = read(r.Context(), r.client, r.by(7))
				n.requireError(r.T, r.api, err, n.name+", "+name+", third request")
				require.NotEmpty(r, keys)
				require.Less(r, len(keys), 30)
			}
		}
	})
}

// A passing answer that shows no listing is asked for again, once, reported like other repetitions; a second one is the error.
func TestASuccessWithoutTheListIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		for _, n := range noListings() {
			for _, prefetch := range []int{0, 2} {
				t.Run(fmt.Sprintf("%s, %s, prefetch %d", s.name, n.name, prefetch), func(t *testing.T) {
					t.Parallel()
					sampled(t)
					synctest.Test(t, func(t *testing.T) { n.passes(t, s, prefetch) })
				})
			}
		}
	}
}

// passes lets an answer pass between good ones.
func (n noListing) passes(t *testing.T, s subject, prefetch int) {
	srv := auditlogtest.NewServer(auditlogtest.InMemory())
	defer srv.Close()
	srv.SetQuirks(s.api, auditlogtest.Quirks{PageCap: 7})
	var want []string
	for i := range 30 {
		s.add(srv, row{fmt.Sprint(i), time.Now().Add(-time.Duration(i+60) * time.Minute)})
	}
	for _, r := range s.rows(srv) {
		want = append(want, r.key)
	}
	var mu sync.Mutex
	var retries []auditlogs.RetryInfo
	hooks := auditlogs.Hooks{OnRetry: func(_ context.Context, i auditlogs.RetryInfo) {
		mu.Lock()
		defer mu.Unlock()
		retries = append(retries, i)
	}}
	policy := auditlogs.RetryPolicy{MaxAttempts: 2, MinWait: time.Second, MaxWait: time.Second}
	c := clientOf(t, srv, auditlogs.WithRetry(policy), auditlogs.WithHooks(hooks))
	l := listing{}
	l.Prefetch = prefetch
	srv.Inject(n.fault(s.api, 2, 1))
	keys, err := readers(s)["Pages"](t.Context(), c, l)
	require.NoError(t, err)
	require.Equal(t, want, keys)
	require.Len(t, retries, 1)
	again := retries[0]
	n.requireError(t, s.api, again.Err, "OnRetry")
	require.Equal(t, auditlogs.RetryInfo{
		API: s.api, Op: again.Op, Attempt: 1, Wait: time.Second, Status: n.status, Err: again.Err,
		Cause: again.Err, // the name of before
	}, again)
	if prefetch > 0 {
		return
	}
	before := len(srv.Requests(s.api))
	srv.Inject(n.fault(s.api, 0, 2))
	_, err = s.list(t.Context(), c, l)
	n.requireError(t, s.api, err, "twice")
	require.Equal(t, 2, len(srv.Requests(s.api))-before)
	srv.Inject(n.fault(s.api, 0, 1))
	_, err = s.list(t.Context(), clientOf(t, srv, auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})), l)
	n.requireError(t, s.api, err, "no repetition")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	srv.Inject(n.fault(s.api, 0, 1))
	_, err = s.list(ctx, c, l)
	require.ErrorIs(t, err, context.DeadlineExceeded, "within the wait")
}

// Five minutes of answers that show no listing lose nothing that happens meanwhile.
func TestFollowLosesNothingToAnswersWithoutTheList(t *testing.T) {
	for _, n := range noListings() {
		t.Run(n.name, func(t *testing.T) {
			eachFollowed(t, func(t *testing.T, c *followCase) {
				c.inTurn(t, n.name)
				since := c.now()
				var failed int
				hooks := auditlogs.WithHooks(auditlogs.Hooks{OnRetry: func(_ context.Context, i auditlogs.RetryInfo) {
					if failed++; i.Status == 0 && !strings.HasSuffix(i.Op, ".Follow") {
						t.Errorf("a repetition without a status: %+v", i)
					}
				}})
				end := c.now().Add(10 * time.Minute)
				var life sync.WaitGroup
				defer life.Wait()
				life.Go(func() { // a record every ten seconds
					for ; c.now().Before(end); time.Sleep(10 * time.Second) {
						c.happen(1, 0)
					}
				})
				var keys []string
				for p, err := range c.follow(t.Context(), c.client(hooks), listing{since: since}, quickFollow) {
					require.NoError(t, err)
					keys = append(keys, p.keys...)
					if failed == 0 && c.now().Sub(since) > time.Minute {
						c.srv.Inject(n.fault(c.api, 0, -1))
						time.AfterFunc(5*time.Minute, c.srv.ClearFaults)
					}
					if c.now().After(end) {
						break
					}
				}
				require.Greater(t, failed, 10)
				require.False(t, hasTwice(keys))
				want := 0
				for _, r := range c.rows(c.srv) {
					if r.at.Before(end.Add(-quickFollow.Lag)) {
						want++
						require.Contains(t, keys, r.key)
					}
				}
				require.Greater(t, want, 55)
			})
		})
	}
}

// null in place of the list says that there are no rows only where the answer counts them.
func TestNullBesideATotal(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		list  func(*auditlogs.Client) (int, int, error)
		body  string
		total int
	}{
		"Huawei":       {huaweiSizes, `{"data":null,"total":0}`, 0},
		"Huawei, rows": {huaweiSizes, `{"total":0,"rows":null,"error_code":""}`, 0},
		"Elastic Path": {elasticSizes, `{"data":null,"meta":{"results":{"total":0}},"errors":[]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, tc.body))
			n, total, err := tc.list(client)
			require.NoError(t, err)
			require.Zero(t, n)
			require.Equal(t, tc.total, total)
		})
	}
	for name, tc := range map[string]struct {
		list func(*auditlogs.Client) (int, int, error)
		body string
	}{
		"Waldur":                 {waldurSizes, `{"count":0,"next":null,"results":null}`},
		"Akinon":                 {akinonSizes, `{"count":0,"next":null,"results":null}`},
		"ThousandEyes":           {eyesSizes, `{"auditEvents":null,"total":0,"count":0}`},
		"Huawei without rows":    {huaweiSizes, `{"total":0}`},
		"Huawei, two lists":      {huaweiSizes, `{"data":[{"audit_log_id":"1"}],"rows":[{"audit_log_id":"2"}]}`},
		"Huawei, null, no count": {huaweiSizes, `{"data":null,"rows":null}`},
		"Elastic Path":           {elasticSizes, `{"data":null,"meta":{"page":{"total":0}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, tc.body))
			_, _, err := tc.list(client)
			var fault *auditlogs.DecodeError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, -1, fault.Index)
		})
	}
}

func huaweiSizes(c *auditlogs.Client) (int, int, error) {
	return sizesOf(c.DataAssetLogs.List(context.Background(), huaweiFilter))
}

func elasticSizes(c *auditlogs.Client) (int, int, error) {
	return sizesOf(c.PersonalDataLogs.List(context.Background(), elasticFilter))
}

func waldurSizes(c *auditlogs.Client) (int, int, error) {
	return sizesOf(c.DataAccessLogs.List(context.Background(), auditlogs.DataAccessLogFilter{}))
}

func akinonSizes(c *auditlogs.Client) (int, int, error) {
	return sizesOf(c.AuditEvents.List(context.Background(), auditlogs.AuditEventFilter{}))
}

func eyesSizes(c *auditlogs.Client) (int, int, error) {
	return sizesOf(c.UserEvents.List(context.Background(), auditlogs.UserEventFilter{}))
}

func sizesOf[T any](p *auditlogs.Page[T], err error) (n, total int, _ error) {
	if err != nil {
		return 0, 0, err
	}
	return len(p.Items), p.Total, nil
}

// Servers that send null in place of an empty list are read and followed like others.
func TestNullLists(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.HuaweiEDS, auditlogtest.ElasticPath} {
		for _, quirks := range []auditlogtest.Quirks{{NullLists: true}, {NullLists: true, RowsMember: true, OffsetPages: true}} {
			t.Run(fmt.Sprintf("%s, %t", api, quirks.RowsMember), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := &followCase{trial: &trial{subject: subjectOf(api)}, t: t}
					c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
					defer c.srv.Close()
					c.srv.SetQuirks(api, quirks)
					since := c.now()
					pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
						if n := len(pages); n > 3 && n < 9 {
							c.happen(n, 0)
						}
						return len(pages) == 20
					})
					require.ElementsMatch(t, c.stored(since), followedKeys(pages))
					for name, read := range readers(c.subject) {
						keys, err := read(t.Context(), c.client(), listing{})
						require.NoError(t, err, name)
						require.Len(t, keys, 4+5+6+7+8, name)
						keys, err = read(t.Context(), c.client(), listing{ListOptions: auditlogs.ListOptions{Offset: 100}})
						if name != "Merge" {
							require.NoError(t, err, name)
							require.Empty(t, keys, name)
						}
					}
				})
			})
		}
	}
}

// The vendor's SDK names the list rows.
func TestRowsOfHuawei(t *testing.T) {
	t.Parallel()
	client, _ := svcServe(t, svcAnswer(200, `{"total":1,"rows":[{"audit_log_id":"1"}],"data":null}`))
	page, err := client.DataAssetLogs.List(t.Context(), huaweiFilter)
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
}

// 203 is a 200 that a proxy changed.
func TestNonAuthoritative(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		fault := noListing{status: http.StatusNonAuthoritativeInfo, body: `{"LIST":[],"total":0}`}.fault(r.api, 0, -1)
		r.srv.Inject(fault)
		keys, _ := r.list(r.Context(), r.client, listing{})
		require.NotNil(r, keys)
	})
}

// Whatever else reads an answer takes only the documented success for one.
func TestOtherCallsNeedTheDocumentedSuccess(t *testing.T) {
	t.Parallel()
	calls := map[string]func(*auditlogs.Client) error{
		"DataAccessLogs.Get": func(c *auditlogs.Client) error {
			_, err := c.DataAccessLogs.Get(context.Background(), waldurUUID)
			return err
		},
		"AuditEvents.Get": func(c *auditlogs.Client) error {
			_, err := c.AuditEvents.Get(context.Background(), waldurUUID)
			return err
		},
		"DataAccessLogs.Count": func(c *auditlogs.Client) error {
			_, err := c.DataAccessLogs.Count(context.Background(), auditlogs.DataAccessLogFilter{})
			return err
		},
		"PersonalDataLogs.Related": func(c *auditlogs.Client) error {
			for _, err := range c.PersonalDataLogs.Related(context.Background(), "customer", "1") {
				return err
			}
			return nil
		},
		"UserEvents.AccountGroups": func(c *auditlogs.Client) error {
			for _, err := range c.UserEvents.AccountGroups(context.Background()) {
				return err
			}
			return nil
		},
		"DataAssetLogs.Connectors": func(c *auditlogs.Client) error {
			for _, err := range c.DataAssetLogs.Connectors(context.Background(), "i") {
				return err
			}
			return nil
		},
		"PersonalDataLogs.AllRelated": func(c *auditlogs.Client) error {
			for _, err := range c.PersonalDataLogs.AllRelated(context.Background(), elasticFilter) {
				return err
			}
			return nil
		},
	}
	record := `{"uuid":"` + waldurUUID + `","data":[]}`
	for name, call := range calls {
		for status, body := range map[int]string{200: `{"error":"upstream timed out"}`, 201: record, 202: record, 204: "", 206: record} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				t.Parallel()
				counted := []string{"X-Result-Count", "7"}
				if status == 200 {
					counted = nil
				}
				client, log := svcServe(t, svcAnswer(status, body, counted...))
				err := call(client)
				var fault *auditlogs.DecodeError
				require.ErrorAs(t, err, &fault)
				require.Equal(t, status, fault.StatusCode)
				if status != 200 {
					require.ErrorContains(t, err, fmt.Sprintf("status %d in place of 200", status))
				}
				log.only(t)
			})
		}
	}
}

// Only 204 is a deletion.
func TestDeleteNeedsNoContent(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status     int
		body, want string
	}{
		"sign-in page": {200, "<html>\n<title>Sign in</title></html>", "200 OK: expected 204 No Content"},
		"accepted":     {202, `{"detail":"queued"}`, "202 Accepted: expected 204 No Content: queued"},
		"error":        {200, `{"error":"no ` + svcToken + `","message":"see https://h/?q"}`, "200 OK: no [redacted]: expected 204 No Content: see [url]"},
		"empty":        {200, ``, "200 OK: expected 204 No Content"},
		"reset":        {205, ``, "205 Reset Content: expected 204 No Content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(tc.status, tc.body))
			err := client.DataAccessLogs.Delete(t.Context(), waldurUUID)
			var refusal *auditlogs.APIError
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, tc.status, refusal.StatusCode)
			require.EqualError(t, err, "auditlogs: DataAccessLogs.Delete: "+tc.want)
			require.NotContains(t, string(refusal.Body), svcToken)
			log.only(t)
		})
	}
}

// A login's success without a token is an error, and is sent once.
func TestALoginWithoutAToken(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		if s.api == auditlogtest.ThousandEyes {
			continue
		}
		for name, answer := range map[string]struct {
			status            int
			body, contentType string
		}{
			"sign-in page": {200, "<html><title>Sign in</title></html>", "text/html"}, "its text": {200, "Sign in", "text/plain"},
			"error": {200, `{"error":"upstream timed out"}`, "application/json"}, "empty object": {200, `{}`, "application/json"},
			"nulls": {201, `{"token":null,"key":null,"access_token":null}`, "application/json"}, "accepted": {202, `{}`, "application/json"},
			"no content": {204, ``, "application/json"}, "list": {200, `[]`, "application/json"},
		} {
			t.Run(s.name+", "+name, func(t *testing.T) {
				t.Parallel()
				var posts atomic.Int64
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					posts.Add(1)
					svcAnswer(answer.status, answer.body, "Content-Type", answer.contentType)(w, r)
				}))
				defer server.Close()
				retry := auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 3, MinWait: 1, MaxWait: 1})
				client, err := auditlogs.NewClient(s.connect(server.URL, s.login(server.URL, "user", secPassword)), retry)
				require.NoError(t, err)
				defer client.CloseIdleConnections()
				_, err = s.list(t.Context(), client, listing{})
				var fault *auditlogs.DecodeError
				var refusal *auditlogs.APIError
				require.True(t, errors.As(err, &fault) || errors.As(err, &refusal), "%T: %v", err, err)
				require.EqualValues(t, 1, posts.Load(), "a login is never repeated")
			})
		}
	}
}

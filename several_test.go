package auditlogs_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// severalCase is a source that consists of several logs, on a server that has them.
type severalCase struct {
	name string
	api  auditlogtest.API
	// add adds n records to a log, an hour before now and each second before that; it makes the log if there is none.
	add func(srv *auditlogtest.Server, log string, n int, newest time.Time)
	// source is the source of all logs; those that are given, if it cannot find them by itself.
	source func(c *auditlogs.Client, l listing, logs ...string) auditlogs.Source
	single func(c *auditlogs.Client, l listing, log string) auditlogs.Source
	ids    func(srv *auditlogtest.Server, log string) []string
}

func severalCases() []severalCase {
	resource := func(id string) auditlogs.RelatedDataEntry {
		return auditlogs.RelatedDataEntry{ResourceType: "customer", ResourceID: id}
	}
	return []severalCase{
		{
			name: "Huawei", api: auditlogtest.HuaweiEDS,
			add: func(srv *auditlogtest.Server, log string, n int, newest time.Time) {
				if !slices.ContainsFunc(srv.Connectors(), func(c auditlogs.Connector) bool { return c.ID == log }) {
					srv.AddConnectors(auditlogs.Connector{ID: log})
				}
				for i := range n {
					srv.AddConnectorLogs(log, auditlogs.DataAssetLog{HappenedTime: newest.Add(-time.Duration(n-1-i) * time.Second), Action: "VIEW"})
				}
			},
			source: func(c *auditlogs.Client, l listing, _ ...string) auditlogs.Source {
				return c.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{
					InstanceID: auditlogtest.InstanceID, Since: l.since, Until: l.until, ListOptions: l.ListOptions,
				})
			},
			single: func(c *auditlogs.Client, l listing, log string) auditlogs.Source {
				return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{
					InstanceID: auditlogtest.InstanceID, ConnectorID: log, Since: l.since, Until: l.until, ListOptions: l.ListOptions,
				})
			},
			ids: func(srv *auditlogtest.Server, log string) (ids []string) {
				for _, l := range srv.ConnectorLogs(log) {
					ids = append(ids, l.AuditLogID)
				}
				return ids
			},
		},
		{
			name: "Elastic Path", api: auditlogtest.ElasticPath,
			add: func(srv *auditlogtest.Server, log string, n int, newest time.Time) {
				for i := range n {
					srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{
						ResourceType: "customer", ResourceID: log, Time: newest.Add(-time.Duration(n-1-i) * time.Second), EventType: "customer.event.updated",
					})
				}
			},
			source: func(c *auditlogs.Client, l listing, logs ...string) auditlogs.Source {
				var all []auditlogs.RelatedDataEntry
				for _, log := range append(logs, logs...) { // each twice
					all = append(all, resource(log))
				}
				return c.PersonalDataLogs.SourceOf(auditlogs.PersonalDataLogFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions}, all...)
			},
			single: func(c *auditlogs.Client, l listing, log string) auditlogs.Source {
				return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
					ResourceType: "customer", ResourceID: log, Since: l.since, Until: l.until, ListOptions: l.ListOptions,
				})
			},
			ids: func(srv *auditlogtest.Server, log string) (ids []string) {
				for _, l := range srv.PersonalDataLogs() {
					if l.ResourceID == log {
						ids = append(ids, l.ID)
					}
				}
				return ids
			},
		},
	}
}

func forSeveral(t *testing.T, test func(*testing.T, severalCase)) {
	t.Helper()
	for _, c := range severalCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// severalServer has no log.
func severalServer(t *testing.T, options ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(options...)
	t.Cleanup(srv.Close)
	t.Cleanup(recordServer(srv))
	srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
	return srv
}

// keys are those of all records of some logs.
func (c severalCase) keys(srv *auditlogtest.Server, client *auditlogs.Client, logs ...string) (keys []string) {
	for _, log := range logs {
		for _, id := range c.ids(srv, log) {
			keys = append(keys, c.single(client, listing{}, log).Name()+"|"+id)
		}
	}
	return keys
}

// One log after the other, each record once, whole or resumed after every page in a new client, with what each log gives by
// itself. Only the last page has no Next.
func TestSeveralPages(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		for _, prefetch := range []int{0, 2} {
			srv := severalServer(t)
			logs := []string{"a", "b", "c", "d"}
			for i, log := range logs {
				c.add(srv, log, 11*i, noon.Add(time.Duration(i)*time.Second)) // the first one is empty
			}
			if c.api == auditlogtest.HuaweiEDS {
				srv.AddConnectors(auditlogs.Connector{ID: "a"})
				srv.DeleteConnectors(func(c auditlogs.Connector) bool { return c.ID == "a" })
				srv.AddConnectors(auditlogs.Connector{ID: "a"})
			}
			l := listing{ListOptions: auditlogs.ListOptions{PageSize: 4, Prefetch: prefetch}}
			client := clientOf(t, srv)
			source := c.source(client, l, logs...)
			pages := source.Pages(t.Context(), "")
			for range 2 { // ranging twice reads twice
				events, next, errs := collectPages(pages)
				require.Empty(t, errs)
				require.ElementsMatch(t, c.keys(srv, client, logs...), keysOfEvents(events))
				require.Equal(t, len(next)-1, slices.Index(next, ""), "only the last page")
			}
			whole, _, _ := collectPages(pages)

			var resumed []auditlogs.Event
			from := auditlogs.Cursor("")
			for n := 0; ; n++ {
				require.Less(t, n, 100)
				page := onePage(t, c.source(clientOf(t, srv), l, "d", "c", "b", "a").Pages(t.Context(), from))
				require.Equal(t, -1, page.Total)
				resumed = append(resumed, page.Items...)
				if from = page.Next; from == "" {
					break
				}
			}
			require.ElementsMatch(t, keysOfEvents(whole), keysOfEvents(resumed))
		}
	})
}

// onePage is the first that a range gives.
func onePage(t *testing.T, pages eventPages) *auditlogs.Page[auditlogs.Event] {
	t.Helper()
	for page, err := range pages {
		require.NoError(t, err)
		return page
	}
	t.Fatal("no page")
	return nil
}

// While the logs grow and lose rows, and logs are added, everything that was there comes once, and new logs too if the reading
// is continued.
func TestSeveralPagesWhileTheLogsChange(t *testing.T) {
	t.Parallel()
	seeds := uint64(12)
	if testing.Short() {
		seeds /= 2
	}
	forSeveral(t, func(t *testing.T, c severalCase) {
		for seed := range seeds {
			random := newRand(seed)
			srv := severalServer(t, auditlogtest.WithQuirks(c.api, auditlogtest.Quirks{
				Order: auditlogtest.Order(seed % 2), OffsetPages: seed%3 == 0, PageCap: 7 + int(seed),
			}))
			logs := []string{"a", "b", "c"}
			for _, log := range logs {
				c.add(srv, log, 20+random.IntN(20), noon)
			}
			client := clientOf(t, srv)
			want := c.keys(srv, client, logs...)
			srv.BeforeRequest(func(_ auditlogtest.API, n int) {
				if n > 2 {
					c.add(srv, logs[random.IntN(3)], 1+random.IntN(3), time.Now().Add(time.Hour)) // newer than the listing
				}
			})
			l := listing{until: noon.Add(time.Second), ListOptions: auditlogs.ListOptions{PageSize: 5 + int(seed%4)}}
			from, seen := auditlogs.Cursor(""), map[string]int{}
			for n := 0; ; n++ {
				require.Less(t, n, 100)
				page := onePage(t, c.source(clientOf(t, srv), l, logs...).Pages(t.Context(), from))
				for _, key := range keysOfEvents(page.Items) {
					seen[key]++
					require.Equal(t, 1, seen[key], "seed %d: %s", seed, key)
				}
				if from = page.Next; from == "" {
					break
				}
				if n == 3 && c.api == auditlogtest.HuaweiEDS {
					c.add(srv, "new", 9, noon)
					want = append(want, c.keys(srv, client, "new")...)
				}
			}
			require.Len(t, seen, len(want), "seed %d", seed)
			for _, key := range want {
				require.Equal(t, 1, seen[key], "seed %d: %s", seed, key)
			}
		}
	})
}

// No connector, as the API shows, is one page without events; a list that cannot be read is an error.
func TestAllConnectorsOfNone(t *testing.T) {
	t.Parallel()
	srv := severalServer(t)
	f := auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID}
	source := clientOf(t, srv).DataAssetLogs.AllConnectors(f)
	for _, pages := range []eventPages{source.Pages(t.Context(), ""), auditlogs.Merge(t.Context(), source)} {
		events, next, errs := collectPages(pages)
		require.Empty(t, errs)
		require.Empty(t, events)
		require.Equal(t, []auditlogs.Cursor{""}, next)
	}
	for body, want := range map[string]any{
		`{"total":0}`: new(*auditlogs.DecodeError),
		`{"data":null,"error_code":"EDS.00011015","error_msg":"no"}`: new(*auditlogs.APIError),
	} {
		client, log := svcServe(t, svcAnswer(200, body))
		source := client.DataAssetLogs.AllConnectors(f)
		err := onlyError(t, source.Pages(t.Context(), ""))
		require.ErrorAs(t, err, want)
		require.Contains(t, err.Error(), "Connectors.List")
		for _, r := range log.all() {
			require.True(t, strings.HasSuffix(r.Path, "/connectors"))
		}
	}
}

// refusing serves a server's answers, except for paths or queries with a text.
type refusing struct {
	handler http.Handler
	mu      sync.Mutex
	status  int
	texts   []string
}

func newRefusing(h http.Handler) *refusing { return &refusing{handler: h} }

// refuse answers with a status from now on where a text occurs.
func (r *refusing) refuse(status int, texts ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status, r.texts = status, texts
}

func (r *refusing) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	status, texts := r.status, r.texts
	r.mu.Unlock()
	for _, text := range texts {
		if strings.Contains(req.URL.Path+"?"+req.URL.Query().Encode(), text) {
			w.WriteHeader(status)
			return
		}
	}
	r.handler.ServeHTTP(w, req)
}

// clientThrough is a client that reads a server through a handler.
func clientThrough(t *testing.T, h http.Handler) *auditlogs.Client {
	t.Helper()
	proxy := httptest.NewServer(h)
	t.Cleanup(proxy.Close)
	token := auditlogs.StaticToken(auditlogtest.Token)
	client, err := auditlogs.NewClient(
		auditlogs.WithHuaweiEDS(proxy.URL, auditlogtest.ProjectID, token), auditlogs.WithElasticPath(proxy.URL, token),
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// A log that is refused does not keep the others from being read. It is named in an error that comes last, the last page does
// not look like the end, and going on from there reads it as soon as that is possible.
func TestSeveralPagesGoOnWithoutTheFailing(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		for status, want := range map[int]error{403: auditlogs.ErrForbidden, 404: auditlogs.ErrNotFound, 500: auditlogs.ErrServer, 400: auditlogs.ErrInvalidRequest} {
			srv := severalServer(t)
			logs := []string{"log-a", "log-b", "log-c"}
			for _, log := range logs {
				c.add(srv, log, 12, noon)
			}
			proxy := newRefusing(srv.Handler())
			proxy.refuse(status, "log-b", "log-c")
			client := clientThrough(t, proxy)
			source := c.source(client, listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}, logs...)
			events, next, errs := collectPages(source.Pages(t.Context(), ""))
			require.ElementsMatch(t, c.keys(srv, client, "log-a"), keysOfEvents(events), status)
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], want)
			var joined interface{ Unwrap() []error }
			require.ErrorAs(t, errs[0], &joined)
			var names []string
			for _, err := range joined.Unwrap() {
				var one *auditlogs.SourceError
				require.ErrorAs(t, err, &one)
				names = append(names, one.Source)
			}
			require.ElementsMatch(t, []string{c.single(client, listing{}, "log-b").Name(), c.single(client, listing{}, "log-c").Name()}, names)
			from := next[len(next)-1]
			require.NotEmpty(t, from)

			err := onlyError(t, source.Pages(t.Context(), from))
			require.ErrorIs(t, err, want, "as long as it is refused")

			proxy.refuse(status, "log-c")
			events, next, errs = collectPages(source.Pages(t.Context(), from))
			require.ElementsMatch(t, c.keys(srv, client, "log-b"), keysOfEvents(events))
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], want)

			proxy.refuse(0)
			events, next, errs = collectPages(source.Pages(t.Context(), next[len(next)-1]))
			require.Empty(t, errs)
			require.ElementsMatch(t, c.keys(srv, client, "log-c"), keysOfEvents(events))
			require.Empty(t, next[len(next)-1])
		}
	})
}

// A connector whose ID no path can have, and a log whose answer is too large, do not keep the others from being read.
func TestAllConnectorsWithOddOnes(t *testing.T) {
	t.Parallel()
	c := severalCases()[0]
	srv := severalServer(t)
	c.add(srv, "log-a", 5, noon)
	c.add(srv, "log-b", 0, noon)
	c.add(srv, "log-c", 5, noon)
	srv.AddConnectors(auditlogs.Connector{ID: "a/b"})
	srv.AddConnectorLogs("log-b", auditlogs.DataAssetLog{HappenedTime: noon, ResourceName: strings.Repeat("x", 100_000)})
	client := clientOf(t, srv, auditlogs.WithMaxBodyBytes(50_000))
	events, _, errs := collectPages(c.source(client, listing{}).Pages(t.Context(), ""))
	require.ElementsMatch(t, c.keys(srv, client, "log-a", "log-c"), keysOfEvents(events))
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], auditlogs.ErrInvalidFilter)
	require.ErrorIs(t, errs[0], auditlogs.ErrBodyTooLarge)
}

// What concerns the credential, the limit or the connection ends the range at once, and no log is asked in vain.
func TestSeveralPagesEndWithTheConnection(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		for name, fault := range map[string]auditlogtest.Fault{"401": {Status: 401}, "429": {Status: 429}, "reset": {Reset: true}} {
			srv := severalServer(t)
			logs := []string{"log-a", "log-b", "log-c"}
			for _, log := range logs {
				c.add(srv, log, 12, noon)
			}
			client := clientOf(t, srv, auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
			source := c.source(client, listing{}, logs...)
			page := onePage(t, source.Pages(t.Context(), ""))
			fault.API, fault.Times = c.api, -1
			before := len(srv.Requests(c.api))
			if c.api == auditlogtest.HuaweiEDS {
				fault.After = 2 // the list of connectors
			}
			srv.Inject(fault)
			err := onlyError(t, source.Pages(t.Context(), page.Next))
			var one *auditlogs.SourceError
			require.False(t, errors.As(err, &one), "%s: %v", name, err)
			require.Equal(t, before+fault.After+1, len(srv.Requests(c.api)), name)
		}
	})
}

package auditlogs_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// These tests give answers that prove nothing: rows that are counted and not shown, counts that are older than the rows,
// signals that contradict each other or are missing, pages that are cut. A listing ends where an answer shows its end.

// forReadings runs a test for every service but ThousandEyes, whose answers have no counts, and every way of reading.
func forReadings(t *testing.T, test func(r *rig, read func(listing) ([]string, error))) {
	t.Helper()
	forEach(t, func(r *rig) {
		if r.api == auditlogtest.ThousandEyes {
			r.Skip("has neither counts nor places")
		}
		ways := map[string]func(*rig, listing) ([]string, error){
			"Pages": func(r *rig, l listing) ([]string, error) { _, keys, err := r.readPages(l); return keys, err },
			"Pages, ahead": func(r *rig, l listing) ([]string, error) {
				l.Prefetch = 3
				_, keys, err := r.readPages(l)
				return keys, err
			},
			"List, resumed": (*rig).readResumed,
		}
		for name, way := range ways {
			r.Run(name, func(t *testing.T) {
				t.Parallel()
				sampled(t)
				own := newRig(t, r.subject)
				test(own, func(l listing) ([]string, error) { return way(own, l) })
			})
		}
	})
}

// Permissions on single rows make pages shorter, or empty, in the middle of a list.
func TestRowsThatAreCountedAndNotShown(t *testing.T) {
	t.Parallel()
	for _, hidden := range []int{1, 15, 45, 110} {
		for _, page := range []int{0, 10, 20} {
			t.Run(fmt.Sprintf("%d hidden, pages of %d", hidden, page), func(t *testing.T) {
				t.Parallel()
				forReadings(t, func(r *rig, read func(listing) ([]string, error)) {
					all := r.fill(130, time.Minute)
					const first = 12 // rows before those that are hidden
					from := noon.Add(-(first + time.Duration(hidden)) * time.Minute)
					r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: page, HideFrom: from, HideTo: from.Add(time.Duration(hidden) * time.Minute)})
					keys, err := read(r.by(page))
					require.False(r, hasTwice(keys))
					require.Len(r, keys, len(all)-hidden, "all that is shown: %v", err)
					var incomplete *auditlogs.IncompleteError
					require.ErrorAs(r, err, &incomplete)
					require.Less(r, r.sent(), 200)
				})
			})
		}
	}
}

// Django counts first and reads then, gateways keep counts, replicas lag.
func TestCountsOlderThanTheRows(t *testing.T) {
	t.Parallel()
	for _, missed := range []int{1, 7, 30} {
		for _, every := range []int{2, 3} {
			t.Run(fmt.Sprintf("%d of every %dth", missed, every), func(t *testing.T) {
				t.Parallel()
				forReadings(t, func(r *rig, read func(listing) ([]string, error)) {
					want := r.fill(95, 20*time.Second)
					r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: 30, CountBehind: missed, CountBehindEvery: every})
					keys, err := read(r.by(30))
					require.NoError(r, err)
					require.ElementsMatch(r, want, keys)
				})
			})
		}
	}
}

// Elastic Path's count is always too small, and its links say that more follows.
func TestALinkSaysMoreThanTheCount(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.ElasticPath))
	want := r.fill(150, time.Minute)
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{CountBehind: 50})
	_, keys, err := r.readPages(listing{})
	require.NoError(t, err)
	require.Equal(t, want, keys)
}

func TestNeitherCountNorLink(t *testing.T) {
	t.Parallel()
	for _, page := range []int{100, 40} {
		for _, n := range []int{0, 1, 99, 100, 101, 650} {
			t.Run(fmt.Sprintf("%d rows, pages of %d", n, page), func(t *testing.T) {
				t.Parallel()
				forReadings(t, func(r *rig, read func(listing) ([]string, error)) {
					var want []string
					if n > 0 {
						want = r.fill(n, time.Second)
					}
					r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: page, NoSignals: true, Total: auditlogtest.TotalMissing})
					keys, err := read(listing{})
					require.NoError(r, err)
					require.ElementsMatch(r, want, keys)
				})
			})
		}
	}
}

// The server gives fewer rows than it is asked for, down to one less than there are.
func TestPagesCutBelowWhatWasAsked(t *testing.T) {
	t.Parallel()
	for _, page := range []int{7, 12, 50} {
		for _, n := range []int{page - 1, page, page + 1, 3*page + 1} {
			for _, total := range []auditlogtest.Total{auditlogtest.TotalRight, auditlogtest.TotalMissing, auditlogtest.TotalZero} {
				t.Run(fmt.Sprintf("%d of %d, total %d", page, n, total), func(t *testing.T) {
					t.Parallel()
					forReadings(t, func(r *rig, read func(listing) ([]string, error)) {
						if r.api == auditlogtest.ElasticPath && total == auditlogtest.TotalZero {
							r.Skip("its count is right")
						}
						want := r.fill(n, time.Second)
						r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: page, Total: total})
						keys, err := read(listing{})
						require.NoError(r, err)
						require.ElementsMatch(r, want, keys)
					})
				})
			}
		}
	}
}

// The clocks that give the times of rows and the dates of answers differ. Where the oldest comes first, the newest rows are
// still to come when the end of the range is fixed.
func TestRowsNewerThanTheDateOfTheAnswer(t *testing.T) {
	t.Parallel()
	for _, newer := range []time.Duration{2 * time.Second, 30 * time.Second, 3 * time.Minute} {
		for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
			t.Run(fmt.Sprintf("%v, order %d", newer, order), func(t *testing.T) {
				t.Parallel()
				forReadings(t, func(r *rig, read func(listing) ([]string, error)) {
					r.fill(25, time.Minute)
					r.add(r.srv, row{"ahead", noon.Add(time.Hour + newer)})
					r.srv.SetQuirks(r.api, auditlogtest.Quirks{Order: order})
					keys, err := read(r.by(10))
					require.NoError(r, err)
					require.ElementsMatch(r, r.stored(), keys)
				})
			})
		}
	}
}

// A static answer, whatever is asked for, is called a loop after few requests. Its rows come once.
func TestAFixedPageIsALoop(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(30, time.Minute)
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: 10})
		var once sync.Once
		var requests atomic.Int64
		var header http.Header
		var body []byte
		fixed := secServe(r.T, false, func(w http.ResponseWriter, asked *http.Request) {
			once.Do(func() { //nolint:contextcheck // the answer outlives the request
				ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.srv.URL+asked.URL.RequestURI(), nil)
				require.NoError(r, err)
				ask.Header = asked.Header.Clone()
				ask.Header.Del("Accept-Encoding")
				answer, err := http.DefaultClient.Do(ask)
				require.NoError(r, err)
				defer func() { _ = answer.Body.Close() }()
				header = answer.Header
				body, err = io.ReadAll(answer.Body)
				require.NoError(r, err)
			})
			requests.Add(1)
			header = header.Clone()
			header.Del("Content-Length")
			maps.Copy(w.Header(), header)
			_, _ = w.Write(body)
		})
		c, err := auditlogs.NewClient(r.connect(fixed.URL+strings.TrimPrefix(r.srv.BaseURL(r.api), r.srv.URL), auditlogs.StaticToken(auditlogtest.Token)))
		require.NoError(r, err)
		defer c.CloseIdleConnections()
		var keys []string
		var last error
		for key, err := range r.all(r.Context(), c, listing{}) {
			if last = err; err == nil {
				keys = append(keys, key)
			}
		}
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(r, last, &incomplete)
		require.Len(r, keys, 10)
		r.Logf("%d requests", requests.Load())
		require.LessOrEqual(r, requests.Load(), int64(20))
	})
}

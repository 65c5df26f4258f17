package auditlogs_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func TestResumeFromEveryPage(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		t.Run(fmt.Sprintf("prefetch %d", prefetch), func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) {
				want := r.fill(37, time.Minute)
				l := r.by(5)
				l.Prefetch = prefetch
				pages, _, err := r.readPages(l)
				require.NoError(r, err)
				read := 0
				for i, p := range pages[:len(pages)-1] {
					read += len(p.keys)
					// PageSize and Prefetch may differ from before.
					for _, o := range []auditlogs.ListOptions{{}, l.ListOptions, {PageSize: 3}, {Prefetch: 2}, {PageSize: 11, Prefetch: 1}} {
						if r.maxPage == 0 {
							o.PageSize = 0
						}
						o.Cursor = p.next
						rest := []string{}
						for q, err := range r.pages(r.Context(), r.newClient(), listing{ListOptions: o}) {
							require.NoError(r, err)
							rest = append(rest, q.keys...)
						}
						require.Equal(r, want[read:], rest, "after page %d, %+v", i, o.PageSize)
					}
				}
			})
		})
	}
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	cursors := map[string]auditlogs.Cursor{}
	for _, s := range subjects() {
		r := newRig(t, s)
		r.fill(12, time.Minute)
		p, err := r.list(r.Context(), r.client, r.by(5))
		require.NoError(t, err)
		cursors[s.name] = p.next
	}
	forEach(t, func(r *rig) {
		r.fill(12, time.Minute)
		refused := func(what string, client *auditlogs.Client, l listing) {
			r.Helper()
			r.srv.ResetRequests()
			_, err := r.list(r.Context(), client, l)
			require.ErrorIs(r, err, auditlogs.ErrCursorMismatch, what)
			_, err = r.collect(r.Context(), client, l, 1)
			require.ErrorIs(r, err, auditlogs.ErrCursorMismatch, what)
			require.Zero(r, r.sent(), what)
		}
		for name, cursor := range cursors { // of its own API among them, but of another server
			refused(name, r.client, listing{ListOptions: auditlogs.ListOptions{Cursor: cursor}})
		}
		l := r.by(5)
		l.since, l.until = noon.Add(-time.Hour), noon.Add(time.Hour)
		p, err := r.list(r.Context(), r.client, l)
		require.NoError(r, err)
		require.NotEmpty(r, p.next)
		ranges := map[string][2]time.Time{
			"another Since": {l.since.Add(1), l.until}, "another Until": {l.since, l.until.Add(-1)}, "no Since": {1: l.until},
			"no Until": {l.since}, "no range": {},
		}
		for name, bounds := range ranges {
			m := listing{since: bounds[0], until: bounds[1]}
			m.Cursor = p.next
			refused(name, r.client, m)
		}
		// The same range in another zone is the same range.
		m := l
		m.since, m.until = l.since.In(time.FixedZone("", 3600)), l.until.In(time.FixedZone("", -7200))
		m.Cursor = p.next
		_, err = r.list(r.Context(), r.client, m)
		require.NoError(r, err)

		r.srv.ResetRequests()
		m = l
		m.Cursor = p.next
		_, err = r.other(r.Context(), r.client, m)
		require.ErrorIs(r, err, auditlogs.ErrCursorMismatch, "another filter")
		require.Zero(r, r.sent())

		// The same server below a path prefix is another address.
		elsewhere := httptest.NewServer(http.StripPrefix("/prefix", recordExchanges(r.srv.Handler())))
		defer elsewhere.Close()
		base := strings.Replace(r.srv.BaseURL(r.api), r.srv.URL, elsewhere.URL+"/prefix", 1)
		token := auditlogs.StaticToken(auditlogtest.Token)
		client, err := auditlogs.NewClient(map[auditlogtest.API]auditlogs.Option{
			auditlogtest.Waldur:       auditlogs.WithWaldur(base, token),
			auditlogtest.HuaweiEDS:    auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, token),
			auditlogtest.Akinon:       auditlogs.WithAkinon(base, token),
			auditlogtest.ElasticPath:  auditlogs.WithElasticPath(base, token),
			auditlogtest.ThousandEyes: auditlogs.WithThousandEyes(base, token),
		}[r.api])
		require.NoError(r, err)
		refused("another base", client, m)
		q, err := r.list(r.Context(), client, l)
		require.NoError(r, err)
		require.NotEqual(r, p.next, q.next)
	})
}

func TestDamagedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(12, time.Minute)
		p, err := r.list(r.Context(), r.client, r.by(5))
		require.NoError(r, err)
		good := string(p.next)
		damaged := map[string]string{
			"blank": " ", "garbage": "garbage", "version only": "al1.", "future version": "al2." + good[4:], "no version": good[4:],
			"twice": good + good, "blank before": " " + good, "blank after": good + " ", "padded": good + "=", "a URL": "https://example.org/?cursor=" + good,
			"zero": "al1.AAAAAAA", "not text": "al1.\x00\xff", "JSON": `al1.{"s":""}`, "upper case": strings.ToUpper(good),
		}
		for n := 1; n < len(good); n++ {
			damaged[fmt.Sprintf("cut to %d", n)] = good[:n]
		}
		for i := range len(good) - 1 {
			for _, b := range []byte{good[i] ^ 1, good[i] ^ 0x20, good[i] ^ 0x80, 'A', 'B', '_'} {
				if b != good[i] {
					damaged[fmt.Sprintf("byte %d of %d as %q", i, len(good), b)] = good[:i] + string([]byte{b}) + good[i+1:]
				}
			}
		}
		r.srv.ResetRequests()
		for name, text := range damaged {
			l := r.by(5)
			l.Cursor = auditlogs.Cursor(text)
			_, err := r.list(r.Context(), r.client, l)
			require.ErrorIs(r, err, auditlogs.ErrInvalidCursor, name)
			require.NotContains(r, err.Error(), "al1.")
		}
		_, err = r.collect(r.Context(), r.client, listing{ListOptions: auditlogs.ListOptions{Cursor: "garbage"}}, 1)
		require.ErrorIs(r, err, auditlogs.ErrInvalidCursor)
		require.Zero(r, r.sent())
	})
}

func TestCursorsTellNothing(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		for i := range 12 {
			r.addOther(r.srv, row{fmt.Sprintf("row-%d", i), noon.Add(-time.Duration(i) * time.Minute)})
		}
		l := r.by(5)
		l.since, l.until = noon.Add(-time.Hour), noon.Add(time.Hour)
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: r.capOf(5), ForeignNext: "https://elsewhere.example.org"})
		p, err := r.other(r.Context(), r.client, l)
		require.NoError(r, err)
		require.Len(r, p.keys, 5)
		plain, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(string(p.next), "al1."))
		require.NoError(r, err)
		host := strings.TrimPrefix(r.srv.URL, "http://")
		hidden := append([]string{
			"http", "://", r.srv.URL, host, strings.Split(host, ":")[0], auditlogtest.Token, auditlogtest.Token[:12], "example.org",
		}, r.stored()...)
		hidden = append(hidden, r.secrets...)
		for _, text := range hidden {
			require.NotContains(r, string(p.next), text)
			require.NotContains(r, string(plain), text)
		}
	})
}

func TestCursorsStaySmall(t *testing.T) {
	t.Parallel()
	const most = 4 << 10
	forEach(t, func(r *rig) {
		rows := make([]row, 300)
		for i := range rows {
			rows[i] = row{fmt.Sprintf("row-%d", i), noon}
		}
		r.add(r.srv, rows...)
		for _, size := range []int{0, 50, 7} {
			l := r.by(size)
			pages, keys, err := r.readPages(l)
			require.NoError(r, err)
			require.ElementsMatch(r, r.stored(), keys)
			longest := 0
			for _, p := range pages {
				longest = max(longest, len(p.next))
			}
			require.LessOrEqual(r, longest, most)
			r.Logf("300 rows in one second, pages of %d: %d requests, cursors up to %d bytes", size, r.sent(), longest)
			r.srv.ResetRequests()
		}
		// Rows of different times need next to nothing.
		r.remove(r.srv, func(row) bool { return true })
		r.fill(60, time.Minute)
		p, err := r.list(r.Context(), r.client, r.by(25))
		require.NoError(r, err)
		require.LessOrEqual(r, len(p.next), 1<<10)
		r.Logf("usual cursor: %d bytes", len(p.next))
	})
}

// TestACursorOfALostListingSaysSo: the reason why a listing cannot be complete survives a restart.
func TestACursorOfALostListingSaysSo(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.Waldur, auditlogtest.ElasticPath, auditlogtest.ThousandEyes} {
		t.Run(string(api), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, subjectOf(api))
			want := r.fill(17, time.Minute)
			l := r.by(5)
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{LoopNext: true, PageCap: r.capOf(5)})
			var keys []string
			for n := 0; ; n++ {
				require.Less(t, n, 100)
				p, err := r.list(r.Context(), r.newClient(), l)
				if err != nil {
					require.ErrorIs(t, err, auditlogs.ErrCursorLoop)
					r.completeOrSaid(want, keys, err)
					return
				}
				keys = append(keys, p.keys...)
				require.NotEmpty(t, p.next, "the listing ended in silence")
				l.Cursor = p.next
			}
		})
	}
}

package auditlogs_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/internal/exact"
)

var updateCursors = flag.Bool("cursors.update", false, "add the cursors that testdata/cursors/al1.json lacks")

// goldenFile holds cursors of the format al1, each as the release that added it wrote it. Programs have stored such
// cursors, so every later release must go on from them. The file is only added to: a cursor that is written anew would
// prove nothing about those that are stored already.
var goldenFile = filepath.Join("testdata", "cursors", "al1.json")

// goldenCursor is a cursor and what comes after it. The cursor is opaque: only what reading on from it gives is compared.
type goldenCursor struct {
	Name    string           `json:"name"`
	What    string           `json:"what"`
	Cursor  auditlogs.Cursor `json:"cursor"`
	Written string           `json:"written"` // how long after the start of the log's time
	goldenRest
}

// goldenRest is what comes after a cursor: the keys of the events, or a digest of them where they are many, and the kinds
// of the errors.
type goldenRest struct {
	Count  int      `json:"count"`
	Rest   []string `json:"rest,omitempty"`
	SHA256 string   `json:"sha256,omitempty"` // of the keys, each followed by a line feed
	End    string   `json:"end"`
}

// What follows is the data that the cursors of the file were written from. It must not change, and so it uses no other
// test's data: keys, times, sizes and filters are all part of what a cursor means.

// goldenStart is the server's time when a log begins to be read. Times of rows are relative to it.
var goldenStart = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var goldenFollow = auditlogs.FollowOptions{Interval: 10 * time.Second, Lag: 5 * time.Second, Lookback: 20 * time.Second}

// goldenRow is a record, and when it becomes visible.
type goldenRow struct {
	row
	visible time.Duration
}

// goldenRows are n rows, the first one at a time and each of the others a step later; a step of 0 makes a group of one
// time. Each is visible at once.
func goldenRows(prefix string, n int, first, step time.Duration) []goldenRow {
	rows := make([]goldenRow, n)
	for i := range rows {
		at := first + time.Duration(i)*step
		rows[i] = goldenRow{row{fmt.Sprintf("%s%03d", prefix, i), goldenStart.Add(at)}, max(0, at)}
	}
	return rows
}

// equal lets all rows have one key, which makes equal events of those that share a time.
func equal(rows []goldenRow) []goldenRow {
	for i := range rows {
		rows[i].key = "same"
	}
	return rows
}

// late lets every k-th row become visible later than it happened.
func late(rows []goldenRow, k int, delay time.Duration) []goldenRow {
	for i := k - 1; i < len(rows); i += k {
		rows[i].visible = max(0, rows[i].at.Sub(goldenStart)+delay)
	}
	return rows
}

// goldenLog is one API's log. Quirks are those at a time since the start.
type goldenLog struct {
	rows   []goldenRow
	quirks func(passed time.Duration) auditlogtest.Quirks
}

// always are quirks that do not change.
func always(q auditlogtest.Quirks) func(time.Duration) auditlogtest.Quirks {
	return func(time.Duration) auditlogtest.Quirks { return q }
}

// goldenRead reads on from a cursor; from "", from the beginning.
type goldenRead func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages

// goldenCase says how a cursor comes to be, and how the log goes on after it.
type goldenCase struct {
	name, what string
	logs       map[auditlogtest.API]goldenLog
	read       goldenRead
	pages      int                                            // read before the cursor
	pace       time.Duration                                  // between pages
	pause      time.Duration                                  // between the cursor and reading on
	until      time.Duration                                  // when reading ends, since the start, where a log is followed; else 0
	handed     bool                                           // each page before the cursor is read by a client of its own
	fault      *auditlogtest.Fault                            // while the cursor is written
	before     func(context.Context, *auditlogs.Client) error // what others ask before reading on
	loose      bool                                           // events of one time are in no order: it depends on the requests
	concurrent bool                                           // so are events of different sources
}

// goldenWorld is the server of a case within a bubble.
type goldenWorld struct {
	*goldenCase
	t     *testing.T
	srv   *auditlogtest.Server
	began time.Time
}

// inGoldenWorld runs a test in a bubble whose server has the case's logs. Its address is always the same: it is part of
// what a cursor belongs to.
func inGoldenWorld(t *testing.T, c *goldenCase, test func(*goldenWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &goldenWorld{goldenCase: c, t: t, began: time.Now()}
		w.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(func() time.Time {
			return goldenStart.Add(w.passed())
		}))
		defer w.srv.Close()
		require.Equal(t, "http://127.0.0.1:1", w.srv.URL)
		pending := map[auditlogtest.API][]goldenRow{}
		for api, log := range c.logs {
			pending[api] = slices.Clone(log.rows)
			// In this order they are added, however often the log is read: servers remember rows by it.
			slices.SortStableFunc(pending[api], func(a, b goldenRow) int { return cmp.Compare(a.visible, b.visible) })
		}
		w.srv.BeforeRequest(func(api auditlogtest.API, _ int) {
			now := w.passed()
			if quirks := c.logs[api].quirks; quirks != nil {
				w.srv.SetQuirks(api, quirks(now))
			}
			for len(pending[api]) > 0 && pending[api][0].visible <= now {
				w.add(api, pending[api][0].row)
				pending[api] = pending[api][1:]
			}
		})
		test(w)
	})
}

func (w *goldenWorld) passed() time.Duration { return time.Since(w.began) }

// add stores a record whose id is explicit, so that no id depends on how the server makes them up.
func (w *goldenWorld) add(api auditlogtest.API, r row) {
	switch api {
	case auditlogtest.Waldur:
		w.srv.AddDataAccessLogs(auditlogs.DataAccessLog{
			UUID: r.key, Timestamp: r.at, User: auditlogs.UserRef{Username: r.key}, AccessorType: auditlogs.AccessorStaff,
		})
	case auditlogtest.HuaweiEDS:
		w.srv.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: r.key, HappenedTime: r.at})
	case auditlogtest.Akinon:
		w.srv.AddAuditEvents(auditlogs.AuditEvent{UUID: r.key, Timestamp: r.at, URL: "https://shop.example.org/" + r.key})
	case auditlogtest.ElasticPath:
		w.srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: r.key, Time: r.at})
	case auditlogtest.ThousandEyes:
		w.srv.AddUserEvents(auditlogs.UserEvent{Date: r.at, Event: "Report created.", User: r.key})
	}
}

func (w *goldenWorld) client() *auditlogs.Client {
	client, err := auditlogs.NewClient(w.srv.Options()...)
	require.NoError(w.t, err)
	return client
}

// context ends when the case says.
func (w *goldenWorld) context() (context.Context, context.CancelFunc) {
	if w.until == 0 {
		return context.WithCancel(w.t.Context())
	}
	return context.WithTimeout(w.t.Context(), w.until-w.passed())
}

// rest reads on from a cursor to the end, by one client or by one for each page.
func (w *goldenWorld) rest(from auditlogs.Cursor, resumed bool) ([]auditlogs.Event, goldenRest) {
	ctx, cancel := w.context()
	defer cancel()
	var events []auditlogs.Event
	var errs []error
	for n := 0; ; n++ {
		require.Less(w.t, n, 1000, "the listing does not end")
		next := auditlogs.Cursor("")
		for p, err := range w.read(ctx, w.client(), from) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			events = append(events, p.Items...)
			if next = p.Next; resumed {
				break
			}
		}
		if from = next; !resumed || from == "" {
			break
		}
	}
	assert.False(w.t, hasTwice(keysOfEvents(events)), "an event came twice")
	firstKeys(events)
	w.arrange(events)
	return events, newGoldenRest(keysOfEvents(events), errs)
}

// firstKeys gives events the keys that they had when the file was begun. Those of user events were made of every field as
// it came, and cursors of that time remember them.
func firstKeys(events []auditlogs.Event) {
	for i := range events {
		e, ok := events[i].Record.(auditlogs.UserEvent)
		if !ok {
			continue
		}
		parts := []string{e.AccountGroupID, e.AccountGroupName, e.Date.UTC().Format(time.RFC3339), e.Event, e.IPAddress, e.UserID, e.User}
		for _, r := range e.Resources {
			parts = append(parts, r.Type, r.Name)
		}
		events[i].ID = exact.ContentKey(append(parts, strconv.Itoa(e.Ordinal))...)
	}
}

// arrange brings events that are in no order into one.
func (w *goldenWorld) arrange(events []auditlogs.Event) {
	if w.concurrent {
		slices.SortStableFunc(events, func(a, b auditlogs.Event) int { return cmp.Compare(a.Source, b.Source) })
	}
	for i := 0; w.loose && i < len(events); {
		end := i + 1
		for end < len(events) && events[end].Time.Equal(events[i].Time) {
			end++
		}
		slices.SortFunc(events[i:end], func(a, b auditlogs.Event) int { return cmp.Compare(a.ID, b.ID) })
		i = end
	}
}

// manyKeys is how many keys the file does not list any more.
const manyKeys = 40

func newGoldenRest(keys []string, errs []error) goldenRest {
	r := goldenRest{Count: len(keys)}
	switch {
	case len(keys) > manyKeys:
		sum := sha256.Sum256([]byte(strings.Join(keys, "\n") + "\n"))
		r.SHA256 = hex.EncodeToString(sum[:])
	case len(keys) > 0: // the file leaves out an empty list
		r.Rest = keys
	}
	kinds := []string{}
	for _, err := range errs {
		kinds = append(kinds, kindOf(err))
	}
	r.End = strings.Join(kinds, ", ")
	return r
}

// kindOf names an error by what callers can tell it by.
func kindOf(err error) string {
	var incomplete *auditlogs.IncompleteError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	case errors.Is(err, auditlogs.ErrOffsetLimit):
		return "offset limit"
	case errors.Is(err, auditlogs.ErrCursorLoop):
		return "loop"
	case errors.As(err, &incomplete):
		return "incomplete"
	default:
		return err.Error()
	}
}

// write reads up to the cursor and reports where it is, what came before it and when.
func (w *goldenWorld) write() (c goldenCursor, before []auditlogs.Event) {
	ctx, cancel := w.context()
	defer cancel()
	if w.fault != nil {
		w.srv.Inject(*w.fault)
	}
	for n, done := 0, false; !done; {
		done = true
		for p, err := range w.read(ctx, w.client(), c.Cursor) {
			if err != nil {
				require.NotNil(w.t, w.fault, "%s: page %d: %v", w.name, n, err)
				continue
			}
			firstKeys(p.Items)
			before = append(before, p.Items...)
			require.NotEmpty(w.t, p.Next, "%s: page %d", w.name, n)
			c.Cursor = p.Next
			if n++; n == w.pages {
				c.Name, c.What, c.Written = w.name, w.what, w.passed().String()
				return c, before
			}
			time.Sleep(w.pace)
			if done = !w.handed; w.handed {
				break
			}
		}
	}
	require.FailNow(w.t, "too few pages", w.name)
	return c, before
}

// addGolden makes the entry of a case. It fails where the events before and after the cursor are not together those of a
// reading that is not interrupted: such a cursor would be no example to follow.
func addGolden(t *testing.T, c *goldenCase) (made goldenCursor) {
	t.Helper()
	var before, after, all []auditlogs.Event
	var end goldenRest
	inGoldenWorld(t, c, func(w *goldenWorld) { made, before = w.write() })
	inGoldenWorld(t, c, func(w *goldenWorld) { after, made.goldenRest = w.resume(made, false) })
	inGoldenWorld(t, c, func(w *goldenWorld) { all, end = w.rest("", false) })
	if made.End == end.End {
		require.ElementsMatch(t, keysOfEvents(all), keysOfEvents(slices.Concat(before, after)), c.name)
	}
	require.False(t, hasTwice(keysOfEvents(slices.Concat(before, after))), c.name)
	return made
}

// resume reads on from a golden cursor, when time has come.
func (w *goldenWorld) resume(c goldenCursor, resumed bool) ([]auditlogs.Event, goldenRest) {
	written, err := time.ParseDuration(c.Written)
	require.NoError(w.t, err)
	time.Sleep(written + w.pause)
	if w.before != nil {
		require.NoError(w.t, w.before(w.t.Context(), w.client()))
	}
	return w.rest(c.Cursor, resumed)
}

// goldenCursors reads the file, adds to it if asked to, and gives its entries by name.
func goldenCursors(t *testing.T, cases []goldenCase) map[string]goldenCursor {
	t.Helper()
	var entries []goldenCursor
	text, err := os.ReadFile(goldenFile)
	if !*updateCursors || !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &entries))
	}
	byName := map[string]goldenCursor{}
	for _, e := range entries {
		require.NotContains(t, byName, e.Name)
		byName[e.Name] = e
	}
	if !*updateCursors {
		return byName
	}
	for i := range cases {
		if _, ok := byName[cases[i].name]; !ok {
			made := addGolden(t, &cases[i])
			entries, byName[made.Name] = append(entries, made), made
		}
	}
	text, err = json.MarshalIndent(entries, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(goldenFile, append(text, '\n'), 0o600))
	return byName
}

// TestGoldenCursors reads on from every cursor that an earlier release wrote: what was not delivered before it comes, each
// event once, in the same order as then, and the reading ends in the same way.
func TestGoldenCursors(t *testing.T) {
	t.Parallel()
	cases := goldenCases()
	entries := goldenCursors(t, cases)
	require.Len(t, entries, len(cases), "cursors without a case, or cases without a cursor")
	for i := range cases {
		c := &cases[i]
		for _, resumed := range []bool{false, true} {
			if c.until > 0 && resumed {
				continue // to go on polls at once, so that the order depends on when that is done
			}
			t.Run(fmt.Sprintf("%s, resumed %t", c.name, resumed), func(t *testing.T) {
				t.Parallel()
				want, ok := entries[c.name]
				require.True(t, ok, "no such cursor in the file")
				inGoldenWorld(t, c, func(w *goldenWorld) {
					events, got := w.resume(want, resumed)
					keys := keysOfEvents(events)
					assert.False(t, hasTwice(keys), "an event came twice: %v", keys)
					assert.Equal(t, want.goldenRest, got, "%s: %v", c.what, keys)
				})
			})
		}
	}
}

// listed reads the log of one API, in pages of some rows.
func listed(api auditlogtest.API, l listing) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		return sourceOf(api, c, l).Pages(ctx, from)
	}
}

// following follows the log of one API.
func following(api auditlogtest.API, l listing) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		return sourceOf(api, c, l).Follow(ctx, from, goldenFollow)
	}
}

// merging merges the logs of some APIs.
func merging(l listing, apis ...auditlogtest.API) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		return auditlogs.MergeFrom(ctx, from, sourcesOf(c, l, apis)...)
	}
}

// followingAll follows the logs of some APIs.
func followingAll(l listing, apis ...auditlogtest.API) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		return auditlogs.FollowAll(ctx, from, goldenFollow, sourcesOf(c, l, apis)...)
	}
}

func sourcesOf(c *auditlogs.Client, l listing, apis []auditlogtest.API) (all []auditlogs.Source) {
	for _, api := range apis {
		all = append(all, sourceOf(api, c, l))
	}
	return all
}

// sized is a listing in pages of n rows.
func sized(n int) listing { return listing{ListOptions: auditlogs.ListOptions{PageSize: n}} }

// alone is the log of one API only.
func alone(api auditlogtest.API, quirks auditlogtest.Quirks, rows ...[]goldenRow) map[auditlogtest.API]goldenLog {
	if api == auditlogtest.ThousandEyes && quirks.PageCap == 0 {
		quirks.PageCap = 5 // its server chooses
	}
	return map[auditlogtest.API]goldenLog{api: {slices.Concat(rows...), always(quirks)}}
}

func goldenCases() []goldenCase {
	var all []goldenCase
	for _, s := range subjects() {
		all = append(all, goldenListings(s)...)
		all = append(all, goldenFollows(s)...)
	}
	all = append(all, goldenOrders()...)
	all = append(all, goldenServers()...)
	all = append(all, goldenThousandEyes()...)
	all = append(all, goldenIncomplete()...)
	all = append(all, goldenMerges()...)
	all = append(all, goldenFollowAlls()...)
	return append(all, goldenSeverals()...)
}

// goldenListings are states that the listing of every API has.
func goldenListings(s subject) []goldenCase {
	var (
		old   = goldenRows("r", 27, -10*time.Hour, time.Minute)
		fresh = goldenRows("n", 6, time.Minute, time.Minute) // after the listing began
		group = slices.Concat(
			goldenRows("a", 4, -10*time.Hour, time.Second), goldenRows("g", 17, -9*time.Hour, 0), goldenRows("z", 12, -8*time.Hour, time.Second),
		)
		none = auditlogtest.Quirks{}
	)
	ranged := sized(5)
	ranged.since, ranged.until = old[2].at, old[24].at.Add(time.Nanosecond)
	cases := []goldenCase{
		{
			name: "first page", what: "after the first page, whose few times do not prove the order",
			logs: alone(s.api, none, old), read: listed(s.api, sized(5)), pages: 1,
		},
		{
			name: "third page", what: "after the third page, where a bound follows the frontier if the API has one",
			logs: alone(s.api, none, old), read: listed(s.api, sized(5)), pages: 3,
		},
		{
			name: "until fixed", what: "the end was fixed by the first answer; newer rows came since",
			logs: alone(s.api, none, old, fresh), read: listed(s.api, sized(5)), pages: 1, pause: time.Hour,
		},
		{
			name: "growing", what: "rows came at the head after each page, and more before reading on",
			logs: alone(s.api, none, old, fresh), read: listed(s.api, sized(5)), pages: 3, pace: 61 * time.Second, pause: time.Hour,
		},
		{
			name: "range", what: "with Since and Until, after the second page",
			logs: alone(s.api, none, old, fresh), read: listed(s.api, ranged), pages: 2, pause: time.Hour,
		},
		{
			name: "group", what: "within a group of one time that is larger than a page",
			logs: alone(s.api, none, group), read: listed(s.api, sized(5)), pages: 4,
		},
		{
			name: "group, growing", what: "within a group of one time that is larger than a page, of a log that grows",
			logs: alone(s.api, none, group, fresh), read: listed(s.api, sized(5)), pages: 4, pace: 61 * time.Second, pause: time.Hour,
		},
		{
			name: "group, unstable", what: "within a group of one time that comes in another order each time",
			logs: alone(s.api, auditlogtest.Quirks{UnstableTies: true}, group), read: listed(s.api, sized(5)), pages: 4, loose: true,
		},
		{
			name: "short pages", what: "of a server that cuts every third page",
			logs: alone(s.api, auditlogtest.Quirks{ShortPages: 3, PageCap: 7}, old), read: listed(s.api, sized(6)), pages: 4,
		},
		{
			name: "cap", what: "the server gives shorter pages than asked for",
			logs: alone(s.api, auditlogtest.Quirks{PageCap: 6}, old), read: listed(s.api, sized(20)), pages: 2,
		},
	}
	if s.maxPage > 0 {
		offset := sized(3)
		offset.Offset = 7
		cases = append(cases, goldenCase{
			name: "offset", what: "after the first page of a listing with Offset",
			logs: alone(s.api, none, old), read: listed(s.api, offset), pages: 1,
		})
	}
	return named(s, "Pages", cases)
}

// named puts the API and the way of reading before the names.
func named(s subject, tier string, cases []goldenCase) []goldenCase {
	for i := range cases {
		cases[i].name = fmt.Sprintf("%s/%s/%s", s.api, tier, cases[i].name)
	}
	return cases
}

// goldenFollows are states of a log that is followed. Every fifth record comes late.
func goldenFollows(s subject) []goldenCase {
	rows := late(goldenRows("r", 100, -40*time.Second, time.Second), 5, 15*time.Second)
	since := sized(4)
	since.since = goldenStart.Add(-40 * time.Second)
	cases := []goldenCase{
		{name: "begun", what: "after the first page, without Since", read: following(s.api, sized(4)), pages: 1},
		{name: "first poll", what: "within the first poll from Since on", read: following(s.api, since), pages: 3},
		{name: "one page", what: "after a page that holds all of the first poll", read: following(s.api, listing{since: since.since}), pages: 1},
		{name: "after polls", what: "at the end of a later poll", read: following(s.api, listing{since: since.since}), pages: 4},
		{name: "later poll", what: "within a later poll, with records remembered", read: following(s.api, since), pages: 12},
	}
	for i := range cases {
		c := &cases[i]
		quirks := auditlogtest.Quirks{PageCap: 100}
		if s.maxPage == 0 && strings.HasSuffix(c.name, " poll") {
			quirks.PageCap = 4 // its server chooses
		}
		c.logs, c.pause, c.until = alone(s.api, quirks, rows), 7*time.Second, 90*time.Second
	}
	return named(s, "Follow", cases)
}

// goldenOrders are listings that are not newest first.
func goldenOrders() []goldenCase {
	const (
		waldur, huawei  = auditlogtest.Waldur, auditlogtest.HuaweiEDS
		akinon, elastic = auditlogtest.Akinon, auditlogtest.ElasticPath
	)
	var (
		old       = goldenRows("r", 27, -10*time.Hour, time.Minute)
		fresh     = goldenRows("n", 6, time.Minute, time.Minute)
		group     = slices.Concat(old, goldenRows("g", 17, -10*time.Hour+12*time.Minute, 0))
		ascending = auditlogtest.Quirks{Order: auditlogtest.TimeAscending, IgnoreSort: true}
		unordered = auditlogtest.Quirks{Order: auditlogtest.Unordered, IgnoreSort: true}
		since     = sized(4)
	)
	since.since = goldenStart.Add(-40 * time.Second)
	var cases []goldenCase
	for _, api := range []auditlogtest.API{huawei, akinon, elastic} {
		cases = append(cases, goldenCase{
			name: string(api) + "/Follow/longer Lookback", what: "within the first poll, the oldest first, followed on with a longer Lookback",
			logs: alone(api, ascending, goldenRows("r", 100, -40*time.Second, time.Second)), pages: 3, pause: 7 * time.Second, until: 90 * time.Second,
			read: func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
				o := goldenFollow
				if from != "" {
					o.Lookback = time.Minute
				}
				return sourceOf(api, c, since).Follow(ctx, from, o)
			},
		}, goldenCase{
			name: string(api) + "/Pages/oldest first", what: "of a server that lists the oldest first; newer rows came since",
			logs: alone(api, ascending, old, fresh), read: listed(api, sized(5)), pages: 3, pause: time.Hour,
		}, goldenCase{
			name: string(api) + "/Pages/oldest first, group", what: "within a group of one time, of a server that lists the oldest first",
			logs: alone(api, ascending, group), read: listed(api, sized(5)), pages: 5,
		}, goldenCase{
			name: string(api) + "/Follow/oldest first", what: "of a server that lists the oldest first, at the end of a later poll",
			logs: alone(api, ascending, late(goldenRows("r", 100, -40*time.Second, time.Second), 5, 15*time.Second)),
			read: following(api, listing{since: since.since}), pages: 4, pause: 7 * time.Second, until: 90 * time.Second,
		})
	}
	return append(cases, []goldenCase{
		{
			name: "elasticpath/Pages/unordered", what: "of a server that lists in no order of time, whose keys are all remembered",
			logs: alone(elastic, unordered, goldenRows("r", 150, -10*time.Hour, time.Minute), fresh), read: listed(elastic, sized(5)), pages: 2, pause: time.Hour,
		},
		{
			name: "elasticpath/Follow/unordered", what: "within the first poll of a server that lists in no order of time",
			logs: alone(elastic, unordered, goldenRows("r", 100, -40*time.Second, time.Second)),
			read: following(elastic, since), pages: 1, pause: 7 * time.Second, until: 90 * time.Second,
		},
		{
			name: "waldur/Pages/Order by time", what: "with Order: timestamp, the oldest first",
			logs: alone(waldur, auditlogtest.Quirks{}, old, fresh), read: waldurOrdered(auditlogs.OrderTimestamp), pages: 2, pause: time.Hour,
		},
		{
			name: "waldur/Pages/Order", what: "in an order that is not by time",
			logs: alone(waldur, auditlogtest.Quirks{PageCap: 8}, old), read: waldurOrdered(auditlogs.OrderUserUsername), pages: 2,
		},
		{
			name: "akinon/Pages/Sort by time", what: "with Sort: timestamp, the oldest first",
			logs: alone(akinon, auditlogtest.Quirks{}, old, fresh), read: akinonFiltered(auditlogs.AuditEventFilter{Sort: "timestamp"}),
			pages: 2, pause: time.Hour,
		},
		{
			name: "akinon/Pages/Sort", what: "in an order that is not by time",
			logs: alone(akinon, auditlogtest.Quirks{PageCap: 8}, old), read: akinonFiltered(auditlogs.AuditEventFilter{Sort: "-url"}), pages: 2,
		},
		{
			name: "akinon/Pages/exact bounds", what: "with TimestampGT and TimestampLTE",
			logs: alone(akinon, auditlogtest.Quirks{}, old), pages: 2,
			read: akinonFiltered(auditlogs.AuditEventFilter{TimestampGT: old[3].at, TimestampLTE: old[22].at}),
		},
	}...)
}

func waldurOrdered(order auditlogs.DataAccessLogOrder) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		f := auditlogs.DataAccessLogFilter{Order: []auditlogs.DataAccessLogOrder{order}}
		f.PageSize = 5
		return c.DataAccessLogs.Source(f).Pages(ctx, from)
	}
}

func akinonFiltered(f auditlogs.AuditEventFilter) goldenRead {
	return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		f := f
		f.PageSize = 5
		return c.AuditEvents.Source(f).Pages(ctx, from)
	}
}

// goldenServers are listings of servers that differ from the common reading of their documents.
func goldenServers() []goldenCase {
	const huawei, waldur = auditlogtest.HuaweiEDS, auditlogtest.Waldur
	var (
		old   = goldenRows("r", 27, -10*time.Hour, time.Minute)
		group = slices.Concat(
			goldenRows("a", 4, -10*time.Hour, time.Second), goldenRows("g", 30, -9*time.Hour, 0), goldenRows("z", 9, -8*time.Hour, time.Second),
		)
		unstable = func(passed time.Duration) auditlogtest.Quirks {
			return auditlogtest.Quirks{PageCap: 8, UnstableTies: passed < time.Hour}
		}
	)
	return []goldenCase{
		{
			name: "huawei-eds/Pages/OffsetPages", what: "within a group larger than the server's page, where the offset counts pages",
			logs: alone(huawei, auditlogtest.Quirks{OffsetPages: true, PageCap: 8}, group), read: listed(huawei, sized(5)), pages: 4,
		},
		{
			name: "huawei-eds/Pages/OffsetPages, whole pages", what: "the same in pages of the server's size",
			logs: alone(huawei, auditlogtest.Quirks{OffsetPages: true, PageCap: 8}, group), read: listed(huawei, sized(8)), pages: 3,
		},
		{
			name: "huawei-eds/Pages/later pass", what: "within the third pass over a group whose order changed until then",
			logs: map[auditlogtest.API]goldenLog{huawei: {group, unstable}}, read: listed(huawei, sized(5)), pages: 13,
			pause: 2 * time.Hour, loose: true,
		},
		{
			name: "huawei-eds/Pages/given up", what: "after a group that could not be read whole: the cursor holds the reason, and more follows",
			logs: map[auditlogtest.API]goldenLog{huawei: {group, unstable}}, read: listed(huawei, sized(5)), pages: 14,
			pause: 2 * time.Hour,
		},
		{
			name: "huawei-eds/Pages/no total", what: "of a server that does not say how many rows match",
			logs: alone(huawei, auditlogtest.Quirks{Total: auditlogtest.TotalMissing}, group), read: listed(huawei, sized(5)), pages: 5,
		},
		{
			name: "waldur/Pages/envelope, cut", what: "of a server with an envelope that cuts its pages",
			logs: alone(waldur, auditlogtest.Quirks{Envelope: true, PageCap: 6}, old), read: listed(waldur, sized(9)), pages: 2,
		},
	}
}

// goldenThousandEyes are states of listings by a token.
func goldenThousandEyes() []goldenCase {
	const api = auditlogtest.ThousandEyes
	equals := slices.Concat(
		goldenRows("a", 4, -10*time.Hour, time.Second), equal(goldenRows("", 13, -9*time.Hour, 0)),
		goldenRows("b", 6, -9*time.Hour, 0), goldenRows("z", 3, -8*time.Hour, time.Second),
	)
	// Of these, a page shows all equal events that came before the cursor.
	few := slices.Concat(
		goldenRows("a", 4, -10*time.Hour, time.Second), equal(goldenRows("", 13, -9*time.Hour, 0)),
		goldenRows("b", 1, -9*time.Hour, 0), goldenRows("z", 3, -8*time.Hour, time.Second),
	)
	others := func(ctx context.Context, c *auditlogs.Client) error {
		for range 20 {
			if _, err := c.UserEvents.List(ctx, auditlogs.UserEventFilter{}); err != nil {
				return err
			}
		}
		return nil
	}
	window := func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
		f := auditlogs.UserEventFilter{Window: 2 * time.Hour}
		return c.UserEvents.Source(f).Pages(ctx, from)
	}
	thrice := equal(slices.Concat(
		goldenRows("", 20, -40*time.Second, 5*time.Second), goldenRows("", 20, -40*time.Second, 5*time.Second),
		late(goldenRows("", 20, -40*time.Second, 5*time.Second), 1, 12*time.Second),
	))
	return []goldenCase{
		{
			name: "thousandeyes/Pages/equal events", what: "among equal events, which only their number tells apart",
			logs: alone(api, auditlogtest.Quirks{PageCap: 4}, equals), read: listed(api, listing{}), pages: 4,
		},
		{
			name: "thousandeyes/Pages/expired", what: "with a token that has expired meanwhile, among equal events",
			logs: alone(api, auditlogtest.Quirks{PageCap: 8, CursorLifetime: 4}, few), read: listed(api, listing{}), pages: 1, before: others,
		},
		{
			name: "thousandeyes/Pages/expired, third page", what: "with a token that has expired meanwhile, of a log that grew",
			logs: alone(api, auditlogtest.Quirks{CursorLifetime: 4}, goldenRows("r", 27, -10*time.Hour, time.Minute), goldenRows("n", 6, time.Minute, time.Minute)),
			read: listed(api, listing{}), pages: 3, pause: time.Hour, before: others,
		},
		{
			name: "thousandeyes/Pages/empty page", what: "after a page without events",
			logs: alone(api, auditlogtest.Quirks{EmptyPages: 2, PageCap: 5}, goldenRows("r", 27, -10*time.Hour, time.Minute)),
			read: listed(api, listing{}), pages: 2,
		},
		{
			name: "thousandeyes/Pages/Window", what: "with Window, whose range was fixed by the first answer",
			logs: alone(api, auditlogtest.Quirks{}, goldenRows("r", 27, -150*time.Minute, 5*time.Minute), goldenRows("n", 6, time.Minute, time.Minute)),
			read: window, pages: 2, pause: time.Hour,
		},
		{
			name: "thousandeyes/Pages/Window, expired", what: "with Window, and a token that has expired meanwhile",
			logs: alone(api, auditlogtest.Quirks{CursorLifetime: 4}, goldenRows("r", 27, -150*time.Minute, 5*time.Minute), goldenRows("n", 6, time.Minute, time.Minute)),
			read: window, pages: 2, pause: time.Hour, before: others,
		},
		{
			name: "thousandeyes/Follow/equal events", what: "at the end of a later poll, with equal events, some of them late",
			logs: alone(api, auditlogtest.Quirks{PageCap: 100}, thrice), read: following(api, listing{since: goldenStart.Add(-40 * time.Second)}),
			pages: 4, pause: 7 * time.Second, until: 90 * time.Second,
		},
		{
			name: "thousandeyes/Follow/expired", what: "within a poll, with a token that has expired meanwhile",
			logs: alone(api, auditlogtest.Quirks{PageCap: 4, CursorLifetime: 4}, goldenRows("r", 100, -40*time.Second, time.Second)),
			read: following(api, listing{since: goldenStart.Add(-40 * time.Second)}), pages: 3,
			pause: 7 * time.Second, until: 90 * time.Second, before: others,
		},
	}
}

// goldenIncomplete are listings that end in an error: it is said at the end, also by whoever goes on from a cursor. The
// server works well again by then, so that only the cursor can know.
func goldenIncomplete() []goldenCase {
	const (
		waldur        = auditlogtest.Waldur
		elastic, eyes = auditlogtest.ElasticPath, auditlogtest.ThousandEyes
	)
	old := goldenRows("r", 27, -10*time.Hour, time.Minute)
	deep := sized(40)
	deep.Offset = 9_960
	offsets := func(name, what string, order auditlogtest.Order, pages int) goldenCase {
		return goldenCase{
			name: "elasticpath/Pages/" + name, what: what, read: listed(elastic, deep), pages: pages,
			logs: alone(elastic, auditlogtest.Quirks{Order: order}, goldenRows("r", 10_105, -10*time.Hour, time.Second)),
		}
	}
	grown := func(name, what string, pages int) goldenCase {
		return goldenCase{
			name: "waldur/Pages/" + name, what: what, read: waldurOrdered(auditlogs.OrderUserUsername), pages: pages, pace: 2 * time.Minute,
			logs: alone(waldur, auditlogtest.Quirks{PageCap: 6}, goldenRows("r", 12, -10*time.Hour, time.Minute), goldenRows("z", 1, 3*time.Minute, 0)),
		}
	}
	during := func(from, to time.Duration, usual, then auditlogtest.Quirks) func(time.Duration) auditlogtest.Quirks {
		return func(passed time.Duration) auditlogtest.Quirks {
			if passed >= from && passed < to {
				return then
			}
			return usual
		}
	}
	return []goldenCase{
		{
			name: "elasticpath/Pages/order broke", what: "the order by time broke after part of the log was read; after the last page",
			logs: map[auditlogtest.API]goldenLog{elastic: {old, during(2*time.Minute, time.Hour,
				auditlogtest.Quirks{}, auditlogtest.Quirks{Order: auditlogtest.Unordered})}},
			read: listed(elastic, sized(5)), pages: 3, pace: time.Minute, pause: time.Hour, handed: true,
		},
		offsets("offset limit ahead", "some pages before the offset limit of the API", auditlogtest.TimeDescending, 1),
		offsets("offset limit, last page", "after the last page that the offset limit allows", auditlogtest.TimeAscending, 4),
		{
			name: "thousandeyes/Pages/loop", what: "after the page at which the API was found to lead in a circle",
			logs: map[auditlogtest.API]goldenLog{eyes: {old, during(time.Minute, time.Hour,
				auditlogtest.Quirks{PageCap: 5}, auditlogtest.Quirks{PageCap: 5, LoopNext: true})}},
			read: listed(eyes, listing{}), pages: 2, pace: time.Minute, pause: time.Hour,
		},
		grown("Order, grown", "the log grew while it was read in an order that is not by time", 3),
		grown("Order, grown, last page", "the same after the last page", 4),
	}
}

// goldenTrail is all five logs, each with another rhythm, so that their events alternate.
func goldenTrail(change func(api auditlogtest.API, log *goldenLog)) map[auditlogtest.API]goldenLog {
	logs := map[auditlogtest.API]goldenLog{}
	for i, api := range auditlogtest.APIs() {
		log := goldenLog{
			goldenRows("r", 23, -time.Duration(100+i)*time.Minute, time.Duration(2+i%3)*time.Minute), always(auditlogtest.Quirks{PageCap: 5}),
		}
		if change != nil {
			change(api, &log)
		}
		logs[api] = log
	}
	return logs
}

func goldenMerges() []goldenCase {
	listsAs := func(order auditlogtest.Order) map[auditlogtest.API]goldenLog {
		return goldenTrail(func(api auditlogtest.API, log *goldenLog) {
			if api == auditlogtest.ElasticPath {
				log.quirks = always(auditlogtest.Quirks{PageCap: 5, Order: order})
			}
		})
	}
	refused := func(api auditlogtest.API, after int) *auditlogtest.Fault {
		return &auditlogtest.Fault{API: api, Status: http.StatusForbidden, After: after, Times: -1}
	}
	ended := goldenTrail(func(api auditlogtest.API, log *goldenLog) {
		if api == auditlogtest.Akinon {
			log.rows = goldenRows("r", 2, -time.Hour, time.Minute)
		}
	})
	ties := goldenTrail(func(_ auditlogtest.API, log *goldenLog) {
		log.rows = slices.Concat(goldenRows("a", 7, -2*time.Hour, time.Second), goldenRows("g", 8, -time.Hour, 0))
	})
	growing := goldenTrail(func(_ auditlogtest.API, log *goldenLog) {
		log.rows = slices.Concat(log.rows, goldenRows("n", 6, time.Minute, time.Minute))
	})
	cases := []goldenCase{
		{name: "first page", what: "after the first page of five sources", logs: goldenTrail(nil), pages: 1},
		{name: "seventh page", what: "after the seventh page of five sources", logs: goldenTrail(nil), pages: 7},
		{name: "ended", what: "where one source has ended", logs: ended, pages: 9},
		{name: "growing", what: "of logs that grow", logs: growing, pages: 4, pace: 61 * time.Second, pause: time.Hour},
		{name: "ties", what: "within groups of one time in every source", logs: ties, pages: 2},
		{name: "failed", what: "where one source failed at once", logs: goldenTrail(nil), pages: 3, fault: refused(auditlogtest.HuaweiEDS, 0)},
		{name: "failed later", what: "where one source failed after some pages", logs: goldenTrail(nil), pages: 12, fault: refused(auditlogtest.Waldur, 2)},
		{name: "oldest first", what: "where one source lists the oldest first and is sorted", logs: listsAs(auditlogtest.TimeAscending), pages: 3},
		{name: "unordered", what: "where one source lists in no order and is sorted", logs: listsAs(auditlogtest.Unordered), pages: 3},
	}
	for i := range cases {
		cases[i].name, cases[i].read = "Merge/"+cases[i].name, merging(sized(5), auditlogtest.APIs()...)
	}
	return cases
}

func goldenFollowAlls() []goldenCase {
	logs := goldenTrail(func(_ auditlogtest.API, log *goldenLog) {
		log.rows = late(goldenRows("r", 100, -40*time.Second, time.Second), 5, 15*time.Second)
	})
	since := sized(5)
	since.since = goldenStart.Add(-40 * time.Second)
	fault := &auditlogtest.Fault{API: auditlogtest.Akinon, Status: http.StatusForbidden, After: 3, Times: -1}
	cases := []goldenCase{
		{name: "first page", what: "after the first page of the first of five sources; the others have given none", pages: 1},
		{name: "first polls", what: "within the first polls of five sources", pages: 13},
		{name: "later polls", what: "when five sources have been followed for some polls", pages: 60},
		{name: "failed", what: "where one of five sources has ended with an error", pages: 60, fault: fault},
	}
	for i := range cases {
		c := &cases[i]
		c.name, c.logs, c.read = "FollowAll/"+c.name, logs, followingAll(since, auditlogtest.APIs()...)
		c.pause, c.until, c.concurrent = 7*time.Second, 90*time.Second, true
	}
	return cases
}

// severalOf is the source of all logs of an API, of which there is one.
func severalOf(api auditlogtest.API, c *auditlogs.Client, l listing) auditlogs.Source {
	if api == auditlogtest.HuaweiEDS {
		return c.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Since: l.since, ListOptions: l.ListOptions})
	}
	f := auditlogs.PersonalDataLogFilter{Since: l.since, ListOptions: l.ListOptions}
	return c.PersonalDataLogs.SourceOf(f, auditlogs.RelatedDataEntry{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID})
}

// goldenSeverals are states of a source that is made of several logs.
func goldenSeverals() (all []goldenCase) {
	old := goldenRows("r", 27, -10*time.Hour, time.Minute)
	rows := late(goldenRows("r", 100, -40*time.Second, time.Second), 5, 15*time.Second)
	since := sized(4)
	since.since = goldenStart.Add(-40 * time.Second)
	for _, s := range []subject{subjectOf(auditlogtest.HuaweiEDS), subjectOf(auditlogtest.ElasticPath)} {
		pages := func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
			return severalOf(s.api, c, sized(4)).Pages(ctx, from)
		}
		merged := func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
			return auditlogs.MergeFrom(ctx, from, severalOf(s.api, c, sized(4)))
		}
		followed := func(l listing) goldenRead {
			return func(ctx context.Context, c *auditlogs.Client, from auditlogs.Cursor) eventPages {
				return severalOf(s.api, c, l).Follow(ctx, from, goldenFollow)
			}
		}
		none := auditlogtest.Quirks{PageCap: 100}
		all = append(all, named(s, "Several", []goldenCase{
			{name: "Pages", what: "after three pages of the only log", logs: alone(s.api, none, old), read: pages, pages: 3},
			{name: "Merge", what: "after three pages of the only log, merged", logs: alone(s.api, none, old), read: merged, pages: 3},
			{
				name: "Follow, begun", what: "after the first page, without Since", logs: alone(s.api, none, rows), read: followed(sized(4)),
				pages: 1, pause: 7 * time.Second, until: 90 * time.Second,
			},
			{
				name: "Follow, later poll", what: "within a later poll, with records remembered", logs: alone(s.api, none, rows), read: followed(since),
				pages: 12, pause: 7 * time.Second, until: 90 * time.Second,
			},
		})...)
	}
	return all
}

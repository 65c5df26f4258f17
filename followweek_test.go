package auditlogs_test

import (
	"context"
	"flag"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var followSeeds = flag.Int("follow.seeds", 1, "seeds for each way in which a log is followed for a week")

// clock is what a simulated server's clock shows at a moment of the bubble's time.
type clock func(moment time.Time) time.Time

// epoch is where all simulated servers' clocks are about, decades from the bubble's: whoever asks the local one is lost.
const epoch = 26 * 365 * 24 * time.Hour

// skews are ways in which a server's clock goes wrong.
func skews() map[string]clock {
	steady := func(d time.Duration) clock {
		return func(moment time.Time) time.Time { return moment.Add(epoch + d).UTC() }
	}
	return map[string]clock{
		"3h ahead":  steady(3 * time.Hour),
		"2h behind": steady(-2 * time.Hour),
		"drifting": func(moment time.Time) time.Time {
			hours := float64(moment.Unix()%1e7) / 3600
			return steady(time.Duration(math.Sin(hours/12) * float64(20*time.Minute)))(moment)
		},
	}
}

// arrival is a record and the moment, in the bubble's time, at which it becomes visible.
type arrival struct {
	row
	visible time.Time
}

// life is some time of a log that is followed.
type life struct {
	*trial
	t       *testing.T
	clock   clock
	length  time.Duration
	options auditlogs.FollowOptions
	listing listing

	everything bool // each poll reads the whole log

	arrivals  []arrival
	retries   atomic.Int64   // that the hook was told of
	delivered map[string]int // by key
	excused   map[string]int // deliveries that may come again: the consumer crashed after them
	largest   int            // cursor
	polls     int
	lates     int // records delivered although a later one was, by an earlier poll

	newest time.Time // record that the polls before surely delivered
	within time.Time // newest record since
	last   time.Time // when the last page came, by the bubble's time; zero after a restart
	before int64     // retries until then
}

func newLife(t *testing.T, s subject, c clock, seed uint64, length time.Duration) *life {
	l := &life{
		trial: &trial{subject: s, Rand: rand.New(rand.NewPCG(seed, 7))},
		t:     t, clock: c, length: length,
		options:   auditlogs.FollowOptions{Interval: 15 * time.Minute, Lag: 2 * time.Minute, Lookback: 20 * time.Minute, Patience: -1},
		delivered: map[string]int{}, excused: map[string]int{},
	}
	l.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(l.now))
	return l
}

// now is the server's.
func (l *life) now() time.Time { return l.clock(time.Now()) }

// between is a random duration.
func (l *life) between(least, most time.Duration) time.Duration {
	return least + time.Duration(l.Int64N(int64(most-least)+1))
}

// plan makes up the records: lone ones and bursts, of equal times and others, each visible after a delay of its own. The
// longest is what FollowOptions promise, less the seconds that are cut off times.
func (l *life) plan() {
	began := time.Now()
	longest := l.options.Lag + l.options.Lookback - 3*time.Second
	for at := l.between(0, time.Hour); at < l.length; at += l.between(time.Second, 30*time.Minute) {
		n, tie := 1, l.IntN(2) == 0
		if l.IntN(20) == 0 {
			n += l.IntN(60)
		}
		for range n {
			if !tie {
				at += l.between(0, 3*l.step())
			}
			var delay time.Duration
			switch l.IntN(4) {
			case 0:
				delay = l.between(0, longest)
			case 1:
				delay = l.between(longest-time.Second, longest)
			}
			moment := began.Add(at)
			for l.clock(moment.Add(delay)).Sub(l.clock(moment)) > longest { // the server's clock gains
				delay -= time.Second
			}
			l.arrivals = append(l.arrivals, arrival{l.newRow(l.clock(moment)), moment.Add(delay)})
		}
	}
	slices.SortFunc(l.arrivals, func(a, b arrival) int { return a.visible.Compare(b.visible) })
}

// arrive lets the records become visible.
func (l *life) arrive(ctx context.Context) {
	for _, a := range l.arrivals {
		if !sleepFor(ctx, time.Until(a.visible)) {
			return
		}
		l.add(l.srv, a.row)
	}
}

func sleepFor(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// suffer lets the server fail now and then, for one request or for hours. The last hours are without.
func (l *life) suffer(ctx context.Context, r *rand.Rand) {
	end := time.Now().Add(l.length)
	for sleepFor(ctx, time.Duration(r.Int64N(int64(12*time.Hour)))) && time.Now().Before(end) {
		fault := auditlogtest.Fault{API: l.api, Times: -1}
		switch r.IntN(7) {
		case 0:
			fault.Status = http.StatusServiceUnavailable
		case 1:
			fault.Status = http.StatusInternalServerError
		case 2:
			fault.Reset = true
		case 3:
			fault.Truncate = -1 + r.IntN(2)*40
		case 4:
			fault.Status = http.StatusTooManyRequests
			fault.Header = http.Header{"Retry-After": {strconv.Itoa(1 + r.IntN(3600))}}
		case 5:
			fault.Status, fault.Body = http.StatusOK, "<html>maintenance</html>"
		case 6:
			fault.Delay = time.Hour
		}
		for range 1 + r.IntN(3) {
			fault.After = r.IntN(3) // also in the middle of a poll
			l.srv.Inject(fault)
			going := sleepFor(ctx, time.Duration(r.Int64N(int64(2*time.Hour))))
			l.srv.ClearFaults()
			if !going {
				return
			}
		}
	}
}

// client is a new one.
func (l *life) client() *auditlogs.Client {
	hooks := auditlogs.Hooks{OnRetry: func(context.Context, auditlogs.RetryInfo) { l.retries.Add(1) }}
	c, err := auditlogs.NewClient(append(l.srv.Options(), auditlogs.WithHooks(hooks))...)
	require.NoError(l.t, err)
	return c
}

// run follows the log for its length and some hours more, by one client after the other: each stops after some pages, and
// the next goes on from its last cursor; or from the one before, as if the last had not been stored.
func (l *life) run(ctx context.Context) {
	end := time.Now().Add(l.length + 12*time.Hour)
	for time.Now().Before(end) && !l.t.Failed() {
		l.last = time.Time{}
		stop, crash := 1+l.IntN(80), l.IntN(2) == 0
		pages := 0
		for p, err := range l.follow(ctx, l.client(), l.listing, l.options) {
			require.NoError(l.t, err)
			l.take(p)
			if pages++; pages == stop && crash {
				for _, key := range p.keys {
					l.excused[key]++
				}
				break
			}
			if l.listing.Cursor = p.next; pages >= stop || time.Now().After(end) || l.t.Failed() {
				break
			}
		}
		if l.IntN(3) == 0 {
			time.Sleep(l.between(0, 5*time.Hour))
		}
	}
}

// take checks a page as it comes.
func (l *life) take(p *page) {
	retries := l.retries.Load()
	quiet := retries == l.before && !l.last.IsZero()
	gap := time.Since(l.last)
	if quiet && gap >= l.options.Interval { // for sure another poll: in one, only failures take time
		l.polls++
		l.newest = latestOf(l.newest, l.within)
	}
	if quiet {
		assert.LessOrEqual(l.t, gap, l.options.Interval+time.Second, "a poll did not end with a page")
	}
	l.last, l.before = time.Now(), retries
	assert.NotEmpty(l.t, p.next)
	for i, key := range p.keys {
		l.delivered[key]++
		at := p.times[i]
		if !l.newest.IsZero() && at.Before(l.newest) {
			l.lates++
		}
		assert.False(l.t, at.Before(l.newest.Add(-l.options.Lookback-time.Second)), "%s came after records of %s", at, l.newest)
		assert.True(l.t, at.Before(l.now().Add(-l.options.Lag+30*time.Second)), "%s came before its time", at)
		l.within = latestOf(l.within, at)
	}
	l.largest = max(l.largest, len(p.next))
}

func latestOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// verify compares what was delivered with what the log holds.
func (l *life) verify() {
	missing, twice, stored := 0, 0, l.rows(l.srv)
	for _, r := range stored {
		if r.at.Before(l.listing.since) {
			assert.Zero(l.t, l.delivered[r.key], "from before Since")
			continue
		}
		n := l.delivered[r.key]
		if n == 0 {
			missing++
		}
		if n > 1+l.excused[r.key] {
			twice++
		}
	}
	assert.Zero(l.t, missing, "of %d records are missing", len(stored))
	assert.Zero(l.t, twice, "of %d records came twice", len(stored))
	bound := 1000 + 10*l.crowd()
	if l.everything { // a poll under way remembers all it has read
		bound += 9 * len(stored)
	}
	assert.LessOrEqual(l.t, l.largest, bound, "cursor")
	assert.NotZero(l.t, l.lates, "no record was late, so this proved nothing")
	l.t.Logf("%d records, %d late; %d polls, %d requests, %d retries; largest cursor %d bytes, crowd %d",
		len(stored), l.lates, l.polls, len(l.srv.Requests(l.api)), l.retries.Load(), l.largest, l.crowd())
}

// crowd is how many records at most lie within a lookback.
func (l *life) crowd() int {
	rows, most, first := l.rows(l.srv), 0, 0
	for last := range rows {
		for rows[first].at.Sub(rows[last].at) > l.options.Lookback+time.Second {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// followed is a way in which a log is awkward to follow.
type followed struct {
	name    string
	only    []auditlogtest.API // empty: all
	quirks  auditlogtest.Quirks
	skew    string
	ahead   int
	shorter int // only such a part of the time, where each poll reads everything
}

func followedLogs() []followed {
	elastic := []auditlogtest.API{auditlogtest.ElasticPath}
	return []followed{
		{name: "server 3h ahead", skew: "3h ahead"},
		{name: "server 2h behind, short pages", skew: "2h behind", quirks: auditlogtest.Quirks{PageCap: 80, ShortPages: 7}, ahead: 2},
		{name: "server drifting", skew: "drifting", quirks: auditlogtest.Quirks{UnstableTies: true, StartExclusive: true, EndExclusive: true, CursorLifetime: 1}},
		{name: "oldest first", only: elastic, skew: "drifting", quirks: auditlogtest.Quirks{Order: auditlogtest.TimeAscending}},
		{name: "unordered", only: elastic, skew: "3h ahead", quirks: auditlogtest.Quirks{Order: auditlogtest.Unordered}, shorter: 4},
	}
}

func TestFollowWeek(t *testing.T) {
	t.Parallel()
	length := 7 * 24 * time.Hour
	if testing.Short() {
		length = 36 * time.Hour
	}
	for _, s := range subjects() {
		for _, f := range followedLogs() {
			if len(f.only) > 0 && !slices.Contains(f.only, s.api) {
				continue
			}
			for seed := range *followSeeds {
				t.Run(s.name+"/"+f.name+"/"+strconv.Itoa(seed), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { followWeek(t, s, f, uint64(seed), length/time.Duration(max(1, f.shorter))) })
				})
			}
		}
	}
}

func followWeek(t *testing.T, s subject, f followed, seed uint64, length time.Duration) {
	l := newLife(t, s, skews()[f.skew], seed, length)
	defer l.srv.Close()
	l.srv.SetQuirks(s.api, f.quirks)
	l.trial.clock = l.now()
	l.add(l.srv, l.fill(300, 6)...) // what was there before
	l.listing = listing{since: l.now().Add(-time.Hour - 5*time.Minute), ListOptions: auditlogs.ListOptions{Prefetch: f.ahead}}
	if s.maxPage > 0 {
		l.listing.PageSize = 50
	}
	l.everything = f.quirks.Order == auditlogtest.Unordered
	l.plan()
	ctx, cancel := context.WithCancel(t.Context())
	defer synctest.Wait()
	defer cancel()
	go l.arrive(ctx)
	go l.suffer(ctx, rand.New(rand.NewPCG(seed, 8)))
	l.run(ctx)
	l.verify()
}

func newLifeRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

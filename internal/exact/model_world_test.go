package exact

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// row is a record of the model.
type row struct {
	id  int
	at  time.Time
	key string // rows without an identity of their own may share it

	hidden bool // it is counted, and has a place, but is not shown
}

// scrambled puts rows into an order that has nothing to do with time.
func (r row) scrambled() uint64 { return uint64(r.id) * 2_654_435_761 % 1_000_003 }

// world is one log, its server and what happens to it.
type world struct {
	api  string
	rand *rand.Rand
	rows []row // newest first; of equal times, the last added first
	next int
	now  time.Time

	traits    Traits
	order     Order
	serverMax int // the longest page that the server gives
	links     bool

	inserts, deletes int // rows per answer, on average
	ties             int // per cent of rows that share the time of the one before
	unstable         bool
	breaks           bool          // the order by time holds for the newest rows only
	shift            time.Duration // the server takes upper bounds for earlier than they are
	cut              bool
	small, single    bool // pages
	resume, lose     int  // per cent of answers
	race             int  // answers at most whose count comes from before a change
	ranged           bool
	expire           int           // requests that a token is good for; all are refused if it is negative
	ahead            int           // windows asked for ahead
	refuses          int           // the request from which on bounds are refused; 0 if they are not
	cuts             int           // per cent of answers that are cut at any row
	holes            int           // per cent of rows that are counted and not shown, many of them in a row
	surplus          int           // rows that are counted and have no place
	replica          int           // per cent of answers that come from an earlier moment
	jitter           time.Duration // rows come in the order of their arrival, and their times are up to this off
	late             int           // per cent of rows that are off by minutes
	twice            int           // per cent of rows that the server lists twice
	mute             bool          // no count, and no word on whether rows follow
	offset           bool
	nameless         bool  // Huawei: some rows have no id
	counts           bool  // Huawei: the total is right
	equals           int   // per cent of rows that are equal to others of their time, for rows without an identity
	cycle            int   // pages after which a listing begins again, under other tokens; 0 if it ends
	empty            int   // per cent of answers without rows, with a token that differs
	lost             int   // per cent of answers that say that rows follow, but not where
	backdated        int   // rows of earlier times that appear per answer
	endless          bool  // upper bounds are ignored
	few              bool  // pages are of a few rows
	torn             bool  // pages are of any number of rows
	former           bool  // the first cursor is one of an earlier release, with its keys
	shown            []row // by tokens, in this order

	opts      Options
	visible   map[int]bool // rows that must come
	skipped   map[int]bool // rows of the caller's Offset
	delivered map[int]int
	contents  map[string]int // deliveries of each key with its ordinal
	outside   []row          // deliveries that are not in the range
	requests  int
	tokens    map[string]token
	history   [][]row // earlier states, for replicas
	reason    string
	faults    int
	faultText string
	missing   int // rows that did not come although they had to
}

// token is a place in the server's listing by tokens.
type token struct {
	after     row
	low, high time.Time
	born      int    // the request that gave it
	pages     int    // before it
	ties      uint64 // the order of rows that share a time
}

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newWorld makes a log and its server.
func newWorld(api, name string, disturb func(*world), seed uint64) *world {
	h := fnv.New64a()
	_, _ = h.Write([]byte(api + name))
	w := &world{
		api: api, rand: rand.New(rand.NewPCG(seed, h.Sum64())), now: epoch, order: NewestFirst,
		delivered: map[int]int{}, contents: map[string]int{}, tokens: map[string]token{},
	}
	disturb(w)
	if api == "waldur" || api == "thousandeyes" { // whose order is asked for, or always the same
		w.jitter, w.late = 0, 0
	}
	max := 8 + w.rand.IntN(30)
	if w.rand.IntN(2) == 0 {
		max = 4 + w.rand.IntN(6)
	}
	if w.few {
		max = 1 + w.rand.IntN(6)
	}
	switch api {
	case "waldur":
		w.traits, w.order, w.links = Traits{MaxSize: max, SureTotal: true, Paged: true, Reversible: true}, NewestFirst, w.rand.IntN(2) == 0
	case "akinon":
		w.traits, w.order = Traits{MaxSize: max, SureTotal: true, Paged: true, Granule: time.Millisecond, Reversible: true}, NewestFirst
	case "huawei":
		w.traits = Traits{MaxSize: max, MaxSkip: 999_999, Granule: time.Second, Numbered: w.nameless, Undocumented: true}
		w.counts = (w.holes+w.surplus+w.cuts > 0 || w.breaks || w.order == Unordered || w.rand.IntN(2) == 0) && !w.mute
	case "elasticpath":
		w.traits = Traits{MaxSize: max, MaxSkip: 10_000, SureTotal: true, Undocumented: true}
	case "thousandeyes":
		w.traits, w.order = Traits{Granule: time.Second, Numbered: true}, NewestFirst
	}
	w.serverMax = max
	if w.cut {
		w.serverMax = max * 2 / 3
	}
	w.fill(w.rand.IntN(6 * max))
	w.hide()
	w.history = append(w.history, slices.Clone(w.rows))
	w.choose()
	return w
}

// choose decides what the caller asks for.
func (w *world) choose() {
	w.opts = Options{Traits: w.traits}
	if w.ranged && len(w.rows) > 3 {
		w.opts.Until = w.rows[w.rand.IntN(len(w.rows)/2)].at.Add(time.Duration(w.rand.IntN(2)))
		w.opts.Since = w.rows[len(w.rows)/2+w.rand.IntN(len(w.rows)/2)].at.Add(time.Duration(w.rand.IntN(2)))
		if !w.opts.Since.Before(w.opts.Until) {
			w.opts.Since, w.opts.Until = time.Time{}, time.Time{}
		}
		if w.api != "elasticpath" {
			w.opts.Low, w.opts.High = w.opts.Since, w.opts.Until
		}
	}
	if w.small && w.api != "thousandeyes" {
		w.opts.PageSize = 2 + w.rand.IntN(w.traits.MaxSize-1)
	}
	if w.single && w.api != "thousandeyes" {
		w.opts.PageSize = 1
	}
	if w.offset && len(w.rows) > 0 {
		w.opts.Offset = w.rand.IntN(len(w.rows))
	}
}

// fill puts rows into the log, at least a while before the listing begins.
func (w *world) fill(n int) {
	at := w.now.Add(-time.Duration(n+2) * time.Minute)
	for range n {
		if w.rand.IntN(100) >= w.ties {
			at = at.Add(time.Duration(1+w.rand.IntN(90)) * w.tick())
		}
		w.add(at)
	}
}

// hide hides rows, each followed by a run of others.
func (w *world) hide() {
	for i := range w.rows {
		if w.rand.IntN(100) >= w.holes {
			continue
		}
		for j := range w.rows[i:min(len(w.rows), i+1+w.rand.IntN(3)*w.rand.IntN(w.serverMax+1))] {
			w.rows[i+j].hidden = true
		}
	}
}

// tick is how fine the API's times are.
func (w *world) tick() time.Duration {
	if w.api == "huawei" || w.api == "thousandeyes" {
		return time.Second
	}
	return 7 * time.Millisecond
}

// add puts a row in front of all that are not newer.
func (w *world) add(at time.Time) {
	w.next++
	if w.jitter > 0 {
		at = at.Add(-time.Duration(w.rand.Int64N(int64(w.jitter))))
	}
	if w.rand.IntN(100) < w.late {
		at = at.Add(-time.Duration(1+w.rand.IntN(20)) * time.Minute)
	}
	r := row{id: w.next, at: at.Truncate(w.tick()), key: fmt.Sprint("r", w.next)}
	if w.traits.Numbered && w.rand.IntN(100) < cmp.Or(w.equals, 33) {
		r.key = fmt.Sprint("event at ", r.at.Unix()) // equal to others of its second
	}
	i := slices.IndexFunc(w.rows, func(o row) bool { return !o.at.After(r.at) })
	if i < 0 {
		i = len(w.rows)
	}
	w.rows = slices.Insert(w.rows, i, r)
}

// change lets time pass, and rows come and go.
func (w *world) change() {
	w.now = w.now.Add(time.Duration(1+w.rand.IntN(3)) * time.Second)
	if w.inserts > 0 {
		for range w.rand.IntN(2*w.inserts + 1) {
			w.add(w.now.Add(-time.Duration(w.rand.IntN(900)) * time.Millisecond))
		}
	}
	if w.backdated > 0 && len(w.rows) > 0 {
		for range w.rand.IntN(2*w.backdated + 1) {
			w.add(w.rows[w.rand.IntN(len(w.rows))].at)
		}
	}
	if w.deletes > 0 && w.api != "thousandeyes" { // of events that are told apart by counting, none may go
		for range min(len(w.rows), w.rand.IntN(2*w.deletes+1)) {
			i := w.rand.IntN(len(w.rows))
			if w.rand.IntN(3) == 0 {
				i = len(w.rows) - 1 // purged by age
			}
			if w.traits.Numbered && !strings.HasPrefix(w.rows[i].key, "r") {
				continue
			}
			delete(w.visible, w.rows[i].id)
			w.rows = slices.Delete(w.rows, i, i+1)
		}
	}
	if w.replica > 0 {
		w.history = append(w.history, slices.Clone(w.rows))
		w.history = w.history[max(0, len(w.history)-4):]
	}
}

// list is the server's listing of a range, in its order.
func (w *world) list(low, high time.Time) []row { return w.listOf(w.rows, low, high) }

func (w *world) listOf(rows []row, low, high time.Time) []row {
	var list []row
	if w.jitter > 0 || w.late > 0 {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, func(a, b row) int { return b.id - a.id })
	}
	for _, r := range rows {
		if (low.IsZero() || !r.at.Before(low)) && (high.IsZero() || r.at.Before(high)) {
			list = append(list, r)
			if r.scrambled()%100 < uint64(w.twice) {
				list = append(list, r)
			}
		}
	}
	switch w.order {
	case OldestFirst:
		slices.Reverse(list)
	case Unordered:
		slices.SortFunc(list, func(a, b row) int { return cmp.Compare(a.scrambled(), b.scrambled()) })
	default:
		if n := len(list) / 3; w.breaks && len(list) > 3*w.traits.MaxSize && n > 0 && w.traits.Granule != time.Millisecond && !w.traits.Paged && !w.traits.Numbered {
			slices.SortFunc(list[n:], func(a, b row) int { return cmp.Compare(a.scrambled(), b.scrambled()) })
		}
	}
	if w.unstable && !w.traits.Numbered { // a token's place would mean nothing
		w.rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		slices.SortStableFunc(list, func(a, b row) int {
			if w.order == OldestFirst {
				return a.at.Compare(b.at)
			}
			return b.at.Compare(a.at)
		})
	}
	return list
}

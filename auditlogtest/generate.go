package auditlogtest

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// generatedUntil is the time before which all generated records lie. It is fixed, so that a seed gives the same records
// on every run.
var (
	generatedUntil = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	generatedSince = generatedUntil.AddDate(0, 0, -80)
)

// Generate stores n generated records, spread over all five services. The same seed gives the same records on every
// run. The records have made-up people and addresses, bursts, equal times and nulls, and lie in the eighty days before
// 2026-11-01.
func (s *Server) Generate(seed uint64, n int) {
	s.GenerateBetween(generatedSince, generatedUntil, seed, n)
}

// GenerateBetween is like Generate, but the records lie between since, inclusive, and until, exclusive, such as in the last
// week. It uses whole seconds, as some services know no others. If there is none in between, it stores nothing.
func (s *Server) GenerateBetween(since, until time.Time, seed uint64, n int) {
	apis := APIs()
	for i, api := range apis {
		s.GenerateForBetween(api, since, until, seed, (n+len(apis)-1-i)/len(apis))
	}
}

// GenerateFor is like Generate, but for one service. All Elastic Path records are about ResourceType and ResourceID,
// and all ThousandEyes records belong to AccountGroupID, so that a client can read every one of them.
func (s *Server) GenerateFor(api API, seed uint64, n int) {
	s.GenerateForBetween(api, generatedSince, generatedUntil, seed, n)
}

// GenerateForBetween is like GenerateFor, but the records lie in the range that GenerateBetween describes.
func (s *Server) GenerateForBetween(api API, since, until time.Time, seed uint64, n int) {
	since, until = since.Add(time.Second-1).UTC().Truncate(time.Second), until.UTC().Truncate(time.Second)
	if n <= 0 || !since.Before(until) {
		return
	}
	g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(len(api))<<8|uint64(api[0])))} //nolint:gosec // G404: it is to be predictable
	times := g.times(n, since, until)
	switch api {
	case Waldur:
		s.dataAccessLogs.add(generate(times, g.dataAccessLog))
	case HuaweiEDS:
		s.dataAssetLogs.add(generate(times, g.dataAssetLog))
	case Akinon:
		s.auditEvents.add(generate(times, g.auditEvent))
	case ElasticPath:
		s.personalDataLogs.add(generate(times, g.personalDataLog))
	case ThousandEyes:
		events := generate(times, g.userEvent)
		for i := 1; i < n; i++ {
			if g.oneIn(20) { // the same event again, in the same second
				events[i] = events[i-1]
			}
		}
		s.userEvents.add(events)
	}
}

func generate[T any](times []time.Time, record func(time.Time) T) []T {
	records := make([]T, len(times))
	for i, t := range times {
		records[i] = record(t)
	}
	return records
}

// generator makes up records.
type generator struct{ *rand.Rand }

// times returns n times between since and until, oldest first: single times, bursts, and bursts within one instant.
func (g *generator) times(n int, since, until time.Time) []time.Time {
	times := make([]time.Time, 0, n)
	whole := until.Sub(since)
	span := int64(whole - min(time.Hour, whole/4))
	last := until.Add(-time.Microsecond)
	for len(times) < n {
		t := since.Add(time.Duration(g.Int64N(span)).Truncate(time.Microsecond))
		count, step := 1, int64(0)
		switch {
		case g.oneIn(12): // at the same instant
			count = 2 + g.IntN(5)
		case g.oneIn(10): // within seconds
			count, step = 3+g.IntN(10), int64(2*time.Second)
		case g.oneIn(15): // a whole second, which some services write differently
			t = t.Truncate(time.Second)
		}
		for ; count > 0 && len(times) < n; count-- {
			times = append(times, earlier(t, last))
			if step > 0 {
				t = t.Add(time.Duration(g.Int64N(step)).Truncate(time.Microsecond))
			}
		}
	}
	slices.SortStableFunc(times, time.Time.Compare)
	return times
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (g *generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func (g *generator) uuid() string { return uuidOf(g.Uint64()) }

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// ip returns an address from the ranges that are reserved for documentation.
func (g *generator) ip() string {
	last := 1 + g.IntN(254)
	switch g.IntN(4) {
	case 0:
		return "2001:db8::" + strconv.FormatInt(1+g.Int64N(0xffff), 16)
	case 1:
		return "198.51.100." + decimal(last)
	case 2:
		return "203.0.113." + decimal(last)
	}
	return "192.0.2." + decimal(last)
}

// person is a made-up person, with the ids by which the services know that person.
type person struct {
	first, last, login string
	number             int
}

func (p person) name() string  { return p.first + " " + p.last }
func (p person) email() string { return p.login + "@example.org" }
func (p person) uuid() string  { return uuidOf(uint64(p.number)) }

var people = []person{
	{"Alice", "Lebowski", "alice", 1001},
	{"Zoë", "Ångström", "zoe.angstrom", 1002},
	{"José", "Muñoz", "jose.munoz", 1003},
	{"Łukasz", "Żółć", "lukasz", 1004},
	{"Jürgen", "Groß", "juergen.gross", 1005},
	{"Anna", "O'Brien", "anna.obrien", 1006},
	{"Дмитрий", "Иванов", "dmitri", 1007},
	{"Ελένη", "Παπαδοπούλου", "eleni", 1008},
	{"伟", "王", "wei.wang", 1009},
	{"美咲", "佐藤", "misaki.sato", 1010},
	{"민준", "김", "minjun.kim", 1011},
	{"محمد", "الأحمد", "mohammed", 1012},
	{"שרה", "כהן", "sara.cohen", 1013},
	{"Ayşe", "Yılmaz", "ayse.yilmaz", 1014},
	{"Nguyễn", "Thị Hương", "huong", 1015},
	{"Priya", "शर्मा", "priya", 1016},
	{"Mia", `"Max" <& Söhne>`, "mia+tag", 1017},
	{"Sam", "Smiley 😀", "sam", 1018},
}

package main

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var pairsTried = flag.Int("smoke.pairs", 40, "how many pairs of quirks to try; all are about two thousand")

// joined returns the quirks of both. ok is false if both set one field, or if the answers of both to one question differ.
func joined(a, b quirk) (both qs, ok bool) {
	both = a.q
	to, from := reflect.ValueOf(&both).Elem(), reflect.ValueOf(b.q)
	for i := range from.NumField() {
		if from.Field(i).IsZero() {
			continue
		}
		if !to.Field(i).IsZero() {
			return both, false
		}
		to.Field(i).Set(from.Field(i))
	}
	for id, answer := range a.want {
		if other := b.want[id]; other != "" && other != answer {
			return both, false
		}
	}
	return both, !hides(a.field, b.field) && !hides(b.field, a.field)
}

// hides reports whether a quirk makes another impossible, so that the server has only the first.
func hides(a, b string) bool {
	return slices.Contains(map[string][]string{
		"TextRecords": {"NumericIDs"},       // takes precedence
		"LoopNext":    {"OffsetPages"},      // offset is ignored
		"EmptyPages":  {"ShortPages"},       // of the same answers
		"Order":       {"UnstableTies"},     // a random order has no ties
		"NoSignals":   {"CountBehindEvery"}, // lists are cut still, but no count says so: that is named as such
	}[a], b)
}

type pair struct {
	api  auditlogtest.API
	a, b quirk
	both qs
}

func allPairs() (pairs []pair) {
	for _, api := range everyone {
		of := slices.DeleteFunc(slices.Clone(quirks), func(q quirk) bool { return !slices.Contains(q.apis, api) })
		for i := range of {
			for j := range i {
				if both, ok := joined(of[j], of[i]); ok {
					pairs = append(pairs, pair{api, of[j], of[i], both})
				}
			}
		}
	}
	return pairs
}

// Of two quirks together, no answer is wrong: each is that of one of the two, or says that it cannot be seen any more. Most can.
func TestPairsOfQuirks(t *testing.T) {
	t.Parallel()
	usual := usualAnswers(t)
	pairs := allPairs()
	random := rand.New(rand.NewPCG(16, 1))
	random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	n := min(*pairsTried, len(pairs))
	if testing.Short() {
		n = min(n, 10)
	}
	wanted, seen := 0, 0
	for _, p := range pairs[:n] {
		w, s := p.check(t, usual[p.api])
		wanted, seen = wanted+w, seen+s
	}
	require.Greater(t, seen, wanted*4/5)
}

// check returns how many answers are to be named, and how many are.
func (p pair) check(t *testing.T, usual map[string]string) (wanted, seen int) {
	t.Helper()
	server := serve(t, p.api, size[p.api], p.both)
	defer server.Close()
	for _, q := range []quirk{p.a, p.b} {
		if q.setUp != nil {
			q.setUp(server)
		}
	}
	what := fmt.Sprintf("%s: %+v", p.api, p.both)
	r := asked(t, server, p.api)
	if r.preflight != "" { // the client refuses such answers
		require.Equal(t, "the client cannot read an answer", r.preflight, what)
		return 0, 0
	}
	want := maps.Clone(p.a.want)
	maps.Copy(want, p.b.want)
	got := answers(r)
	for id, answer := range want {
		if id == "client" { // what is in the range depends on all of it
			continue
		}
		if wanted++; got[id] == answer {
			seen++
		} else if id != "hidden" || got[id] != "confirmed: each of the first does" {
			require.True(t, strings.HasPrefix(got[id], string(notSeen)), "%s: %s is %q, not %q", what, id, got[id], answer)
		}
	}
	for id, answer := range changed(usual, got, want) {
		if id != "client" && want[id] == "" {
			require.False(t, strings.HasPrefix(answer, string(differs)), "%s: %s is %q", what, id, answer)
		}
	}
	return wanted, seen
}

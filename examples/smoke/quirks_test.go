package main

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// quirk is a way in which a server differs, and how the program names it. Nothing else may be answered in another way than by
// the usual server.
type quirk struct {
	field string
	apis  []auditlogtest.API
	q     auditlogtest.Quirks
	want  map[string]string
	setUp func(*auditlogtest.Server)
}

const (
	wa = auditlogtest.Waldur
	hu = auditlogtest.HuaweiEDS
	ak = auditlogtest.Akinon
	ep = auditlogtest.ElasticPath
	te = auditlogtest.ThousandEyes
)

const (
	unsteady = "differs: it goes up and down"
)

type (
	apis = []auditlogtest.API
	want = map[string]string
	qs   = auditlogtest.Quirks
)

// unseen are the fields that cannot be seen from outside in two minutes without writing, with the reason.
var unseen = map[string]string{
	"Retention":     "what is older is not there: it looks like a log that began later",
	"TokenLifetime": "a token must become too old, which takes an hour",
}

var (
	everyone  = auditlogtest.APIs()
	paging    = apis{wa, hu, ak, ep}
	again     = "differs: it is the first page again"
	hideFrom  = now.Add(-40 * time.Hour)
	hideUntil = now.Add(-20 * time.Hour)
)

var quirks = []quirk{
	{"PageCap", paging, qs{PageCap: 7}, want{"page-size": "differs: reduced by the server"}, nil},
	{"PageCap", paging, qs{PageCap: 64}, want{"page-size": "differs: reduced by the server"}, nil},
	{"PageCap", apis{te}, qs{PageCap: 7}, want{"page-size": "differs: reduced by the server"}, nil},
	{"PageCap", apis{te}, qs{PageCap: 64}, want{"page-size": "differs: reduced by the server"}, nil},
	{"PageDefault", apis{wa, hu}, qs{PageDefault: 7}, want{"default-size": "differs: another size"}, nil},
	{"PageDefault", apis{ak, ep, te}, qs{PageDefault: 7}, want{}, nil},
	{"ShortPages", paging, qs{ShortPages: 1}, want{"short-pages": "differs: all are shorter"}, nil},
	{"ShortPages", everyone, qs{ShortPages: 2}, want{"short-pages": "differs: some are shorter than others"}, nil},
	{"ShortPages", everyone, qs{ShortPages: 3}, want{"short-pages": "differs: some are shorter than others"}, nil},
	{"ShortPages", apis{te}, qs{ShortPages: 1}, want{"short-pages": "differs: all are shorter"}, nil},
	{"EmptyPages", apis{te}, qs{EmptyPages: 2}, want{"empty-pages": "differs: there are"}, nil},
	{"EmptyPages", apis{te}, qs{EmptyPages: 3}, want{"empty-pages": "differs: there are"}, nil},
	{"HideFrom", paging, qs{HideFrom: hideFrom, HideTo: hideUntil}, want{"hidden": "differs: some places show none"}, nil},
	{"HideTo", paging, qs{HideFrom: hideFrom, HideTo: hideUntil}, want{"hidden": "differs: some places show none"}, nil},
	{"HideTo", apis{wa, ak}, qs{HideTo: hideUntil}, want{"hidden": "differs: some places show none"}, nil},
	{"CountBehind", apis{ep}, qs{CountBehind: 3}, want{"total": "differs: too small"}, nil},
	{"CountBehind", apis{wa, ak}, qs{CountBehind: 3}, want{"lists-behind": "differs: some do"}, nil},
	{"CountBehindEvery", apis{wa, ak}, qs{CountBehind: 3, CountBehindEvery: 2}, want{"count-steady": unsteady}, nil},
	{"CountBehindEvery", apis{wa}, qs{CountBehind: 3, CountBehindEvery: 3}, want{"count-steady": unsteady}, nil},
	{"CountBehindEvery", apis{ak}, qs{CountBehind: 3, CountBehindEvery: 3}, want{"count-steady": unsteady, "client": "differs: List has a record that Pages has not"}, nil},
	{"CountBehindEvery", apis{ep}, qs{CountBehind: 3, CountBehindEvery: 2}, want{"count-steady": unsteady}, nil},
	{"CountBehindEvery", apis{ep}, qs{CountBehind: 3, CountBehindEvery: 3}, want{"count-steady": unsteady}, nil},
	{"NoSignals", apis{wa, ak, ep}, qs{NoSignals: true}, want{"signals": "differs: they have not"}, nil},
	{"UnstableTies", everyone, qs{UnstableTies: true}, want{"ties": "differs: the order changes"}, nil},
	{"Order", apis{hu, te}, qs{Order: auditlogtest.TimeAscending}, want{"order": "differs: oldest first"}, nil},
	{"Order", apis{hu, te}, qs{Order: auditlogtest.Unordered}, want{"order": "differs: not by time"}, nil},
	{"Order", apis{ak, ep}, qs{Order: auditlogtest.TimeAscending}, want{"order": "learned: oldest first"}, nil},
	{"Order", apis{ak, ep}, qs{Order: auditlogtest.Unordered}, want{"order": "learned: not by time"}, nil},
	{"LoopNext", apis{wa, ak}, qs{LoopNext: true}, want{"endless": again}, nil},
	{"LoopNext", apis{hu}, qs{LoopNext: true}, want{"endless": again, "offset": "differs: nothing: it is ignored"}, nil},
	{"LoopNext", apis{ep}, qs{LoopNext: true}, want{"endless": again}, nil},
	{"LoopNext", apis{te}, qs{LoopNext: true}, want{"endless": "differs: they lead to the first page again"}, nil},
	{"ForeignNext", apis{wa, ak, ep, te}, qs{ForeignNext: "other.example.org"}, want{"next-host": "differs: another scheme or host"}, nil},
	{"ForeignNext", apis{wa, ak, ep, te}, qs{ForeignNext: "https://127.0.0.1:1"}, want{"next-host": "differs: another scheme or host"}, nil},
	{"StartExclusive", apis{hu, te}, qs{StartExclusive: true}, want{"start": "learned: exclusive"}, nil},
	{"EndExclusive", apis{hu, te}, qs{EndExclusive: true}, want{"end": "learned: exclusive"}, nil},
	{"Total", apis{hu, ep}, qs{Total: auditlogtest.TotalMissing}, want{"total": "differs: missing"}, nil},
	{"Total", apis{hu, ep}, qs{Total: auditlogtest.TotalZero}, want{"total": "differs: zero"}, nil},
	{"Total", apis{hu}, qs{Total: auditlogtest.TotalWrong}, want{"total": "differs: wrong"}, nil},
	{"Total", apis{ep}, qs{Total: auditlogtest.TotalWrong}, want{"total": "differs: wrong", "count-steady": unsteady}, nil},
	{"NullLists", apis{hu, ep}, qs{NullLists: true}, want{"empty": "confirmed: null"}, nil},
	{"NumericIDs", apis{ep}, qs{NumericIDs: true}, want{"ids": "confirmed: a number"}, nil},
	{"NumericIDs", apis{te}, qs{NumericIDs: true}, want{"ids": "differs: numbers"}, nil},
	{"TextRecords", apis{ak}, qs{TextRecords: true}, want{"zone": "differs: some do not"}, nil},
	{"TextRecords", apis{ep}, qs{TextRecords: true}, want{"initiator": "differs: texts"}, nil},
	{"Errors", apis{te}, qs{Errors: auditlogtest.ErrorsTitled}, want{"errors": "differs: a title alone"}, nil},
	{"Errors", apis{te}, qs{Errors: auditlogtest.ErrorsInMessage}, want{"errors": "differs: an errorMessage alone"}, nil},
	{"Errors", apis{te}, qs{Errors: auditlogtest.ErrorsOfSpring}, want{"errors": "differs: that of the framework Spring"}, nil},
	{"Errors", apis{te}, qs{Errors: auditlogtest.ErrorsEmpty}, want{"errors": "differs: no body"}, nil},
	{"Chunked", everyone, qs{Chunked: true}, want{"framing": "confirmed: in chunks"}, nil},
	{"UntilClose", everyone, qs{UntilClose: true}, want{"framing": "differs: by the end of the connection"}, nil},
	{"ByteOrderMark", everyone, qs{ByteOrderMark: true}, want{"bom": "differs: some do"}, nil},
	{"Gzip", everyone, qs{Gzip: true}, want{"gzip": "confirmed: some are"}, nil},
	{"Envelope", apis{wa}, qs{Envelope: true}, want{"list": "differs: an envelope"}, nil},
	{"TimeZone", apis{wa}, qs{TimeZone: time.FixedZone("", 3*60*60)}, want{"days": "differs: not in UTC"}, nil},
	{"TimeZone", apis{wa}, qs{TimeZone: time.FixedZone("", -5*60*60)}, want{"days": "differs: not in UTC"}, nil},
	{"OffsetPages", apis{hu}, qs{OffsetPages: true}, want{"offset": "learned: pages"}, nil},
	{"RowsMember", apis{hu}, qs{RowsMember: true}, want{"list": "differs: rows"}, nil},
	{"RefuseBounds", apis{hu}, qs{RefuseBounds: true}, want{"bounds-form": "differs: refused"}, nil},
	{"LargestLimit", apis{ak}, qs{LargestLimit: 100}, want{"page-size": "differs: refused"}, nil},
	{"LargestLimit", apis{ak}, qs{LargestLimit: 20}, want{"page-size": "differs: refused", "client": "failed: invalid request"}, nil},
	{"IgnoreSort", apis{ak}, qs{IgnoreSort: true}, want{"sort": "differs: ignored"}, nil},
	{"RefuseSort", apis{ak}, qs{RefuseSort: true}, want{"sort": "differs: refused"}, nil},
	{"MillisecondBounds", apis{ak}, qs{MillisecondBounds: true}, want{"bounds-exact": "confirmed: to the millisecond"}, nil},
	{"Next", apis{ep}, qs{Next: auditlogtest.NextNullText}, want{"absent-link": `differs: the text "null"`}, nil},
	{"Next", apis{ep}, qs{Next: auditlogtest.NextMissing}, want{"absent-link": "differs: missing"}, nil},
	{"Next", apis{ep}, qs{Next: auditlogtest.NextNoLinks}, want{"absent-link": "differs: no links at all"}, nil},
	{"WrapToken", apis{ep}, qs{WrapToken: true}, want{"login": "confirmed: within data"}, nil},
	{"CursorLifetime", apis{te}, qs{CursorLifetime: -1}, want{"cursor": "differs: it is refused"}, nil},
	{"CursorLifetime", apis{te}, qs{CursorLifetime: 1}, want{"cursor-again": "differs: it is refused"}, nil},
	{"OldestStart", apis{te}, qs{OldestStart: 3 * 365 * 24 * time.Hour}, want{"oldest": "differs: refused"}, nil},
	{"EmptyRun", apis{te}, qs{EmptyRun: 1}, want{"empty-pages": "differs: there are"}, nil},
	{"EmptyRun", apis{te}, qs{EmptyRun: 3}, want{"empty-pages": "differs: there are"}, nil},
	{"RepeatPages", apis{te}, qs{RepeatPages: 1}, want{"endless": "differs: they lead to the first page again"}, nil},
	{"RepeatPages", apis{te}, qs{RepeatPages: 3}, want{"endless": "differs: they lead to the first page again"}, nil},
	{"ForbiddenGroup", apis{te}, qs{ForbiddenGroup: "777"}, want{"groups": "differs: some are refused"}, func(s *auditlogtest.Server) {
		s.AddAccountGroups(auditlogs.AccountGroup{AccountGroupID: "777", AccountGroupName: "Hidden group"})
	}},
	{"RefuseMax", apis{te}, qs{RefuseMax: true}, want{"max": "differs: refused"}, nil},
	{"PlainNext", apis{te}, qs{PlainNext: true}, want{"next": "differs: a text"}, nil},
	{"BareNext", apis{te}, qs{BareNext: 1}, want{"next": "differs: without a query"}, nil},
	{"BareNext", apis{te}, qs{BareNext: 3}, want{"next": "differs: without a query"}, nil},
	{"EndIgnored", apis{te}, qs{EndIgnored: true}, want{"end-honoured": "differs: ignored"}, nil},
	{"ShuffleResources", apis{te}, qs{ShuffleResources: true}, want{"resources": "differs: the order changes"}, nil},
	{"DefaultWindow", apis{te}, qs{DefaultWindow: 48 * time.Hour}, want{"default-range": "learned: one of its own"}, nil},
}

// Every field of Quirks is named, or there is a reason why it cannot be.
func TestEveryQuirkIsNamed(t *testing.T) {
	t.Parallel()
	fields := map[string]bool{}
	for _, q := range quirks {
		fields[q.field] = true
		require.False(t, reflect.ValueOf(q.q).FieldByName(q.field).IsZero(), "%s is not set", q.field)
	}
	of := reflect.TypeFor[auditlogtest.Quirks]()
	for field := range of.Fields() {
		name := field.Name
		require.True(t, fields[name] != (unseen[name] != ""), "%s needs findings, or a reason why there are none", name)
	}
	require.Equal(t, of.NumField(), len(fields)+len(unseen))
}

// size is how many records of an API fill more than its largest page.
var size = map[auditlogtest.API]int{wa: 320, hu: 1010, ak: 1010, ep: 120, te: 520}

func usualAnswers(t *testing.T) map[auditlogtest.API]map[string]string {
	t.Helper()
	usual := map[auditlogtest.API]map[string]string{}
	for _, api := range everyone {
		usual[api] = answers(asked(t, serve(t, api, size[api], qs{}), api))
	}
	return usual
}

// Each quirk is named by its answers. No other answer changes, but that some questions cannot be answered any more.
func TestQuirks(t *testing.T) {
	t.Parallel()
	usual := usualAnswers(t)
	for i, q := range quirks {
		for j, api := range q.apis {
			if testing.Short() && (j+i)%len(q.apis) > 0 { // one API for each quirk, in turn
				continue
			}
			t.Run(fmt.Sprintf("%d %s %s", i, q.field, api), func(t *testing.T) {
				t.Parallel()
				server := serve(t, api, size[api], q.q)
				if q.setUp != nil {
					q.setUp(server)
				}
				got := asked(t, server, api)
				require.Empty(t, got.preflight)
				require.Equal(t, q.want, changed(usual[api], answers(got), q.want))
			})
		}
	}
}

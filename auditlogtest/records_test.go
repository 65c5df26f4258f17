package auditlogtest_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func TestGenerate(t *testing.T) {
	t.Parallel()
	one, two, other := newServer(t), newServer(t), newServer(t)
	one.Generate(7, 5003)
	two.Generate(7, 5003)
	other.Generate(8, 5003)
	everything := func(s *auditlogtest.Server) []any {
		return []any{s.DataAccessLogs(), s.DataAssetLogs(), s.AuditEvents(), s.PersonalDataLogs(), s.UserEvents()}
	}
	total := 0
	for i, rows := range everything(one) {
		if !reflect.DeepEqual(rows, everything(two)[i]) {
			t.Errorf("%T: not the same for one seed", rows)
		}
		if reflect.DeepEqual(rows, everything(other)[i]) {
			t.Errorf("%T: the same for two seeds", rows)
		}
		total += reflect.ValueOf(rows).Len()
	}
	if total != 5003 {
		t.Errorf("%d rows", total)
	}
	times := map[string][]time.Time{}
	ids := map[string]bool{}
	var deleted, nobody, bare, nameless, repeated int
	for _, l := range one.DataAccessLogs() {
		times["waldur"], ids[l.UUID] = append(times["waldur"], l.Timestamp), true
		if l.Accessor == nil {
			deleted++
		}
	}
	for _, l := range one.DataAssetLogs() {
		times["huawei"], ids[l.AuditLogID] = append(times["huawei"], l.HappenedTime), true
		if l.CustomerUserName == "" {
			nameless++
		}
	}
	for _, e := range one.AuditEvents() {
		times["akinon"], ids[e.UUID] = append(times["akinon"], e.Timestamp), true
		if e.User == nil {
			nobody++
		} else if e.User.Email == "" {
			bare++
		}
	}
	for _, l := range one.PersonalDataLogs() {
		times["elasticpath"], ids[l.ID] = append(times["elasticpath"], l.Time), true
	}
	events := one.UserEvents()
	for i, e := range events {
		times["thousandeyes"], ids[fmt.Sprint(i)] = append(times["thousandeyes"], e.Date), true
		if i > 0 && reflect.DeepEqual(e, events[i-1]) {
			repeated++
		}
	}
	if len(ids) != total || deleted*nobody*bare*nameless*repeated == 0 {
		t.Errorf("%d ids of %d rows; deleted %d, nobody %d, bare %d, nameless %d, repeated %d",
			len(ids), total, deleted, nobody, bare, nameless, repeated)
	}
	for api, each := range times {
		equal := 0
		for i := 1; i < len(each); i++ {
			if each[i].After(each[i-1]) {
				t.Fatalf("%s: not newest first", api)
			}
			if each[i].Equal(each[i-1]) {
				equal++
			}
		}
		if each[0].After(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) || equal < 10 {
			t.Errorf("%s: newest %v, %d equal times", api, each[0], equal)
		}
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	broken := json.RawMessage(`{"broken": <`)
	srv.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: aliceID, Raw: broken})
	srv.AddDataAssetLogs(auditlogs.DataAssetLog{Raw: broken})
	srv.AddAuditEvents(auditlogs.AuditEvent{UUID: aliceID, Raw: broken})
	srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{Raw: broken})
	srv.AddUserEvents(auditlogs.UserEvent{Raw: broken})
	for _, api := range auditlogtest.APIs() {
		get(t, srv, listPaths[api]).want(t, 200, "["+string(broken)+"]")
	}
	get(t, srv, "/api/data-access-logs/"+aliceID+"/").want(t, 200, string(broken))
	get(t, srv, akinonPath+"a1b2c3d4-e5f6-7890-abcd-ef1234567890/").want(t, 200, string(broken))
}

func TestStoredForm(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	local := day.Add(1234567).In(time.FixedZone("", 3600))
	accessor := &auditlogs.UserRef{UUID: "0D9A6E5B-4C3F-42A1-B0C9-D8E7F6A5B4C3"}
	srv.AddDataAccessLogs(auditlogs.DataAccessLog{Timestamp: local, Accessor: accessor}, auditlogs.DataAccessLog{Timestamp: local})
	logs := srv.DataAccessLogs()
	if len(logs) != 2 || logs[1].Timestamp != day.Add(1234000) || len(logs[0].UUID) != 32 || logs[0].UUID == logs[1].UUID ||
		logs[1].Accessor.UUID != samID || accessor.UUID == samID {
		t.Errorf("got %+v", logs)
	}
	if n := srv.DeleteDataAccessLogs(func(l auditlogs.DataAccessLog) bool { return l.Accessor == nil }); n != 1 {
		t.Errorf("deleted %d", n)
	}
	srv.Generate(1, 20)
	n := srv.DeleteDataAssetLogs(func(auditlogs.DataAssetLog) bool { return true }) +
		srv.DeleteAuditEvents(func(auditlogs.AuditEvent) bool { return true }) +
		srv.DeletePersonalDataLogs(func(auditlogs.PersonalDataLog) bool { return true }) +
		srv.DeleteUserEvents(func(auditlogs.UserEvent) bool { return true })
	if n != 16 || len(srv.UserEvents())+len(srv.AuditEvents())+len(srv.DataAssetLogs())+len(srv.PersonalDataLogs()) != 0 {
		t.Errorf("deleted %d", n)
	}
}

// TestUnstableTies reads pages that cut a group of equal times: each request has the group in another order.
func TestUnstableTies(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.WithQuirks("", auditlogtest.Quirks{UnstableTies: true}))
	for i := range 20 {
		srv.AddDataAccessLogs(named(fmt.Sprint(i), day))
		srv.AddUserEvents(auditlogs.UserEvent{Event: fmt.Sprint(i), Date: day})
	}
	srv.AddDataAccessLogs(named("newer", day.Add(1000)), named("older", day.Add(-1000)))
	read := func() []string {
		return strings.Split(fields(waldurRows(t, get(t, srv, listPaths[auditlogtest.Waldur]+"?page_size=50"))), ",")
	}
	one, two := read(), read()
	if slices.Equal(one, two) || one[0] != "newer" || one[21] != "older" || two[0] != "newer" || two[21] != "older" {
		t.Errorf("got %v and %v", one, two)
	}
	slices.Sort(one)
	slices.Sort(two)
	if !slices.Equal(one, two) {
		t.Errorf("not the same rows: %v and %v", one, two)
	}
	// A cursor is to lead over such a group without a loss.
	srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{UnstableTies: true, PageCap: 6})
	events := strings.FieldsFunc(follow(t, srv, thousandEyes), func(r rune) bool { return r == ',' || r == '|' })
	sorted := slices.Clone(events)
	slices.Sort(sorted)
	if slices.Equal(events, sorted) || len(slices.Compact(sorted)) != 20 {
		t.Errorf("got %v", events)
	}
}

// TestLargeStore pages through a hundred thousand rows, with a row added between every two pages.
func TestLargeStore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a hundred thousand rows")
	}
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Akinon, 1, 100_000)
	n := 0
	for page := 1; ; page++ {
		r := get(t, srv, akinonPath+"?limit=1000&page="+strconv.Itoa(page)).want(t, 200, "")
		n += strings.Count(r.text, `"uuid":`)
		if strings.Contains(r.text, `"next":null`) {
			break
		}
		srv.AddAuditEvents(auditlogs.AuditEvent{Timestamp: day.AddDate(1, 0, 0)})
	}
	if n != 100_100 {
		t.Errorf("read %d rows", n)
	}
}

package ocsf_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// TestGeneratedEvents reads 1000 events of each API with the client, and checks them against the official schema; fewer under
// -short.
func TestGeneratedEvents(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			official := schemaOf(t, v)
			checked, each := 0, 1000
			if testing.Short() {
				each = 100
			}
			for _, l := range logs() {
				for _, e := range generated(t, l, each) {
					text, err := ocsf.Map(e, v)
					require.NoError(t, err)
					require.Empty(t, official.check(text), "%s", text)
					checked++
				}
			}
			t.Log("events checked:", checked)
		})
	}
}

// TestOddRecords checks records that lack what they usually have, or have it in an unusual form.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			official := schemaOf(t, v)
			for _, odd := range oddRecords {
				e := read(t, odd.api, odd.record)
				for _, e := range []auditlogs.Event{e, e.Redacted(), without(e)} {
					text, err := ocsf.Map(e, v)
					require.NoError(t, err, odd.record)
					require.Empty(t, official.check(text), "%.2000s", text)
				}
			}
		})
	}
}

// without returns an event as a program of its own makes one: it has a record, but no JSON of it.
func without(e auditlogs.Event) auditlogs.Event {
	e.Raw = nil
	return e
}

// read returns the event of a record.
func read(t testing.TB, api auditlogs.API, record string) auditlogs.Event {
	t.Helper()
	var e auditlogs.Event
	switch api {
	case auditlogs.APIWaldur:
		e = eventOf[auditlogs.DataAccessLog](t, record)
	case auditlogs.APIHuaweiEDS:
		e = eventOf[auditlogs.DataAssetLog](t, record)
	case auditlogs.APIAkinon:
		e = eventOf[auditlogs.AuditEvent](t, record)
	case auditlogs.APIElasticPath:
		e = eventOf[auditlogs.PersonalDataLog](t, record)
	case auditlogs.APIThousandEyes:
		e = eventOf[auditlogs.UserEvent](t, record)
	}
	return timed(e)
}

// timed returns an event that has a time, which not every record has.
func timed(e auditlogs.Event) auditlogs.Event {
	if e.Time.IsZero() {
		e.Time = time.Date(2026, 3, 1, 11, 30, 0, 250e6, time.UTC)
	}
	return e
}

func eventOf[T interface{ AsEvent() auditlogs.Event }](t testing.TB, record string) auditlogs.Event {
	t.Helper()
	var r T
	require.NoError(t, json.Unmarshal([]byte(record), &r), record)
	return r.AsEvent()
}

var long = strings.Repeat("long é ", 20_000)

var oddRecords = []struct {
	api    auditlogs.API
	record string
}{
	{auditlogs.APIWaldur, `{}`},
	{auditlogs.APIWaldur, `{"uuid":"a","accessor_type":"` + long + `","user":{"username":"` + long + `"},"ip_address":"` + long + `"}`},
	{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"` + long + `"}}`},
	{auditlogs.APIWaldur, `{"uuid":"a","accessor":null,"accessor_type":"robot","user":{},"ip_address":"fe80::1%eth0","context":[1]}`},
	{auditlogs.APIWaldur, `{"uuid":"a","accessor":{"username":"u"},"user":{"full_name":"F"},"context":{"method":"PATCH","endpoint":7,"more":{"a":null}}}`},
	{auditlogs.APIWaldur, `{"uuid":"a","context":{"method":"BREW","endpoint":"","method ":1}}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a"}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"VIEW"}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"NONE","customer_connector_id":"c"}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"FORWARD","customer_user_name":"u","description":{"k":"v"}}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"DELETE","resource_id":"r","resource_name":"` + long + `"}`},
	{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"` + long + `"}`},
	{auditlogs.APIAkinon, `{"uuid":"a"}`},
	{auditlogs.APIAkinon, `{"uuid":"a","user":7,"url":"not a url","remote_addr":"192.0.2.1, 198.51.100.2,2001:db8::1"}`},
	{auditlogs.APIAkinon, `{"uuid":"a","user":{"id":7,"email":"no address","username":"u"},"remote_addr":"192.0.2.1, unknown"}`},
	{auditlogs.APIAkinon, `{"uuid":"a","user":{"id":7,"email":"a@b.c","first_name":"F"},"url":"https://h?x=1","object_id":1}`},
	{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"POST"},"url":"https://h/p/?q","content_type":4}`},
	{auditlogs.APIAkinon, `{"uuid":"a","headers":{"Request-Method":"GET"},"object_id":9,"content_type":4,"user":"7"}`},
	{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"PATCH"},"url":"` + long + `"}`},
	{auditlogs.APIAkinon, `{"uuid":"a","headers":"REQUEST_METHOD: GET","post_data":"` + "\u2028" + `","user":{"username":"u"}}`},
	{auditlogs.APIElasticPath, `{"id":"a"}`},
	{auditlogs.APIElasticPath, `{"id":"a","initiator":"{\"access-token-id\":1}","relationships":"/v2/x","event_type":"customer.event.merged"}`},
	{auditlogs.APIElasticPath, `{"id":"a","initiator":{"access-token-email":"nobody","access-token-id":1222341536243515939},"delta":[1.50,"x"],"event_type":"created"}`},
	{auditlogs.APIElasticPath, `{"id":"a","event_type":"a.event.deleted","delta":{"a":"` + long + `"},"resource_id":"r","resource_type":"` + long + `"}`},
	{auditlogs.APIThousandEyes, `{"aid":"1"}`},
	{auditlogs.APIThousandEyes, `{"event":"Login failed."}`},
	{auditlogs.APIThousandEyes, `{"event":"User logged out","user":"Z (z@example.org)","uid":"7","ipAddress":"99.128.0.0/11"}`},
	{auditlogs.APIThousandEyes, `{"event":"Login","accountGroupName":"G","user":"Z (not an address)"}`},
	{auditlogs.APIThousandEyes, `{"event":"  Something unheard of…  ","resources":[{"type":"t","name":"n"},{"type":"u","name":"m"}]}`},
	{auditlogs.APIThousandEyes, `{"event":"` + long + `","user":"` + long + `","resources":[{"type":"","name":""}]}`},
	{auditlogs.APIThousandEyes, `{"event":".","aid":3,"resources":[]}`},
}

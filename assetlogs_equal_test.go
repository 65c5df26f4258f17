package auditlogs_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// addNameless stores records of Huawei that the server shows without an ID.
func addNameless(srv *auditlogtest.Server, at time.Time, user string, descriptions ...string) {
	for _, description := range descriptions {
		raw := fmt.Sprintf(`{"audit_log_id":null,"customer_user_name":%q,"happend_time":%q,"description":%s}`, user, at.Format("2006-01-02T15:04:05Z"), description)
		srv.AddDataAssetLogs(auditlogs.DataAssetLog{HappenedTime: at, CustomerUserName: user, Raw: json.RawMessage(raw)})
	}
}

// Records without an ID are told apart by their descriptions and, if they are equal, by counting them.
func TestEqualRecordsOfHuawei(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"plain": {}, "oldest first": {Order: auditlogtest.TimeAscending}, "offset counts pages": {OffsetPages: true}, "short pages": {PageCap: 12, ShortPages: 3},
	} {
		for _, size := range fewer([]int{0, 12, 9, 20}) {
			for _, prefetch := range []int{0, 2} {
				t.Run(fmt.Sprintf("%s, pages of %d, prefetch %d", name, size, prefetch), func(t *testing.T) {
					t.Parallel()
					sampled(t)
					r := newRig(t, subjectOf(auditlogtest.HuaweiEDS))
					r.srv.SetQuirks(r.api, quirks)
					r.fill(12, time.Second)
					for i := range 20 {
						addNameless(r.srv, noon.Add(-time.Duration(i)*time.Second), "same", `null`, `{"a":"b"}`, `{"a":"b"}`, `{"a":"c","d":"e"}`, `null`)
					}
					l := r.by(size)
					l.Prefetch = prefetch
					for name, read := range readers(r.subject) {
						keys, err := read(t.Context(), r.client, l)
						require.NoError(t, err, name)
						require.Len(t, keys, 12+100, name)
						require.False(t, hasTwice(keys), name)
					}
				})
			}
		}
	}
}

// A record with an ID that comes twice is one record, also next to records without one.
func TestARecordOfHuaweiThatComesTwice(t *testing.T) {
	t.Parallel()
	const row = `{"audit_log_id":"1","happend_time":"2026-01-14T09:00:00Z"}`
	for _, others := range []string{``, `,{"happend_time":"2026-01-14T09:00:00Z"}`} {
		client, _ := svcServe(t, svcAnswer(200, `{"data":[`+row+others+`,`+row+others+`],"total":4}`))
		page, err := client.DataAssetLogs.List(t.Context(), huaweiFilter)
		require.NoError(t, err)
		var ordinals []int
		for _, l := range page.Items {
			ordinals = append(ordinals, l.Ordinal)
		}
		if others == "" {
			require.Equal(t, []int{0}, ordinals)
		} else {
			require.Equal(t, []int{0, 0, 1}, ordinals)
		}
	}
}

func TestFollowEqualRecordsOfHuawei(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.HuaweiEDS)}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
		defer c.srv.Close()
		since := c.now()
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			if len(pages) < 12 {
				addNameless(c.srv, c.now(), "same", `null`, `null`, `{"a":"b"}`, `{"a":"c"}`, `{"a":"b"}`)
			}
			return len(pages) == 20
		})
		require.Len(t, followedKeys(pages), 11*5)
		require.False(t, hasTwice(followedKeys(pages)))
	})
}

func TestKeysOfDataAssetLogs(t *testing.T) {
	t.Parallel()
	base := auditlogs.DataAssetLog{ResourceID: "r", CustomerUserName: "u", HappenedTime: noon, Action: auditlogs.DataAssetView}
	// Stored keys stay what they are.
	require.Equal(t, "6e029a61af4f101f98d9e9f875fd2b84", base.Key())
	keys := map[string]string{}
	for name, change := range map[string]func(*auditlogs.DataAssetLog){
		"none":       func(*auditlogs.DataAssetLog) {},
		"one":        func(l *auditlogs.DataAssetLog) { l.Description = map[string]string{"1": "2"} },
		"another":    func(l *auditlogs.DataAssetLog) { l.Description = map[string]string{"1": "3"} },
		"two":        func(l *auditlogs.DataAssetLog) { l.Description = map[string]string{"1": "2", "3": "4"} },
		"swapped":    func(l *auditlogs.DataAssetLog) { l.Description = map[string]string{"1": "4", "3": "2"} },
		"second":     func(l *auditlogs.DataAssetLog) { l.Ordinal = 1 },
		"second one": func(l *auditlogs.DataAssetLog) { l.Ordinal, l.Description = 1, map[string]string{"1": "2"} },
		"with an ID": func(l *auditlogs.DataAssetLog) { l.AuditLogID = "id" },
	} {
		l := base
		change(&l)
		for range 20 {
			require.Equal(t, l.Key(), l.Key(), "in the order of the names")
		}
		require.Empty(t, keys[l.Key()], name)
		keys[l.Key()] = name
	}
	named := auditlogs.DataAssetLog{AuditLogID: "id", Ordinal: 3, Description: map[string]string{"1": "2"}}
	require.Equal(t, "id", named.Key())
	empty := base
	empty.Description = map[string]string{}
	require.Equal(t, base.Key(), empty.Key())
	event := base
	event.Ordinal = 2
	data, err := json.Marshal(event.AsEvent())
	require.NoError(t, err)
	var again auditlogs.Event
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, event.Key(), again.Record.(auditlogs.DataAssetLog).Key())
}

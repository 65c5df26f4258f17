package auditlogs_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Records in the forms that no example of the documents shows are the same records: read page by page, ahead, resumed, and one
// by one.
func TestTextRecordsAreTheSameRecords(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.Akinon, auditlogtest.ElasticPath} {
		for _, w := range ways() {
			t.Run(fmt.Sprintf("%s, %s", api, w.name), func(t *testing.T) {
				t.Parallel()
				usual := newTrial(subjectOf(api), disturbances()[0], 1)
				defer usual.close()
				usual.srv.BeforeRequest(nil)
				want, err := usual.read(t.Context(), w)
				require.NoError(t, err)
				require.NotEmpty(t, want)
				odd := newTrial(subjectOf(api), disturbances()[0], 1)
				defer odd.close()
				odd.srv.BeforeRequest(nil)
				odd.srv.SetQuirks(api, auditlogtest.Quirks{TextRecords: true})
				got, err := odd.read(t.Context(), w)
				require.NoError(t, err)
				require.Equal(t, want, got)
			})
		}
	}
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks("", auditlogtest.Quirks{TextRecords: true}))
	defer srv.Close()
	srv.Generate(1, 500)
	c, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	stored := map[string]auditlogs.AuditEvent{}
	for _, event := range srv.AuditEvents() {
		stored[event.UUID] = event
		got, err := c.AuditEvents.Get(t.Context(), event.UUID)
		require.NoError(t, err)
		require.True(t, event.Timestamp.Equal(got.Timestamp), "%v, not %v", got.Timestamp, event.Timestamp)
	}
	for event, err := range c.AuditEvents.All(t.Context(), auditlogs.AuditEventFilter{}) {
		require.NoError(t, err)
		require.True(t, stored[event.UUID].Timestamp.Equal(event.Timestamp))
		require.Contains(t, string(event.Raw), event.Timestamp.Format("2006-01-02 15:04:05"), "without a zone")
	}
	logs := map[string]auditlogs.PersonalDataLog{}
	for _, log := range srv.PersonalDataLogs() {
		logs[log.ID] = log
	}
	f := auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID}
	n := 0
	for log, err := range c.PersonalDataLogs.All(t.Context(), f) {
		require.NoError(t, err)
		want := logs[log.ID]
		require.Equal(t, byte('"'), log.Initiator.Raw[0], "a text")
		log.Initiator.Raw = nil
		require.Equal(t, want.Initiator, log.Initiator)
		require.Equal(t, want.ResourcePath, log.ResourcePath)
		n++
	}
	require.Len(t, logs, n)
}

// Whatever form an error of ThousandEyes has, its kind and its reason are there.
func TestFormsOfErrors(t *testing.T) {
	t.Parallel()
	for form, want := range map[auditlogtest.ErrorForm]string{
		auditlogtest.ErrorsAsDocumented: "Invalid access token", auditlogtest.ErrorsInMessage: "401 Unauthorized", auditlogtest.ErrorsOfSpring: "Unauthorized",
		auditlogtest.ErrorsTitled: "Unauthorized: the request to /v7/audit-user-events could not be served", auditlogtest.ErrorsEmpty: "Unauthorized",
	} {
		srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{Errors: form}))
		defer srv.Close()
		c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.StaticToken("wrong")))
		require.NoError(t, err)
		_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
		var refusal *auditlogs.APIError
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, want, refusal.Message)
	}
}

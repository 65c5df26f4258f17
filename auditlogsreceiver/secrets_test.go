package auditlogsreceiver

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Whatever the way in, and whether the API refuses it or sends it back, no secret is in a log, a status or a log record.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-and-more-hunter2"
	known := []string{auditlogtest.Token, auditlogtest.Password, auditlogtest.ClientSecret, auditlogtest.SecretKey, auditlogtest.AccessKey}
	for name, fault := range map[string]auditlogtest.Fault{
		"nothing":          {Delay: 1},
		"refused":          {Status: 401, Times: -1},
		"refused with it":  {Status: 403, Times: -1, Body: fmt.Sprintf(`{"detail":"%s"}`, secret)},
		"fails with it":    {Status: 500, Times: -1, Body: fmt.Sprintf(`{"detail":"%s"}`, secret)},
		"unreadable":       {Status: 200, Times: -1, Body: fmt.Sprintf(`<html>%s`, secret)},
		"broken":           {Reset: true, Times: -1},
		"refused at login": {Token: true, Status: 401, Times: -1},
		"fails at login":   {Token: true, Status: 500, Times: -1, Body: fmt.Sprintf(`{"detail":"%s"}`, secret)},
	} {
		for _, right := range []bool{true, false} {
			t.Run(fmt.Sprint(name, right), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t)
					everyWay(r, func(value string) configopaque.String {
						if right {
							return configopaque.String(value)
						}
						return secret
					})
					r.server.Generate(1, 100)
					r.server.Inject(fault)
					own := r.start()
					r.pass(10 * time.Minute)
					r.stop(own)
					if name != "nothing" || !right {
						require.NotEmpty(t, r.host.statuses())
					}
					seen := fmt.Sprint(r.host.statuses(), r.config)
					for _, e := range r.seen.All() {
						seen += fmt.Sprintln(e.Message, e.ContextMap())
					}
					require.Contains(t, seen, "auditlogs.source")
					if !right {
						require.NotContains(t, seen, secret)
						return
					}
					for _, s := range known {
						require.NotContains(t, seen, s)
					}
				})
			})
		}
	}
}

// everyWay configures a tenant for each way in, of each API.
func everyWay(r *rig, value func(string) configopaque.String) {
	at := func(api auditlogtest.API) Connection { return Connection{Endpoint: r.server.BaseURL(api)} }
	token := func(api auditlogtest.API) Connection {
		return Connection{Endpoint: r.server.BaseURL(api), Token: value(auditlogtest.Token)}
	}
	const user = auditlogtest.Username
	eds := HuaweiEDSConfig{Connection: at(auditlogtest.HuaweiEDS), ProjectID: auditlogtest.ProjectID, InstanceID: auditlogtest.InstanceID}
	byToken, byIAM, byKey := eds, eds, eds
	byToken.Token = value(auditlogtest.Token)
	byIAM.IAM = IAMConfig{
		Endpoint: r.server.URL, Domain: auditlogtest.DomainName, Username: user, Password: value(auditlogtest.Password),
	}
	byKey.AccessKey, byKey.SecretKey = value(auditlogtest.AccessKey), value(auditlogtest.SecretKey)
	byCredentials := ElasticPathConfig{
		Connection: at(auditlogtest.ElasticPath), ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
		ClientID: auditlogtest.ClientID, ClientSecret: value(auditlogtest.ClientSecret),
	}
	byStoreToken := byCredentials
	byStoreToken.ClientID, byStoreToken.ClientSecret, byStoreToken.Token = "", "", value(auditlogtest.Token)
	r.config.Waldur = map[string]WaldurConfig{
		"token": {Connection: token(auditlogtest.Waldur)},
		"login": {Connection: at(auditlogtest.Waldur), Username: user, Password: value(auditlogtest.Password)},
	}
	r.config.HuaweiEDS = map[string]HuaweiEDSConfig{"token": byToken, "iam": byIAM, "key": byKey}
	r.config.Akinon = map[string]AkinonConfig{
		"token": {Connection: token(auditlogtest.Akinon)},
		"login": {Connection: at(auditlogtest.Akinon), Username: user, Password: value(auditlogtest.Password)},
	}
	r.config.ElasticPath = map[string]ElasticPathConfig{"token": byStoreToken, "credentials": byCredentials}
	r.config.ThousandEyes = map[string]ThousandEyesConfig{"token": {Connection: token(auditlogtest.ThousandEyes)}}
}

// Each way in leads in.
func TestEveryWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		everyWay(r, func(value string) configopaque.String { return configopaque.String(value) })
		r.server.GenerateBetween(time.Now().Add(-time.Hour), time.Now(), 1, 50)
		once := everything(t, r.server)
		r.start()
		r.pass(5 * time.Minute)
		require.Len(t, r.next.uids(), 2*len(once)) // 2, 3, 2, 2 and 1 of 10 each
		require.Empty(t, r.host.statuses())
	})
}

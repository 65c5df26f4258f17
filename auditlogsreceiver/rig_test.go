package auditlogsreceiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// rig is a receiver between a server and the next component.
type rig struct {
	t      *testing.T
	server *auditlogtest.Server
	host   *host
	next   *next
	seen   *observer.ObservedLogs // what was logged
	log    *zap.Logger
	config *Config

	turn   sync.Mutex
	broken string // requests with this in their path do not arrive
	closed string // requests with this in their path are refused
}

// way is the network between receiver and server.
type way struct {
	*rig
	http.RoundTripper
}

func (w *way) RoundTrip(req *http.Request) (*http.Response, error) {
	w.turn.Lock()
	broken, closed := w.broken, w.closed
	w.turn.Unlock()
	if closed != "" && strings.Contains(req.URL.Path, closed) {
		return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
	}
	if broken != "" && strings.Contains(req.URL.Path, broken) {
		return nil, errors.New("no route to host")
	}
	return w.RoundTripper.RoundTrip(req)
}

// breaking breaks the way to a path, or mends it for "".
func (r *rig) breaking(path string) {
	r.turn.Lock()
	defer r.turn.Unlock()
	r.broken = path
}

// refusing lets requests to a path be refused.
func (r *rig) refusing(path string) {
	r.turn.Lock()
	defer r.turn.Unlock()
	r.closed = path
}

// configure adds a source to a configuration.
type configure func(*auditlogtest.Server, *Config)

// newRig makes a rig for a test in a bubble: its time is that of the bubble, in which the server is reached through a pipe.
func newRig(t *testing.T, sources ...configure) *rig {
	t.Helper()
	return newRigOf(t, auditlogtest.NewServer(auditlogtest.InMemory()), sources...)
}

func newRigOf(t *testing.T, server *auditlogtest.Server, sources ...configure) *rig {
	t.Helper()
	core, seen := observer.New(zapcore.DebugLevel)
	r := &rig{t: t, server: server, host: newHost(), next: &next{}, seen: seen, log: zap.New(core), config: createDefaultConfig().(*Config)}
	t.Cleanup(r.server.Close)
	r.config.Storage = &storageID
	for _, add := range sources {
		add(r.server, r.config)
	}
	return r
}

// create returns a receiver that was not started.
func (r *rig) create() *logsReceiver {
	r.t.Helper()
	require.NoError(r.t, confmap.Validate(r.config))
	set := receivertest.NewNopSettings(metadata.Type)
	set.Logger = r.log
	made, err := NewFactory().CreateLogs(r.t.Context(), set, r.config, r.next)
	require.NoError(r.t, err)
	own := made.(*logsReceiver)
	client := *r.server.HTTPClient()
	client.Transport = &way{r, client.Transport}
	own.options = []auditlogs.Option{auditlogs.WithHTTPClient(&client)}
	return own
}

// start starts a receiver, which ends with the test at the latest.
func (r *rig) start() receiver.Logs {
	r.t.Helper()
	own := r.create()
	require.NoError(r.t, own.Start(r.t.Context(), r.host))
	r.t.Cleanup(func() { _ = own.Shutdown(context.Background()) })
	return own
}

// stop stops a receiver, which must take less than a second.
func (r *rig) stop(own receiver.Logs) {
	r.t.Helper()
	begin := time.Now()
	require.NoError(r.t, own.Shutdown(r.t.Context()))
	require.Less(r.t, time.Since(begin), time.Second)
}

// pass lets time pass, and waits until nothing happens any more.
func (r *rig) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// taken checks that the next component has exactly these records, each once.
func (r *rig) taken(want ...string) {
	r.t.Helper()
	count := map[string]int{}
	for _, id := range want {
		count[id]--
	}
	for _, id := range r.next.uids() {
		count[id]++
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n == 0 })
	require.Empty(r.t, count, "negative: missing, positive: too often")
}

// logged returns what was logged at a level, one line each, with all its fields.
func (r *rig) logged(level zapcore.Level) (lines []string) {
	for _, e := range r.seen.All() {
		if e.Level == level {
			lines = append(lines, fmt.Sprint(e.Message, " ", e.ContextMap()))
		}
	}
	return lines
}

// waldur is a tenant whose token is accepted.
func waldur(name string) configure { return waldurWith(name, auditlogtest.Token) }

func waldurWith(name, token string) configure {
	return func(s *auditlogtest.Server, c *Config) {
		if c.Waldur == nil {
			c.Waldur = map[string]WaldurConfig{}
		}
		c.Waldur[name] = WaldurConfig{Connection: Connection{Endpoint: s.BaseURL(auditlogtest.Waldur), Token: configopaque.String(token)}}
	}
}

func thousandEyes(s *auditlogtest.Server, c *Config) {
	c.ThousandEyes = map[string]ThousandEyesConfig{"main": {Connection: connection(s, auditlogtest.ThousandEyes)}}
}

func akinon(s *auditlogtest.Server, c *Config) {
	c.Akinon = map[string]AkinonConfig{"eu": {Connection: connection(s, auditlogtest.Akinon)}}
}

func elasticPath(s *auditlogtest.Server, c *Config) {
	c.ElasticPath = map[string]ElasticPathConfig{"store": {
		Connection: connection(s, auditlogtest.ElasticPath), ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
	}}
}

func huaweiEDS(s *auditlogtest.Server, c *Config) {
	c.HuaweiEDS = map[string]HuaweiEDSConfig{"shop": {
		Connection: connection(s, auditlogtest.HuaweiEDS), ProjectID: auditlogtest.ProjectID, InstanceID: auditlogtest.InstanceID,
	}}
}

func connection(s *auditlogtest.Server, api auditlogtest.API) Connection {
	return Connection{Endpoint: s.BaseURL(api), Token: auditlogtest.Token}
}

// looks adds records to Waldur's log, a millisecond apart, the last one so long ago, and returns their uids.
func (r *rig) looks(ago time.Duration, ids ...string) (uids []string) {
	for i, id := range ids {
		at := time.Now().Add(-ago - time.Duration(len(ids)-1-i)*time.Millisecond)
		r.server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: id, Timestamp: at})
		uids = append(uids, "waldur/"+id)
	}
	return uids
}

// everything returns the uids of all records of a server.
func everything(t *testing.T, s *auditlogtest.Server) (uids []string) {
	t.Helper()
	client, err := auditlogs.NewClient(s.Options()...)
	require.NoError(t, err)
	for _, l := range s.DataAccessLogs() {
		uids = append(uids, "waldur/"+l.Key())
	}
	for _, l := range s.DataAssetLogs() {
		uids = append(uids, "huawei-eds/"+l.Key())
	}
	for _, e := range s.AuditEvents() {
		uids = append(uids, "akinon/"+e.Key())
	}
	for _, l := range s.PersonalDataLogs() {
		uids = append(uids, "elasticpath/"+l.Key())
	}
	for e, err := range client.UserEvents.All(t.Context(), auditlogs.UserEventFilter{}) { // whose keys are made of what is sent
		require.NoError(t, err)
		uids = append(uids, "thousandeyes/"+e.Key())
	}
	return uids
}

// large returns a record of about a size.
func large(i int, at time.Time, size int) auditlogs.AuditEvent {
	text, _ := json.Marshal(map[string]string{"text": strings.Repeat("x", size)})
	return auditlogs.AuditEvent{UUID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Timestamp: at.Add(time.Duration(i) * time.Second), Content: text}
}

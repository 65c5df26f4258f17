package auditlogsreceiver

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// eventually waits until something holds.
func eventually(t *testing.T, holds func() bool, what ...any) {
	t.Helper()
	require.Eventually(t, holds, patience, 2*time.Millisecond, what...)
}

var storageID = component.MustNewID("kept")

// host is what a collector is to the receiver: it has a storage extension, and hears of the component's status.
type host struct {
	store *store

	turn   sync.Mutex
	events []*componentstatus.Event
}

func newHost() *host { return &host{store: newStore()} }

func (h *host) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{storageID: h.store, component.MustNewID("other"): nothing{}}
}

func (h *host) Report(e *componentstatus.Event) {
	h.turn.Lock()
	defer h.turn.Unlock()
	h.events = append(h.events, e)
}

// statuses returns what was reported, one line each.
func (h *host) statuses() (all []string) {
	h.turn.Lock()
	defer h.turn.Unlock()
	for _, e := range h.events {
		all = append(all, fmt.Sprint(e.Status(), " ", e.Err()))
	}
	return all
}

// last returns the last status.
func (h *host) last() componentstatus.Status {
	h.turn.Lock()
	defer h.turn.Unlock()
	if len(h.events) == 0 {
		return componentstatus.StatusOK
	}
	return h.events[len(h.events)-1].Status()
}

type nothing struct{}

func (nothing) Start(context.Context, component.Host) error { return nil }
func (nothing) Shutdown(context.Context) error              { return nil }

// store is a storage extension that outlives the receivers that use it.
type store struct {
	nothing
	*memory

	turn sync.Mutex
	open int
	fail func(op, key string) error
}

func newStore() *store { return &store{memory: &memory{values: map[string][]byte{}}} }

func (s *store) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.open++
	return s, nil
}

func (s *store) failing(fail func(op, key string) error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.fail = fail
}

func (s *store) may(op, key string) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.open == 0 {
		return fmt.Errorf("the client is closed")
	}
	if s.fail != nil {
		return s.fail(op, key)
	}
	return nil
}

func (s *store) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.may("get", key); err != nil {
		return nil, err
	}
	return s.memory.Get(ctx, key)
}

func (s *store) Set(ctx context.Context, key string, value []byte) error {
	if err := s.may("set", key); err != nil {
		return err
	}
	return s.memory.Set(ctx, key, value)
}

func (s *store) Close(context.Context) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.open--
	return nil
}

// next is the next component. It keeps what it takes.
type next struct {
	turn   sync.Mutex
	decide func(context.Context, plog.Logs) error // nil takes everything
	calls  int
	taken  []plog.Logs
}

func (*next) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (n *next) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	n.turn.Lock()
	n.calls++
	decide := n.decide
	n.turn.Unlock()
	if decide != nil {
		if err := decide(ctx, logs); err != nil {
			return err
		}
	}
	n.turn.Lock()
	defer n.turn.Unlock()
	n.taken = append(n.taken, logs)
	return nil
}

func (n *next) asked() int {
	n.turn.Lock()
	defer n.turn.Unlock()
	return n.calls
}

func (n *next) deciding(decide func(context.Context, plog.Logs) error) {
	n.turn.Lock()
	defer n.turn.Unlock()
	n.decide = decide
}

// records calls a function for each record that was taken.
func (n *next) each(f func(plog.ResourceLogs, plog.LogRecord)) {
	n.turn.Lock()
	defer n.turn.Unlock()
	for _, logs := range n.taken {
		for _, r := range logs.ResourceLogs().All() {
			for _, s := range r.ScopeLogs().All() {
				for _, l := range s.LogRecords().All() {
					f(r, l)
				}
			}
		}
	}
}

// uids returns what was taken, as it came.
func (n *next) uids() (all []string) {
	n.each(func(_ plog.ResourceLogs, l plog.LogRecord) { all = append(all, attribute(l, "log.record.uid")) })
	return all
}

func attribute(l plog.LogRecord, name string) string {
	value, _ := l.Attributes().Get(name)
	return value.AsString()
}

// rig is a receiver between a server and the next component.
type rig struct {
	t      *testing.T
	server *auditlogtest.Server
	host   *host
	next   *next
	logs   *observer.ObservedLogs
	zap    *zap.Logger
	config *Config
}

func newRig(t *testing.T, sources ...func(*auditlogtest.Server, *Config)) *rig {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	r := &rig{t: t, server: auditlogtest.NewServer(), host: newHost(), next: &next{}, logs: logs, zap: zap.New(core), config: fast()}
	t.Cleanup(r.server.Close)
	for _, add := range sources {
		add(r.server, r.config)
	}
	return r
}

// fast is a configuration whose polls follow each other at once.
func fast() *Config {
	c := createDefaultConfig().(*Config)
	c.Storage = &storageID
	c.PollInterval, c.Lag, c.Lookback = time.Millisecond, time.Nanosecond, 10*time.Minute
	return c
}

// start starts a receiver, which ends with the test unless it is stopped before.
func (r *rig) start() receiver.Logs {
	r.t.Helper()
	set := receivertest.NewNopSettings(metadata.Type)
	set.Logger = r.zap
	own, err := NewFactory().CreateLogs(r.t.Context(), set, r.config, r.next)
	require.NoError(r.t, err)
	require.NoError(r.t, own.Start(r.t.Context(), r.host))
	r.t.Cleanup(func() { require.NoError(r.t, own.Shutdown(context.Background())) }) //nolint:usetesting // that of the test has ended
	return own
}

// taken waits until the next component has exactly these records, each once.
func (r *rig) taken(want []string) {
	r.t.Helper()
	eventually(r.t, func() bool { return len(r.next.uids()) >= len(want) })
	got := r.next.uids()
	slices.Sort(got)
	want = slices.Clone(want)
	slices.Sort(want)
	require.Equal(r.t, want, got)
}

func waldur(name string) func(*auditlogtest.Server, *Config) {
	return func(s *auditlogtest.Server, c *Config) {
		if c.Waldur == nil {
			c.Waldur = map[string]WaldurConfig{}
		}
		c.Waldur[name] = WaldurConfig{Connection: Connection{Endpoint: s.BaseURL(auditlogtest.Waldur), Token: auditlogtest.Token}}
	}
}

// looks adds records to Waldur's log, one a second, the last one at a time, and returns their uids.
func (r *rig) looks(last time.Time, names ...string) (uids []string) {
	for i, name := range names {
		r.server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: name, Timestamp: last.Add(time.Duration(i-len(names)+1) * time.Second)})
		uids = append(uids, "waldur/"+name)
	}
	return uids
}

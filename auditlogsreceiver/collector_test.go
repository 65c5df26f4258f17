package auditlogsreceiver

import (
	"context"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
)

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

func (s *store) may(ctx context.Context, op, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
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
	if err := s.may(ctx, "get", key); err != nil {
		return nil, err
	}
	return s.memory.Get(ctx, key)
}

func (s *store) Set(ctx context.Context, key string, value []byte) error {
	if err := s.may(ctx, "set", key); err != nil {
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

// clients returns how many clients are open.
func (s *store) clients() int {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.open
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

// each calls a function for each record that was taken.
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

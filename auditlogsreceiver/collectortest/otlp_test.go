package collectortest

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

// lifeHeader is the header in which a process says its number.
const lifeHeader = "x-life"

// arrival is a batch that the OTLP server was given.
type arrival struct {
	life     int // the process that sent it
	source   string
	observed time.Time // when its records were read
	records  []record
	held     bool // its answer was kept back until the process was dead
}

// record is a log record as it came.
type record struct {
	uid  string
	body string // as JSON
	text string // all of it
}

// same reports whether two arrivals are one batch that was sent twice, and not records that were read twice.
func (a arrival) same(b arrival) bool {
	return a.source == b.source && a.observed.Equal(b.observed) && len(a.records) == len(b.records)
}

// otlpServer is a real OTLP server that keeps what it is given.
type otlpServer struct {
	t       *testing.T
	address string
	bell    *bell

	mu       sync.Mutex
	arrivals []arrival
	texts    map[string]string // what a store keyed by log.record.uid holds: each record as it came first
	held     chan struct{}     // closed when answers are no longer held back
	holdIn   int               // arrivals until an answer is held back
	holding  bool
}

// newOTLPServer returns a server that does not listen yet.
func newOTLPServer(t *testing.T, b *bell) *otlpServer {
	return &otlpServer{t: t, address: freeAddress(t), bell: b, texts: map[string]string{}}
}

// listen starts the server for one of the protocols, grpc or http.
func (s *otlpServer) listen(protocol string) {
	s.t.Helper()
	factory := otlpreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	require.NoError(s.t, confmap.NewFromStringMap(map[string]any{
		"protocols": map[string]any{protocol: map[string]any{"endpoint": s.address, "include_metadata": true}},
	}).Unmarshal(config))
	take, err := consumer.NewLogs(s.take)
	require.NoError(s.t, err)
	server, err := factory.CreateLogs(s.t.Context(), receivertest.NewNopSettings(factory.Type()), config, take)
	require.NoError(s.t, err)
	require.NoError(s.t, server.Start(s.t.Context(), componenttest.NewNopHost()))
	s.t.Cleanup(func() {
		s.release()
		require.NoError(s.t, server.Shutdown(context.WithoutCancel(s.t.Context())))
	})
}

// take keeps what the server is given. From then on the server has it, whether or not its answer arrives.
func (s *otlpServer) take(ctx context.Context, logs plog.Logs) error {
	s.mu.Lock()
	life := 0
	for _, text := range client.FromContext(ctx).Metadata.Get(lifeHeader) {
		life, _ = strconv.Atoi(text)
	}
	if s.holdIn > 0 {
		s.holdIn--
		s.holding = s.holdIn == 0
	}
	for _, resource := range logs.ResourceLogs().All() {
		a := newArrival(life, resource)
		a.held = s.holding
		s.arrivals = append(s.arrivals, a)
		for _, r := range a.records {
			if _, ok := s.texts[r.uid]; !ok {
				s.texts[r.uid] = r.text
			}
		}
	}
	var wait chan struct{}
	if s.holding {
		wait = s.held
	}
	s.mu.Unlock()
	s.bell.ring()
	if wait != nil {
		<-wait
	}
	return nil
}

// hold makes the server keep back its answer to the nth batch from now on, and to those after it.
func (s *otlpServer) hold(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holdIn, s.held = n, make(chan struct{})
}

// isHolding reports whether an answer is kept back.
func (s *otlpServer) isHolding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holding
}

// release lets the server answer.
func (s *otlpServer) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		close(s.held)
	}
	s.holdIn, s.holding, s.held = 0, false, nil
}

// all returns what the server was given so far.
func (s *otlpServer) all() []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clip(s.arrivals)
}

// ofLife returns how many batches a process has sent.
func (s *otlpServer) ofLife(life int) (n int) {
	for _, a := range s.all() {
		if a.life == life {
			n++
		}
	}
	return n
}

// count returns how many records the server was given, not counting repeats.
func (s *otlpServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.texts)
}

func newArrival(life int, resource plog.ResourceLogs) arrival {
	a := arrival{life: life}
	if name, ok := resource.Resource().Attributes().Get(sourceAttribute); ok {
		a.source = name.AsString()
	}
	for _, scope := range resource.ScopeLogs().All() {
		for _, l := range scope.LogRecords().All() {
			uid, _ := l.Attributes().Get("log.record.uid")
			body, _ := json.Marshal(l.Body().AsRaw()) // maps, lists, texts and numbers
			attributes, _ := json.Marshal(l.Attributes().AsRaw())
			a.records = append(a.records, record{
				uid: uid.AsString(), body: string(body), text: l.Timestamp().String() + string(body) + string(attributes),
			})
			if read := l.ObservedTimestamp().AsTime(); read.After(a.observed) {
				a.observed = read
			}
		}
	}
	return a
}

package fleet_test

import (
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// serve starts a node that is set up by the test, and connects to it as two accounts.
func serve(t *testing.T, change func(*server.Options)) (fleetConn, system *nats.Conn) {
	t.Helper()
	o := &server.Options{
		ServerName: "one", Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
	}
	users, admins := server.NewAccount("USERS"), server.NewAccount("SYS")
	o.Accounts, o.SystemAccount = []*server.Account{users, admins}, "SYS"
	o.Users = []*server.User{{Username: "user", Password: "u", Account: users}, {Username: "admin", Password: "a", Account: admins}}
	if change != nil {
		change(o)
	}
	s, err := server.NewServer(o)
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(10*time.Second))
	if o.JetStream {
		account, err := s.LookupAccount("USERS")
		require.NoError(t, err)
		require.NoError(t, account.EnableJetStream(nil, nil))
	}
	connect := func(user, password string) *nats.Conn {
		nc, err := nats.Connect(s.ClientURL(), nats.UserInfo(user, password))
		require.NoError(t, err)
		t.Cleanup(nc.Close)
		return nc
	}
	return connect("user", "u"), connect("admin", "a")
}

func stream(t *testing.T, nc *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	return js
}

func TestSetupRefusesBadInput(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]fleet.Streams{
		"negative replicas": {Replicas: -1}, "negative keep": {Keep: -1}, "short keep": {Keep: time.Millisecond}, "negative bytes": {MaxBytes: -1},
	} {
		require.ErrorIs(t, fleet.Setup(t.Context(), new(nats.Conn), s), auditlogs.ErrInvalidFilter, name)
	}
	require.ErrorIs(t, fleet.Setup(t.Context(), nil, fleet.Streams{}), auditlogs.ErrInvalidFilter)
}

// A stream that was changed so that it could lose or repeat events is refused, and so is a server that cannot store a batch at
// once.
func TestUnsoundStreams(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stream string
		change func(*jetstream.StreamConfig)
		want   string
	}{
		"age":          {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }, "limit of age"},
		"age of tasks": {"AUDITLOGS_TASKS", func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }, "limit of age"},
		"messages":     {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.MaxMsgs = 1000 }, "limit of messages"},
		"bytes":        {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.MaxBytes, c.Discard = 1<<30, jetstream.DiscardOld }, "discards what is old"},
		"per subject":  {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1 }, "messages per subject"},
		"tasks add up": {"AUDITLOGS_TASKS", func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = -1 }, "messages per subject"},
		"no batches":   {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false }, "stores no batches atomically"},
		"no roll-up":   {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.AllowRollup = false }, "no roll-up"},
		"compression":  {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.Compression = jetstream.S2Compression }, "compression"},
		"no answers":   {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.NoAck, c.AllowAtomicPublish = true, false }, "stores no batches atomically"},
		"other subjects": {"AUDITLOGS", func(c *jetstream.StreamConfig) {
			c.SubjectTransform = &jetstream.SubjectTransformConfig{Source: "auditlogs.event.>", Destination: "x.>"}
		}, "transformation"},
		"made of memory":  {"AUDITLOGS_STATE", func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }, "memory"},
		"another purpose": {"AUDITLOGS_TASKS", func(c *jetstream.StreamConfig) { c.Retention = jetstream.LimitsPolicy }, "another retention"},
		"bad keep":        {"AUDITLOGS", func(c *jetstream.StreamConfig) { c.Metadata = map[string]string{"auditlogs-keep": "long"} }, "no duration"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc := embedded(t)
			require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{}))
			js := stream(t, nc)
			s, err := js.Stream(t.Context(), test.stream)
			require.NoError(t, err)
			config := s.CachedInfo().Config
			test.change(&config)
			require.NoError(t, js.DeleteStream(t.Context(), test.stream))
			_, err = js.CreateStream(t.Context(), config)
			require.NoError(t, err)
			_, err = fleet.NewSink(t.Context(), nc)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, fleet.Run(t.Context(), nc, fleet.Options{}, noOpener), test.want, "a worker does not begin")
		})
	}
}

func TestServerWithoutJetStream(t *testing.T) {
	t.Parallel()
	nc, _ := serve(t, func(o *server.Options) { o.JetStream = false })
	require.ErrorIs(t, fleet.Setup(t.Context(), nc, fleet.Streams{}), fleet.ErrServer)
	require.ErrorIs(t, fleet.Run(t.Context(), nc, fleet.Options{}, noOpener), fleet.ErrServer)
}

// event returns an event with an ID.
func event(id string) auditlogs.Event {
	return auditlogs.Event{ID: id, API: "made up", Time: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), Raw: []byte(`{"id":"` + id + `"}`)}
}

// commit stores events behind a place, and returns the next one.
func commit(t *testing.T, s deliver.Sink, source string, from deliver.Place, ids ...string) deliver.Place {
	t.Helper()
	to := deliver.Place{Seq: from.Seq + 1, Cursor: auditlogs.Cursor(fmt.Sprint("at ", from.Seq+1)), Count: from.Count + uint64(len(ids))}
	b := deliver.Batch{Source: source, From: from, To: to}
	for _, id := range ids {
		b.Events = append(b.Events, event(id))
	}
	require.NoError(t, s.Commit(t.Context(), b))
	return to
}

// Events expire, and places never do, however often a server starts.
func TestKeep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() (*fleet.Sink, func()) {
		nc, stop, err := fleet.Embedded(dir)
		require.NoError(t, err)
		s, err := fleet.NewSink(t.Context(), nc)
		require.NoError(t, err)
		return s, stop
	}
	nc, stop, err := fleet.Embedded(dir)
	require.NoError(t, err)
	require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{Keep: time.Second}))
	stop()

	s, stop := open()
	want := map[string]deliver.Place{}
	for i := range 20 {
		name := fmt.Sprint("tenant/made up/", i)
		want[name] = commit(t, s, name, deliver.Place{}, "a", "b")
	}
	for range 2 {
		require.Eventually(t, func() bool {
			for name := range want {
				for _, err := range s.Events(t.Context(), name) {
					require.NoError(t, err)
					return false
				}
			}
			return true
		}, 30*time.Second, 100*time.Millisecond, "events expire")
		stop()
		s, stop = open()
		for name, place := range want {
			at, err := s.Place(t.Context(), name)
			require.NoError(t, err)
			require.True(t, at.Same(place), "%s: %+v", name, at)
			want[name] = commit(t, s, name, place, "c")
		}
	}
	stop()
}

// A stream that is full loses nothing and takes nothing, until there is room.
func TestMaxBytes(t *testing.T) {
	t.Parallel()
	nc := embedded(t)
	require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{MaxBytes: 64 << 10}))
	s, err := fleet.NewSink(t.Context(), nc)
	require.NoError(t, err)
	var at deliver.Place
	var ids []string
	for i := range 1000 {
		b := deliver.Batch{Source: "a", Events: []auditlogs.Event{event(fmt.Sprint("event ", i))}, From: at, To: deliver.Place{Seq: at.Seq + 1, Count: at.Count + 1}}
		if err = s.Commit(t.Context(), b); err != nil {
			break
		}
		at, ids = b.To, append(ids, b.Events[0].ID)
	}
	require.ErrorContains(t, err, "maximum bytes")
	require.NotErrorIs(t, err, deliver.ErrRefused, "it may pass")
	require.NotEmpty(t, ids)
	var got []string
	for e, err := range s.Events(t.Context(), "a") {
		require.NoError(t, err)
		got = append(got, e.ID)
	}
	require.Equal(t, ids, got)
	require.NoError(t, fleet.Setup(t.Context(), nc, fleet.Streams{}))
	commit(t, s, "a", at, "more")
}

package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Streams says how the streams of a fleet are kept.
type Streams struct {
	// Replicas is how many servers keep each stream; 3 on a cluster and 1 on a single server unless set. With 3, one server may
	// fail at a time.
	Replicas int
	// Keep is how long events stay in the stream after their commit, at least a second; for ever unless set. Who reads the
	// events must be done by then. Places are always kept. A change applies to workers that start afterwards, and to events that
	// are committed from then on.
	Keep time.Duration
	// MaxBytes bounds the stream of events on each server; unbounded unless set. When it is full, workers commit nothing and try
	// again until there is room: events are never dropped to make room.
	MaxBytes int64
}

// keepKey is where the stream of events says how long events are kept.
const keepKey = "auditlogs-keep"

// Errors of streams that cannot keep the promise.
var (
	// ErrStreams means that a stream was changed, by another program, in a way that loses or repeats events.
	ErrStreams = errors.New("a stream of the fleet has settings that lose events")
	// ErrReplicas means that a stream is on fewer servers than asked for.
	ErrReplicas = errors.New("a stream of the fleet has fewer replicas than asked for")
	// ErrServer means that the server cannot store a batch atomically: it is older than 2.12, or without JetStream.
	ErrServer = errors.New("the server is older than NATS 2.12, or has no JetStream")
	// ErrNoFleet means that nothing was ever added to a fleet on this server, by this account.
	ErrNoFleet = errors.New("there is no fleet on this server, for this account")
)

// Setup makes the streams of a fleet, or changes those that are there. [Add] and [Run] make streams that are missing with the
// zero Streams, so Setup is only needed for other settings. It sends about ten requests.
func Setup(ctx context.Context, nc *nats.Conn, s Streams) error {
	if err := s.check(); err != nil {
		return err
	}
	if err := checkConn("Setup", nc); err != nil {
		return err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail("Setup", err)
	}
	for _, config := range s.configs(nc) {
		if _, err := openStream(ctx, js, config); err != nil {
			return fail("Setup", fmt.Errorf("stream %s: %w", config.Name, unavailable(err)))
		}
		if _, err := js.UpdateStream(ctx, config); err != nil {
			return fail("Setup", fmt.Errorf("stream %s: %w", config.Name, unavailable(err)))
		}
	}
	_, err = openStreams(ctx, nc)
	return fail("Setup", err)
}

func (s Streams) check() error {
	switch {
	case s.Replicas < 0:
		return refuse("Setup", "Replicas", "is negative")
	case s.Keep < 0 || s.Keep > 0 && s.Keep < time.Second:
		return refuse("Setup", "Keep", "is shorter than a second")
	case s.MaxBytes < 0:
		return refuse("Setup", "MaxBytes", "is negative")
	}
	return nil
}

// configs returns the settings of all streams. Places have no limit of any kind: a source whose place is gone would begin anew.
// That is also why events expire one by one: a limit of age on the stream would hold for places too, and a server that restarts
// applies it even to messages that say they never expire.
func (s Streams) configs(nc *nats.Conn) []jetstream.StreamConfig {
	replicas := s.Replicas
	if replicas == 0 {
		replicas = 1
		if nc.ConnectedClusterName() != "" {
			replicas = 3
		}
	}
	events := jetstream.StreamConfig{
		Name: eventStream, Description: "audit events of a fleet, and the places behind them",
		Subjects: []string{eventSubject + ">", placeSubject + ">"}, Replicas: replicas,
		// A node of NATS 2.15.2 that was killed does not get along with a last block that is compressed: it stays behind for ever.
		Compression:        jetstream.NoCompression,
		AllowAtomicPublish: true, AllowRollup: true, AllowMsgTTL: true,
		// A replica that lags behind would answer with a place of before.
		AllowDirect: false,
		Discard:     jetstream.DiscardNew, MaxBytes: -1,
		Metadata: map[string]string{keepKey: s.Keep.String()},
	}
	if s.MaxBytes > 0 {
		events.MaxBytes = s.MaxBytes
	}
	tasks := jetstream.StreamConfig{
		Name: taskStream, Description: "what the workers of a fleet read", Subjects: []string{taskSubject + ">"}, Replicas: replicas,
		Retention: jetstream.WorkQueuePolicy, MaxMsgsPerSubject: 1, AllowDirect: true,
	}
	states := jetstream.StreamConfig{
		Name: stateStream, Description: "how the last turn of each source went", Subjects: []string{stateSubject + ">", budgetSubject + ">"},
		Replicas: replicas, MaxMsgsPerSubject: 1, AllowDirect: true,
	}
	return []jetstream.StreamConfig{events, tasks, states}
}

// streams is the server's side of a fleet.
type streams struct {
	nc                    *nats.Conn
	js                    jetstream.JetStream
	events, tasks, states jetstream.Stream
	keep                  time.Duration
}

// openStreams opens the streams of a fleet, makes those that are missing, and refuses those that cannot keep the promise.
func openStreams(ctx context.Context, nc *nats.Conn) (*streams, error) {
	return streamsBy(ctx, nc, openStream)
}

// existingStreams is openStreams for those who only look, or take away. Streams that are missing are ErrNoFleet.
func existingStreams(ctx context.Context, nc *nats.Conn) (*streams, error) {
	return streamsBy(ctx, nc, func(ctx context.Context, js jetstream.JetStream, config jetstream.StreamConfig) (jetstream.Stream, error) {
		stream, err := js.Stream(ctx, config.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			err = ErrNoFleet
		}
		return stream, err
	})
}

type opening func(context.Context, jetstream.JetStream, jetstream.StreamConfig) (jetstream.Stream, error)

func streamsBy(ctx context.Context, nc *nats.Conn, open opening) (*streams, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	s := &streams{nc: nc, js: js}
	into := []*jetstream.Stream{&s.events, &s.tasks, &s.states}
	for i, config := range (Streams{}).configs(nc) {
		stream, err := open(ctx, js, config)
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", config.Name, unavailable(err))
		}
		if err := sound(config, stream.CachedInfo().Config); err != nil {
			return nil, fmt.Errorf("stream %s: %w", config.Name, err)
		}
		*into[i] = stream
	}
	return s, s.readKeep()
}

// openStream opens a stream, or makes it.
func openStream(ctx context.Context, js jetstream.JetStream, config jetstream.StreamConfig) (jetstream.Stream, error) {
	stream, err := js.Stream(ctx, config.Name)
	if !errors.Is(err, jetstream.ErrStreamNotFound) {
		return stream, err
	}
	if config.Name == eventStream {
		if err := fresh(ctx, js); err != nil {
			return nil, err
		}
	}
	stream, err = js.CreateStream(ctx, config)
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another process was first
		return js.Stream(ctx, config.Name)
	}
	return stream, err
}

// fresh returns an error if there are tasks although there is no stream of events: it was deleted, or lost, and to make it anew would
// read every log from its beginning.
func fresh(ctx context.Context, js jetstream.JetStream) error {
	tasks, err := js.Stream(ctx, taskStream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if tasks.CachedInfo().State.Msgs > 0 {
		return fmt.Errorf("%w: it is gone, and %s has tasks; restore it, or delete that too to read all logs anew", ErrStreams, taskStream)
	}
	return nil
}

// sound returns an error if a stream could lose or repeat events.
func sound(want, is jetstream.StreamConfig) error {
	if want.AllowAtomicPublish && !is.AllowAtomicPublish {
		return fmt.Errorf("%w: it stores no batches atomically", ErrServer)
	}
	for _, wrong := range []struct {
		is   bool
		what string
	}{
		{is.MaxAge > 0, "a limit of age, which removes places and tasks too"},
		{is.MaxMsgs > 0, "a limit of messages"},
		{is.MaxBytes > 0 && is.Discard != jetstream.DiscardNew, "a limit of bytes that discards what is old"},
		{want.MaxMsgsPerSubject != is.MaxMsgsPerSubject && max(want.MaxMsgsPerSubject, is.MaxMsgsPerSubject) > 0, "another limit of messages per subject"},
		{want.Retention != is.Retention, "another retention"},
		{want.AllowRollup && !is.AllowRollup, "no roll-up of places"},
		{want.AllowMsgTTL && !is.AllowMsgTTL, "no time to live of single messages"},
		{is.Storage != jetstream.FileStorage, "memory as its storage"},
		{is.PersistMode == jetstream.AsyncPersistMode, "answers before it has written"},
		{is.Compression != jetstream.NoCompression, "compression, with which a server of NATS 2.15 that was killed may not get its replica back"},
		{is.NoAck, "no acknowledgements"},
		{is.SubjectTransform != nil, "a transformation of subjects"},
	} {
		if wrong.is {
			return fmt.Errorf("%w: it has %s", ErrStreams, wrong.what)
		}
	}
	return nil
}

// readKeep reads how long events are kept.
func (s *streams) readKeep() error {
	text, ok := s.events.CachedInfo().Config.Metadata[keepKey]
	if !ok {
		return nil
	}
	keep, err := time.ParseDuration(text)
	if err != nil || keep < 0 {
		return fmt.Errorf("stream %s: %w: its metadata %s is no duration", eventStream, ErrStreams, keepKey)
	}
	s.keep = keep
	return nil
}

// replicas returns an error if a stream is on fewer servers than wanted.
func (s *streams) replicas(want int) error {
	for _, stream := range []jetstream.Stream{s.events, s.tasks, s.states} {
		if config := stream.CachedInfo().Config; config.Replicas < want {
			return fmt.Errorf("stream %s: %w: it has %d, and %d are wanted; Setup changes that", config.Name, ErrReplicas, config.Replicas, want)
		}
	}
	return nil
}

// unavailable makes ErrServer of the answers of a server without JetStream.
func unavailable(err error) error {
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) || errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("%w: %w", ErrServer, err)
	}
	return err
}

package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

var (
	// ErrNotSynced means that a server answers before it has synchronised to its disk: it needs sync_interval: always in its
	// configuration. Without, what was acknowledged may be lost when machines fail.
	ErrNotSynced = errors.New("a server does not synchronise every write: set sync_interval: always")
	// ErrSyncUnknown is a warning: only the system account can tell whether servers synchronise every write.
	ErrSyncUnknown = errors.New("it is not known whether the servers synchronise every write: give Options.System")
)

// syncWait is how long servers may take to say how they are set up.
const syncWait = 3 * time.Second

// checkSync makes sure that every server that keeps a stream synchronises each write, as far as that can be known.
func (w *worker) checkSync(ctx context.Context, s *streams) error {
	if _, ok := s.nc.Opts.InProcessServer.(node); ok {
		return nil
	}
	if w.System == nil {
		w.Warn(fail("Run", ErrSyncUnknown))
		return nil
	}
	keepers, err := s.keepers(ctx)
	if err != nil {
		return err
	}
	synced, err := syncedServers(ctx, w.System, keepers)
	if err != nil {
		return err
	}
	for _, name := range keepers {
		switch always, said := synced[name]; {
		case !said:
			return fmt.Errorf("server %q did not say whether it synchronises every write", name)
		case !always:
			return fmt.Errorf("%w: server %q", ErrNotSynced, name)
		}
	}
	return nil
}

// keepers returns the names of the servers that keep the streams, but for those that are down.
func (s *streams) keepers(ctx context.Context) ([]string, error) {
	var names []string
	for _, stream := range []jetstream.Stream{s.events, s.tasks, s.states} {
		info, err := stream.Info(ctx)
		if err != nil {
			return nil, err
		}
		if info.Cluster == nil { // a server by itself
			names = append(names, s.nc.ConnectedServerName())
			continue
		}
		if info.Cluster.Leader == "" {
			return nil, fmt.Errorf("stream %s has no leader", info.Config.Name)
		}
		names = append(names, info.Cluster.Leader)
		for _, peer := range info.Cluster.Replicas {
			if !peer.Offline {
				names = append(names, peer.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// syncedServers asks all servers how they are set up, and returns by name whether each synchronises every write. It waits until those
// that are wanted have answered, or time is up.
func syncedServers(ctx context.Context, system *nats.Conn, want []string) (map[string]bool, error) {
	answers, err := system.SubscribeSync(nats.NewInbox())
	if err != nil {
		return nil, err
	}
	defer func() { _ = answers.Unsubscribe() }()
	if err := system.PublishRequest("$SYS.REQ.SERVER.PING.JSZ", answers.Subject, []byte(`{"config":true}`)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, syncWait)
	defer cancel()
	synced := map[string]bool{}
	silent := func(name string) bool { _, said := synced[name]; return !said }
	for slices.ContainsFunc(want, silent) {
		m, err := answers.NextMsgWithContext(ctx)
		if errors.Is(err, nats.ErrNoResponders) {
			return nil, fmt.Errorf("%w: nobody answers: Options.System is no connection of the system account", ErrNotSynced)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return synced, nil // those that said nothing are missing
		}
		if err != nil {
			return nil, fmt.Errorf("asking the system account: %w", err)
		}
		var answer struct {
			Server struct {
				Name string `json:"name"`
			} `json:"server"`
			Data struct {
				Config struct {
					SyncAlways bool `json:"sync_always"`
				} `json:"config"`
			} `json:"data"`
		}
		if err := json.Unmarshal(m.Data, &answer); err == nil && strings.TrimSpace(answer.Server.Name) != "" {
			synced[answer.Server.Name] = answer.Data.Config.SyncAlways
		}
	}
	return synced, nil
}

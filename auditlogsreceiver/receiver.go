package auditlogsreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// How long Shutdown waits.
const (
	letThrough = 500 * time.Millisecond // for a batch that is being handed on
	giveUp     = 400 * time.Millisecond // after that, for what does not heed its context
)

// logsReceiver reads all sources of a configuration.
type logsReceiver struct {
	config *Config
	set    receiver.Settings
	next   consumer.Logs
	report *receiverhelper.ObsReport

	// For tests: more options of each client, and the longest wait before a batch is handed on again.
	options []auditlogs.Option
	maxWait time.Duration

	health      *health
	stopReading context.CancelFunc
	stopHanding context.CancelFunc
	ended       chan struct{} // closed when no source is read any more
}

// Start begins to read. It fails if the storage extension is not there, or if a source cannot be made; what is wrong with a
// source later is in the status of the component and in its log.
func (r *logsReceiver) Start(ctx context.Context, host component.Host) error {
	if r.ended != nil {
		return errors.New("the receiver was started before")
	}
	r.health = newHealth(host)
	var feeds []*feed
	for name, t := range r.config.tenants() {
		f, err := r.newFeed(name, t)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		feeds = append(feeds, f)
	}
	at, err := openPlaces(ctx, host, r.config.Storage, r.set.ID)
	if err != nil {
		return err
	}
	if r.config.Storage == nil {
		r.set.Logger.Warn("no storage is set: how far each source was read is kept in memory only, so a restart misses or repeats records")
	}
	reading, stopReading := context.WithCancel(context.WithoutCancel(ctx))
	handing, stopHanding := context.WithCancel(context.WithoutCancel(ctx))
	r.stopReading, r.stopHanding, r.ended = stopReading, stopHanding, make(chan struct{})
	var all sync.WaitGroup
	for _, f := range feeds {
		f.sink.places, f.sink.handing = at, handing
		all.Go(func() { f.run(reading) })
	}
	go func() {
		defer close(r.ended)
		all.Wait()
		if err := at.client.Close(context.WithoutCancel(handing)); err != nil {
			r.set.Logger.Error("the storage cannot be closed", zap.Error(err))
		}
	}()
	return nil
}

// Shutdown ends the reading. A batch that is being handed on may still get through, for half a second; then its context ends,
// too. After Shutdown nothing is handed on. Its error says that the next component does not return.
func (r *logsReceiver) Shutdown(ctx context.Context) error {
	if r.ended == nil {
		return nil
	}
	r.health.stop()
	r.stopReading()
	ended := r.wait(ctx, letThrough)
	r.stopHanding()
	if !ended && !r.wait(ctx, giveUp) {
		return errors.New("a batch is still being handed on or its place stored: what does that does not heed that its context has ended")
	}
	return nil
}

// wait waits until no source is read any more, and reports whether that is so.
func (r *logsReceiver) wait(ctx context.Context, atMost time.Duration) bool {
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	select {
	case <-r.ended:
	case <-timer.C:
	case <-ctx.Done():
	}
	select {
	case <-r.ended: // perhaps at the same moment
		return true
	default:
		return false
	}
}

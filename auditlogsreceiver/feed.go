package auditlogsreceiver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// feed is one source on its way to the next component.
type feed struct {
	name    string
	tenant  tenant
	client  *auditlogs.Client
	sink    *sink
	config  *Config
	health  *health
	log     *zap.Logger
	several bool // the source is made of several logs
	maxWait time.Duration
}

// newFeed makes what is needed to read a source. It sends nothing.
func (r *logsReceiver) newFeed(name string, t tenant) (*feed, error) {
	log := r.set.Logger.With(zap.String(keySource, name))
	f := &feed{name: name, tenant: t, config: r.config, health: r.health, log: log, maxWait: r.maxWait}
	if eds, ok := t.(HuaweiEDSConfig); ok {
		f.several = eds.ConnectorID == ""
	}
	options, err := t.options()
	if err != nil {
		return nil, err
	}
	options = append(options,
		auditlogs.WithUserAgent(userAgent(r.set.BuildInfo.Command, r.set.BuildInfo.Version)),
		auditlogs.WithLogger(slog.New(zapslog.NewHandler(log.Core()))),
		auditlogs.WithHooks(auditlogs.Hooks{OnRetry: f.retried, OnPage: f.paged}))
	if f.client, err = auditlogs.NewClient(append(options, r.options...)...); err != nil {
		return nil, translate(err, t.credential())
	}
	f.sink = &sink{
		convert: newConverter(r.config, name, t.address(), r.set.BuildInfo.Version),
		next:    r.next,
		report:  r.report,
		drop:    r.config.OnPermanentError == OnPermanentErrorDrop,
		blocked: f.blocked,
		log:     r.set.Logger,
	}
	return f, nil
}

// userAgent names the receiver and the collector that it is part of.
func userAgent(command, version string) string {
	product := "auditlogsreceiver"
	for _, part := range []string{command, version} {
		for _, b := range []byte(part) {
			if b <= ' ' || b >= 0x7f {
				return product
			}
		}
	}
	if command == "" || version == "" {
		return product
	}
	return command + "/" + version + " " + product
}

// run reads the source until the context ends or the source fails for good.
func (f *feed) run(ctx context.Context) {
	defer f.client.CloseIdleConnections()
	err := f.follow(ctx)
	if ctx.Err() != nil {
		return
	}
	var own *auditlogs.SourceError
	if errors.As(err, &own) && own.Source == f.name {
		err = own.Err
	}
	if errors.Is(err, auditlogs.ErrCursorMismatch) {
		err = fmt.Errorf("its settings are not those with which the storage has its place: use these again, or give the tenant another name: %w", err)
	}
	f.log.Error("the source has failed for good, and is not read any more", zap.Error(err))
	f.health.ended(f.name, err)
}

// follow delivers the log from where it began at the first start.
func (f *feed) follow(ctx context.Context) error {
	since, err := f.since(ctx)
	if err != nil {
		return err
	}
	return deliver.Follow(ctx, f.sink, f.deliverOptions(), auditlogs.Named(f.name, f.tenant.source(f.client, since)))
}

func (f *feed) deliverOptions() deliver.Options {
	return deliver.Options{
		Follow:   f.config.followOptions(),
		Progress: f.progress,
		Report:   f.trouble,
		Patience: math.MaxInt64, // the next component is asked again for ever
		MaxWait:  f.maxWait,
	}
}

// progress hears of each place that was stored.
func (f *feed) progress(p deliver.Progress) {
	f.health.works(f.name, handing)
	if p.CaughtUp {
		f.health.works(f.name, reading)
	}
}

// paged hears of each page that was read.
func (f *feed) paged(context.Context, auditlogs.PageInfo) {
	if !f.several { // of several logs, another one may be failing
		f.health.works(f.name, reading)
	}
}

// retried hears of requests and polls that are tried again.
func (f *feed) retried(_ context.Context, info auditlogs.RetryInfo) {
	if !info.Since.IsZero() { // a poll
		f.health.fails(f.name, reading, info.Err)
	}
}

// blocked hears of a batch that is neither taken nor refused for long.
func (f *feed) blocked(err error) {
	f.log.Warn("a batch waits", zap.Error(err))
	f.health.fails(f.name, handing, err)
}

// trouble hears of batches that are tried again, and of one log of several that is gone or failed for good.
func (f *feed) trouble(err *auditlogs.SourceError) {
	var gone *auditlogs.IncompleteError // it is not listed any more
	switch {
	case errors.As(err, &gone) || err.Source != f.name && errors.Is(err, auditlogs.ErrNotFound):
		f.log.Warn("one log of the source is gone, and the others go on", zap.String("log", err.Source), zap.Error(err.Err))
		return
	case err.Source == f.name:
		f.log.Warn("what failed is tried again", zap.Error(err.Err))
		f.health.fails(f.name, handing, err.Err)
		return
	}
	f.log.Error("one log of the source has failed for good, and is not read until the next start", zap.String("log", err.Source), zap.Error(err.Err))
	f.health.ended(err.Source, err.Err)
}

// sincePrefix is what the names begin with under which it is remembered where sources began.
const sincePrefix = "since "

// fromNow is what is remembered of a source that began at the time of its server.
const fromNow = "now"

// since returns where the source began at its first start.
func (f *feed) since(ctx context.Context) (time.Time, error) {
	text := fromNow
	if back := f.config.InitialLookback; back > 0 {
		text = time.Now().Add(-back).UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	kept, err := f.remember(ctx, text)
	if err != nil || kept == fromNow {
		return time.Time{}, err
	}
	since, err := time.Parse(time.RFC3339, kept)
	if err != nil {
		return time.Time{}, fmt.Errorf("what the storage remembers of the first start cannot be read: %w", err)
	}
	return since, nil
}

// remember returns the text that the first start stored. The storage is asked again for as long as it fails.
func (f *feed) remember(ctx context.Context, text string) (string, error) {
	heard := overheard{f.sink, func(err error) { f.trouble(&auditlogs.SourceError{Source: f.name, Err: err}) }}
	for {
		kept, err := deliver.Remember(ctx, heard, sincePrefix+f.name, text)
		if err == nil || ctx.Err() != nil || errors.Is(err, deliver.ErrRefused) || errors.Is(err, deliver.ErrInvalidBatch) || errors.Is(err, auditlogs.ErrInvalidFilter) {
			return kept, err
		}
	}
}

// overheard is a sink of which somebody hears what goes wrong for now.
type overheard struct {
	deliver.Sink
	hear func(error)
}

func (o overheard) Place(ctx context.Context, source string) (deliver.Place, error) {
	at, err := o.Sink.Place(ctx, source)
	return at, o.heard(ctx, err)
}

func (o overheard) Commit(ctx context.Context, b deliver.Batch) error {
	return o.heard(ctx, o.Sink.Commit(ctx, b))
}

func (o overheard) heard(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil && !errors.Is(err, deliver.ErrRefused) {
		o.hear(err)
	}
	return err
}

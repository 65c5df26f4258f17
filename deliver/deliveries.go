package deliver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/given"
)

// crew is what delivers several sources to one sink.
type crew struct {
	options Options
	all     []*delivery
	cut     atomic.Bool // the context ended before all was done
}

// deliveries checks what was asked for, before anything is sent.
func deliveries(op string, to Sink, o Options, sources ...auditlogs.Source) (*crew, error) {
	if err := checkSink(op, to, o); err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("auditlogs: deliver.%s: %w", op, auditlogs.ErrNoSource)
	}
	c := &crew{options: o.withDefaults()}
	names := map[string]bool{}
	for _, s := range sources {
		name, err := nameOf(op, s)
		if err != nil {
			return nil, err
		}
		if names[name] {
			return nil, refuse(op, "sources", "has two of the same name; auditlogs.Named gives one another")
		}
		names[name] = true
		c.all = append(c.all, &delivery{Options: c.options, op: op, to: to, name: name, source: s})
	}
	return c, nil
}

func checkSink(op string, to Sink, o Options) error {
	if given.IsNil(to) {
		return refuse(op, "to", "is nil")
	}
	return o.check(op)
}

// nameOf returns the name of a source, which must be one that every sink can store.
func nameOf(op string, s auditlogs.Source) (string, error) {
	name, ok := given.Name(s)
	if !ok {
		return "", refuse(op, "sources", "has one that is nil")
	}
	return name, CheckName(name)
}

// each delivers several sources, some at once, and returns what is wrong with any of them.
func (c *crew) each(ctx context.Context, parallel int, deliver func(*delivery, context.Context) error) error {
	errs := make([]error, len(c.all))
	turns := make(chan struct{}, parallel)
	var all sync.WaitGroup
	for i, d := range c.all {
		all.Go(func() {
			select {
			case turns <- struct{}{}:
				defer func() { <-turns }()
				errs[i] = c.one(ctx, d, deliver)
			case <-ctx.Done():
				c.cut.Store(true)
			}
		})
	}
	all.Wait()
	if c.cut.Load() {
		return errors.Join(errors.Join(errs...), ended(ctx))
	}
	return errors.Join(errs...)
}

// one delivers a source. Where it is one of several, what is wrong with it is reported at once.
func (c *crew) one(ctx context.Context, d *delivery, deliver func(*delivery, context.Context) error) error {
	err := deliver(d, ctx)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		c.cut.Store(true)
		return nil
	}
	fault := d.fault(err)
	if len(c.all) > 1 {
		c.options.Report(fault)
	}
	return fault
}

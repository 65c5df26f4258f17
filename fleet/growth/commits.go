package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// commits are events with the time when they were stored.
type commits []commit

type commit struct{ happened, stored time.Time }

// between returns the lags of what was stored in a range of time, the shortest first.
func (all commits) between(from, to time.Time) []time.Duration {
	var lags []time.Duration
	for _, c := range all {
		if !c.stored.Before(from) && c.stored.Before(to) {
			lags = append(lags, c.stored.Sub(c.happened))
		}
	}
	slices.Sort(lags)
	return lags
}

// percentile returns the value that so many of a hundred do not exceed; 0 of nothing.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// commits reads what was stored of tenants since a time.
func (s *scene) commits(ctx context.Context, of tenants, since time.Time) (all commits, err error) {
	js, err := jetstream.New(s.nc)
	if err != nil {
		return nil, err
	}
	var subjects []string
	for i := range of.n {
		subjects = append(subjects, fmt.Sprintf("auditlogs.event.%s-%04d.akinon", of.name, i))
	}
	c, err := js.OrderedConsumer(ctx, "AUDITLOGS", jetstream.OrderedConsumerConfig{
		FilterSubjects: subjects, DeliverPolicy: jetstream.DeliverByStartTimePolicy, OptStartTime: &since,
	})
	if err != nil {
		return nil, err
	}
	for {
		messages, err := c.FetchNoWait(1000)
		if err != nil {
			return nil, err
		}
		got := 0
		for m := range messages.Messages() {
			got++
			if all, err = all.add(m); err != nil {
				return nil, err
			}
		}
		if err := messages.Error(); err != nil && !errors.Is(err, jetstream.ErrNoMessages) {
			return nil, err
		}
		if got == 0 {
			return all, nil
		}
	}
}

// add adds the events of a message, which are lines.
func (all commits) add(m jetstream.Msg) (commits, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(m.Data()) {
		var event struct{ Time time.Time }
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, err
		}
		all = append(all, commit{event.Time, meta.Timestamp})
	}
	return all, nil
}

// stored returns how many messages the stream has had: events, one or more each, and places.
func (s *scene) stored(ctx context.Context) (uint64, error) {
	js, err := jetstream.New(s.nc)
	if err != nil {
		return 0, err
	}
	stream, err := js.Stream(ctx, "AUDITLOGS")
	if err != nil {
		return 0, err
	}
	return stream.CachedInfo().State.LastSeq, nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// batch is a page of any API, prepared for the output.
type batch struct {
	lines   []byte
	records int
	next    auditlogs.Cursor // "" after the last page
}

// source is one listing of one API. The name distinguishes listings of the same API, also in a state.
type source struct {
	api    auditlogs.API
	name   string
	pages  listing
	follow listing // does not end
}

// listing reads on from a place.
type listing func(ctx context.Context, at place) iter.Seq2[batch, error]

// record is the interface that the five record types share.
type record interface{ Key() string }

// lister is the interface that the five services share.
type lister[T record, F any] interface {
	Pages(ctx context.Context, f F) iter.Seq2[*auditlogs.Page[T], error]
	Follow(ctx context.Context, f F, o auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[T], error]
}

// newSource creates a source of a service. filter converts a place to the service's filter, and raw returns the record
// as it was received.
func newSource[T record, F any](
	api auditlogs.API, name string, set *settings, service lister[T, F], filter func(place) F, raw func(T) json.RawMessage,
) source {
	options := auditlogs.FollowOptions{Interval: set.interval, Lag: set.lag}
	return source{
		api: api, name: name,
		pages: func(ctx context.Context, at place) iter.Seq2[batch, error] {
			return batches(api, set.madeUp, service.Pages(ctx, filter(at)), raw)
		},
		follow: func(ctx context.Context, at place) iter.Seq2[batch, error] {
			return batches(api, set.madeUp, service.Follow(ctx, filter(at), options), raw)
		},
	}
}

// batches converts pages to lines.
func batches[T record](
	api auditlogs.API, madeUp bool, pages iter.Seq2[*auditlogs.Page[T], error], raw func(T) json.RawMessage,
) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(batch{}, err)
				return
			}
			lines, err := encodeLines(api, madeUp, page.Items, raw)
			if !yield(batch{lines: lines, records: len(page.Items), next: page.Next}, err) || err != nil {
				return
			}
		}
	}
}

// line is one line of the output.
type line struct {
	Demo   bool            `json:"demo,omitempty"` // the record is made up
	API    auditlogs.API   `json:"api"`
	Key    string          `json:"key"`
	Record json.RawMessage `json:"record"`
}

func encodeLines[T record](api auditlogs.API, madeUp bool, records []T, raw func(T) json.RawMessage) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // write the record as it was received
	for _, r := range records {
		if err := enc.Encode(line{madeUp, api, r.Key(), raw(r)}); err != nil {
			return nil, err
		}
	}
	return buf.Bytes(), nil
}

// selectSources returns the listings to read, in the order of client.APIs.
func selectSources(client *auditlogs.Client, set *settings) ([]source, error) {
	var sources []source
	var errs []error
	for _, api := range client.APIs() {
		if set.apis != nil && !slices.Contains(set.apis, string(api)) {
			continue
		}
		of, err := sourcesOf(client, api, set)
		sources, errs = append(sources, of...), append(errs, err)
	}
	for _, name := range set.apis {
		if !slices.Contains(client.APIs(), auditlogs.API(name)) {
			errs = append(errs, fmt.Errorf("-api: %q is not configured; configured are %v", name, client.APIs()))
		}
	}
	return sources, errors.Join(errs...)
}

func sourcesOf(client *auditlogs.Client, api auditlogs.API, set *settings) ([]source, error) {
	switch api {
	case auditlogs.APIWaldur:
		return []source{waldur(client, set)}, nil
	case auditlogs.APIHuaweiEDS:
		if set.edsInstance == "" || set.edsConnector == "" {
			return nil, fmt.Errorf("%s is configured: it needs -eds-instance and -eds-connector too", api)
		}
		return []source{huaweiEDS(client, set)}, nil
	case auditlogs.APIAkinon:
		return []source{akinon(client, set)}, nil
	case auditlogs.APIElasticPath:
		if len(set.resources) == 0 {
			return nil, fmt.Errorf("%s is configured: it needs -elasticpath-resource too", api)
		}
		sources := make([]source, len(set.resources))
		for i, r := range set.resources {
			sources[i] = elasticPath(client, set, r)
		}
		return sources, nil
	case auditlogs.APIThousandEyes:
		return []source{thousandEyes(client, set)}, nil
	}
	return nil, fmt.Errorf("%s is unknown to this program", api)
}

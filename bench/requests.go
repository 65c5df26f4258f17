package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/go-querystring/query"
	"github.com/hashicorp/go-retryablehttp" //nolint:depguard // the request by hand is repeated by it, too

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// measureRequests compares a request of the client with the same request made by hand, over the same http.Client and with
// the same two libraries. Count is the simplest request: one HEAD, no body.
func measureRequests(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	base := server.base(setup{weight: light})
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	shared := &http.Client{Transport: transport}
	client, err := auditlogs.NewClient(waldur().option(base), auditlogs.WithHTTPClient(shared))
	if err != nil {
		return findings{}, err
	}
	hand, patient := retrying(shared), retrying(&http.Client{Transport: transport, Timeout: 30 * time.Second})
	count := func() error { _, err := client.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{}); return err }
	list := func() error { _, err := client.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{}); return err }
	head := func(by *retryablehttp.Client) func() error {
		return func() error { return byHand(ctx, by, http.MethodHead, base, waldurQuery{}) }
	}
	get := func() error {
		return byHand(ctx, hand, http.MethodGet, base, waldurQuery{Order: []string{"-timestamp"}, Page: 1, PageSize: waldur().largest})
	}
	var heads, limited, gets overhead
	for _, c := range []struct {
		into      *overhead
		sdk, hand func() error
	}{{&heads, count, head(hand)}, {&limited, count, head(patient)}, {&gets, list, get}} {
		if *c.into, err = compareRequests(sizes, c.sdk, c.hand); err != nil {
			return findings{}, err
		}
	}
	return findings{goals: []goal{
		{
			"allocations of a request beyond `http.Client.Do`, go-retryablehttp and go-querystring: `Count` against the same HEAD",
			"≤ 14", "≤ 10", heads.mallocs.spread("%.1f"), judgeAim(heads.mallocs.median() <= 14, heads.mallocs.median() <= 10),
		},
		{"the same: CPU", "–", "", heads.cpu.spread("%.1f %%"), open},
		{"the same, if the request by hand has a time limit, too", "–", "", limited.text(), open},
		{"`List` of an empty page, decoding and bookkeeping included, against the same GET read by `io.ReadAll`", "–", "", gets.text(), open},
	}}, nil
}

// retrying returns a client that does no more than go-retryablehttp by itself. It writes no log.
func retrying(client *http.Client) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: client, RetryMax: 3, CheckRetry: retryablehttp.DefaultRetryPolicy, Backoff: retryablehttp.DefaultBackoff,
	}
}

// waldurQuery has every parameter of the endpoint.
type waldurQuery struct {
	AccessorType string   `url:"accessor_type,omitempty"`
	AccessorUUID string   `url:"accessor_uuid,omitempty"`
	EndDate      string   `url:"end_date,omitempty"`
	Order        []string `url:"o,comma,omitempty"`
	Page         int      `url:"page,omitempty"`
	PageSize     int      `url:"page_size,omitempty"`
	Query        string   `url:"query,omitempty"`
	StartDate    string   `url:"start_date,omitempty"`
	UserUUID     string   `url:"user_uuid,omitempty"`
}

// overhead is how much more one way costs than another, per round.
type overhead struct{ mallocs, cpu series }

func (o overhead) text() string {
	return o.mallocs.spread("%.1f") + " allocations, " + o.cpu.spread("%.1f %%") + " CPU"
}

func compareRequests(sizes sizes, ways ...func() error) (overhead, error) {
	var o overhead
	for _, way := range ways { // opens the connection
		if err := way(); err != nil {
			return o, err
		}
	}
	for round := range sizes.requestRounds {
		costs := make([]cost, len(ways))
		for _, which := range inTurn([]int{0, 1}, round) {
			c, err := measure(func() (int, error) {
				for range sizes.requests {
					if err := ways[which](); err != nil {
						return 0, err
					}
				}
				return sizes.requests, nil
			})
			if err != nil {
				return o, err
			}
			costs[which] = c
		}
		o.mallocs = append(o.mallocs, costs[0].perMalloc-costs[1].perMalloc)
		o.cpu = append(o.cpu, 100*(costs[0].perCPU/costs[1].perCPU-1))
	}
	return o, nil
}

func byHand(ctx context.Context, client *retryablehttp.Client, method, base string, parameters waldurQuery) error {
	q, err := query.Values(parameters)
	if err != nil {
		return err
	}
	a := waldur()
	req, err := newRequest(ctx, method, a, base+"/"+a.path+"?"+q.Encode())
	if err != nil {
		return err
	}
	again, err := retryablehttp.FromRequest(req)
	if err != nil {
		return err
	}
	res, err := client.Do(again)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", res.Status)
	}
	_, err = io.ReadAll(res.Body)
	return err
}

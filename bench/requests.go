package main

import (
	"context"
	"io"
	"net/http"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// measureRequests compares a request of the client with the same request made by hand. Count is the simplest one: one
// HEAD request, no body.
func measureRequests(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	a := waldur()
	base := server.base(setup{})
	client, err := auditlogs.NewClient(a.option(base))
	if err != nil {
		return findings{}, err
	}
	defer client.CloseIdleConnections()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	plain := &http.Client{Transport: transport}

	count := func() error { _, err := client.DataAccessLogs.Count(ctx, auditlogs.DataAccessLogFilter{}); return err }
	list := func() error { _, err := client.DataAccessLogs.List(ctx, auditlogs.DataAccessLogFilter{}); return err }
	head := func() error { return byHand(ctx, plain, http.MethodHead, a, base+"/"+a.path) }
	get := func() error {
		return byHand(ctx, plain, http.MethodGet, a, base+"/"+a.path+"?"+a.query(0, a.largest).Encode())
	}
	heads, err := compareRequests(sizes, count, head)
	if err != nil {
		return findings{}, err
	}
	gets, err := compareRequests(sizes, list, get)
	if err != nil {
		return findings{}, err
	}
	return findings{goals: []goal{
		{
			"request overhead over `http.Client.Do`, `Count` against the same HEAD: allocations", "≤ 10",
			heads.mallocs.spread("%.1f"), judge(heads.mallocs.median() <= 10),
		},
		{
			"request overhead over `http.Client.Do`, `Count` against the same HEAD: CPU", "≤ 5 %",
			heads.cpu.spread("%.1f %%"), judge(heads.cpu.median() <= 5),
		},
		{
			"`List` of nothing, decoding and bookkeeping included, against the same GET read by `io.ReadAll`", "–",
			gets.mallocs.spread("%.1f") + " allocations, " + gets.cpu.spread("%.1f %%") + " CPU", open,
		},
	}}, nil
}

// overhead is how much more one way costs than another, per round.
type overhead struct{ mallocs, cpu series }

func compareRequests(sizes sizes, ways ...func() error) (overhead, error) {
	var o overhead
	for _, way := range ways { // opens the connection
		if err := way(); err != nil {
			return o, err
		}
	}
	for round := range sizes.requestRounds {
		costs := make([]cost, len(ways))
		for _, which := range rotated([]int{0, 1}, round) {
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

func byHand(ctx context.Context, client *http.Client, method string, a *api, address string) error {
	req, err := newRequest(ctx, method, a, address)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.ReadAll(res.Body)
	return err
}

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// job is a listing to read, as often as times says.
type job struct {
	api      *api
	base     string
	rows     int // of the listing
	page     int
	times    int // 0 is once
	prefetch int
	pause    time.Duration // after every page
}

// variant is one way to read.
type variant struct {
	name string
	read func(context.Context, job) (events int, err error)
}

// Names of the variants.
const (
	sdkAll    = "SDK `All`"
	sdkPages  = "SDK `Pages`"
	generated = "generated"
	values    = "json/v2"
	keeping   = "json/v2, `Raw`"
	nothing   = "discard"
)

// The variants, the SDK first.
func variants() []variant {
	return []variant{
		{sdkAll, readAll},
		{sdkPages, readPages},
		{generated, func(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, j.api.generated()) }},
		{values, func(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, j.api.values()) }},
		{keeping, func(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, j.api.keeping()) }},
		{nothing, readNowhere},
	}
}

func variantNamed(name string) (variant, error) {
	for _, v := range variants() {
		if v.name == name {
			return v, nil
		}
	}
	return variant{}, fmt.Errorf("no variant %q", name)
}

// readAll reads with the SDK, record by record.
func readAll(ctx context.Context, j job) (int, error) {
	return readSDK(ctx, j, func(l listing, record func([]byte)) (int, error) { return l.all(record) })
}

// readPages reads with the SDK, page by page.
func readPages(ctx context.Context, j job) (int, error) {
	return readSDK(ctx, j, func(l listing, record func([]byte)) (int, error) {
		return l.pages(visitor{record: record, page: func() { time.Sleep(j.pause) }})
	})
}

func readSDK(ctx context.Context, j job, read func(listing, func(raw []byte)) (int, error)) (int, error) {
	client, err := auditlogs.NewClient(j.api.option(j.base))
	if err != nil {
		return 0, err
	}
	defer client.CloseIdleConnections()
	n, bytes := 0, 0
	for range max(1, j.times) {
		listing := j.api.list(ctx, client, auditlogs.ListOptions{PageSize: j.page, Prefetch: j.prefetch})
		got, err := read(listing, func(raw []byte) { bytes += len(raw) })
		if n += got; err != nil {
			return n, err
		}
	}
	if bytes < n {
		return n, fmt.Errorf("%d records of %d bytes", n, bytes)
	}
	return n, nil
}

// readNowhere reads like a plain pager and discards the bytes: this is the limit.
func readNowhere(ctx context.Context, j job) (int, error) {
	n, err := readPlain(ctx, j, func(body io.Reader) (int, error) {
		_, err := io.Copy(io.Discard, body)
		return j.page, err // the last page may be shorter
	})
	return min(n, max(1, j.times)*j.rows), err
}

// readPlain reads one page after another, without a look at whether rows move between two requests.
func readPlain(ctx context.Context, j job, decode decoder) (int, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	total := 0
	for range max(1, j.times) {
		n := 0
		for page := 0; n < j.rows; page++ {
			got, err := onePage(ctx, client, j, page, decode)
			if err != nil {
				return total + n, err
			}
			if got == 0 {
				break
			}
			n += got
		}
		total += n
	}
	return total, nil
}

func onePage(ctx context.Context, client *http.Client, j job, page int, decode decoder) (int, error) {
	address := j.base + "/" + j.api.path + "?" + j.api.query(page, j.page).Encode()
	req, err := newRequest(ctx, http.MethodGet, j.api, address)
	if err != nil {
		return 0, err
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", j.api.name, res.Status)
	}
	return decode(res.Body)
}

func newRequest(ctx context.Context, method string, a *api, address string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "bench")
	req.Header.Set(a.header, a.scheme+auditlogtest.Token)
	return req, nil
}

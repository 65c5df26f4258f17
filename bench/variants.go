package main

import (
	"context"
	"encoding/json"
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

// The variants, the SDK first.
func variants() []variant {
	return []variant{
		{"SDK", readSDK},
		{"generated", func(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, j.api.generated) }},
		{"values", func(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, j.api.values) }},
		{"discard", readNowhere},
	}
}

func readSDK(ctx context.Context, j job) (int, error) {
	client, err := auditlogs.NewClient(j.api.option(j.base))
	if err != nil {
		return 0, err
	}
	defer client.CloseIdleConnections()
	n, bytes := 0, 0
	for range max(1, j.times) {
		options := auditlogs.ListOptions{PageSize: j.page, Prefetch: j.prefetch}
		got, err := j.api.read(ctx, client, options, visitor{
			record: func(raw []byte) { bytes += len(raw) },
			page:   func() { time.Sleep(j.pause) },
		})
		if n += got; err != nil {
			return n, err
		}
	}
	if bytes < n {
		return n, fmt.Errorf("%d records of %d bytes", n, bytes)
	}
	return n, nil
}

// readPlain reads one page after another, each as a whole, and decodes it. Without decode it discards the bytes.
func readPlain(ctx context.Context, j job, decode func([]byte) (int, error)) (int, error) {
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
			if decode == nil {
				got = min(j.page, j.rows-n)
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

// readNowhere reads like a plain pager and discards the bytes: this is the limit.
func readNowhere(ctx context.Context, j job) (int, error) { return readPlain(ctx, j, nil) }

func onePage(ctx context.Context, client *http.Client, j job, page int, decode func([]byte) (int, error)) (int, error) {
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
	if decode == nil {
		_, err := io.Copy(io.Discard, res.Body)
		return 0, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	return decode(body)
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

// decodeArray decodes a bare array.
func decodeArray[T any](body []byte) (int, error) {
	var rows []T
	err := json.Unmarshal(body, &rows)
	return len(rows), err
}

// decodeIn decodes an envelope and counts its rows.
func decodeIn[E any](count func(*E) int) func([]byte) (int, error) {
	return func(body []byte) (int, error) {
		var envelope E
		err := json.Unmarshal(body, &envelope)
		return count(&envelope), err
	}
}

package main

import (
	"context"
	"fmt"
)

// measureConnections counts the connections of listings whose answers end in different ways.
func measureConnections(ctx context.Context, server *pages, _ sizes) (findings, error) {
	const pages = 20
	most, which := 0, "all five APIs"
	for _, framing := range []string{"length", "chunked", "late", "gzip"} {
		for _, a := range apis() {
			listing := a.setup(pages*shortPage, shortPage)
			listing.framing = framing
			if _, err := server.counts(ctx, listing); err != nil {
				return findings{}, err
			}
			n, err := readPages(ctx, job{api: a, base: server.base(listing), rows: listing.rows, page: shortPage})
			if err == nil && n != listing.rows {
				err = fmt.Errorf("%d events, not %d", n, listing.rows)
			}
			if err != nil {
				return findings{}, fmt.Errorf("%s, %s: %w", a.name, framing, err)
			}
			seen, err := server.counts(ctx, listing)
			if err != nil {
				return findings{}, err
			}
			if again := seen.Connections - 1; again > most {
				most, which = again, a.name+", "+framing
			}
		}
	}
	return findings{goals: []goal{{
		fmt.Sprintf("new connections after the first in %d pages: length, chunked, a late last chunk, gzip", pages), "0", "",
		fmt.Sprintf("%d, %s", most, which), judge(most == 0),
	}}}, nil
}

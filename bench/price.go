package main

import (
	"context"
	"fmt"
	"strconv"
)

// measurePrice counts what the promise costs on a listing that does not change.
func measurePrice(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	d := detail{
		title:  fmt.Sprintf("Price of the promise, %d rows, undisturbed", sizes.priceRows),
		header: []string{"API", "page", "requests", "of a plain pager", "rows read twice"},
	}
	var twice, more float64
	var twiceBy, moreBy string
	for _, a := range apis() {
		for _, wanted := range []int{longPage, shortPage} {
			page := a.pageOf(wanted)
			if page == shortPage && wanted == longPage {
				continue // it is measured anyway
			}
			seen, err := priceOf(ctx, server, a, sizes.priceRows, page)
			if err != nil {
				return findings{}, fmt.Errorf("%s: %w", a.name, err)
			}
			plain := (sizes.priceRows + page - 1) / page
			percent := 100 * float64(seen.Rows-sizes.priceRows) / float64(sizes.priceRows)
			name := fmt.Sprintf("%s, pages of %d", a.name, page)
			if percent > twice || twiceBy == "" {
				twice, twiceBy = percent, name
			}
			if extra := float64(seen.Requests - plain); extra > more || moreBy == "" {
				more, moreBy = extra, name
			}
			d.rows = append(d.rows, []string{
				a.name, strconv.Itoa(page), strconv.Itoa(seen.Requests), strconv.Itoa(plain), fmt.Sprintf("%.1f %%", percent),
			})
		}
	}
	return findings{[]goal{
		{
			"price of the promise: rows read twice, undisturbed, worst of APIs and pages", "≤ 3 %", "",
			fmt.Sprintf("%.1f %%, %s", twice, twiceBy), judge(twice <= 3),
		},
		{
			"price of the promise: requests beyond those of a plain pager, worst of APIs and pages", "≤ 1", "",
			fmt.Sprintf("%.0f, %s", more, moreBy), judge(more <= 1),
		},
	}, []detail{d}}, nil
}

func priceOf(ctx context.Context, server *pages, a *api, rows, page int) (counts, error) {
	listing := a.setup(rows, page)
	if _, err := server.counts(ctx, listing); err != nil {
		return counts{}, err
	}
	n, err := readPages(ctx, job{api: a, base: server.base(listing), rows: rows, page: page})
	if err == nil && n != rows {
		err = fmt.Errorf("%d events, not %d", n, rows)
	}
	if err != nil {
		return counts{}, err
	}
	return server.counts(ctx, listing)
}

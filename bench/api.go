package main

import (
	"context"
	"net/http"
	"net/url"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// api describes one of the five APIs: how its peers request it, how it is served, and what its records look like.
type api struct {
	name    string
	id      auditlogtest.API
	path    string // below the base URL
	largest int    // rows of the largest page that a client may ask for; 0: the server chooses
	most    int    // rows that one listing can give; 0: any number
	header  string // of the token
	scheme  string // before the token

	query func(page, size int) url.Values // of a plain pager, whose pages count from 0

	// What the page server has to know.
	window func(url.Values, setup) window
	frame  func(http.Header, *http.Request, window) (head, tail string)
	record recordForm
	invent func(*population) []byte // a record of realistic weight, with the marks of a template

	// The readers.
	option                     func(base string) auditlogs.Option
	list                       func(context.Context, *auditlogs.Client, auditlogs.ListOptions) listing
	generated, values, keeping func() decoder
}

func apis() []*api {
	return []*api{waldur(), huawei(), akinon(), elasticPath(), thousandEyes()}
}

// pageOf returns the page size if a caller wants pages of a size: that size, but at most the largest.
func (a *api) pageOf(size int) int {
	if a.largest > 0 {
		return min(size, a.largest)
	}
	return size
}

// rowsOf returns how many rows one listing has if a caller wants a number of rows.
func (a *api) rowsOf(rows int) int {
	if a.most > 0 {
		return min(rows, a.most)
	}
	return rows
}

// setup returns the setup for a number of light rows. If the server chooses the page size, it uses the wanted one. Otherwise
// the API's own largest page is the limit, so that a client that wants some overlap gets it.
func (a *api) setup(rows, page int) setup {
	s := setup{rows: rows, weight: light}
	if a.largest == 0 {
		s.page = page
	}
	return s
}

// token configures a client without a login.
func token() auditlogs.TokenSource { return auditlogs.StaticToken(auditlogtest.Token) }

package main

import (
	"net/http"
	"net/url"
	"strconv"
)

func text(n int) string { return strconv.Itoa(n) }

// number reads a parameter, or returns otherwise if it has no valid value.
func number(q url.Values, name string, otherwise int) int {
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

// quote returns an ASCII text as JSON.
func quote(s string) string { return strconv.Quote(s) }

// linkTo returns the requested URL with one parameter changed.
func linkTo(r *http.Request, name, value string) string {
	query := r.URL.Query()
	query.Set(name, value)
	return (&url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}).String()
}

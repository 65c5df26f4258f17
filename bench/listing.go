package main

import (
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// listing is a listing of the SDK, to be read in one of two ways. Both return the number of records.
type listing struct {
	pages func(visitor) (int, error)
	all   func(record func(raw []byte)) (int, error)
}

// visitor holds the functions that a caller applies to a listing. Each may be nil.
type visitor struct {
	record func(raw []byte)
	page   func()
}

// listingOf takes records by value, so that All, whose records are values, need not put each one on the heap.
func listingOf[T any](pages iter.Seq2[*auditlogs.Page[T], error], all iter.Seq2[T, error], raw func(T) []byte) listing {
	return listing{
		pages: func(v visitor) (int, error) { return eachPage(pages, raw, v) },
		all:   func(record func([]byte)) (int, error) { return eachRecord(all, raw, record) },
	}
}

// eachPage reads a listing to its end, page by page.
func eachPage[T any](pages iter.Seq2[*auditlogs.Page[T], error], raw func(T) []byte, v visitor) (int, error) {
	n := 0
	for page, err := range pages {
		if err != nil {
			return n, err
		}
		for i := range page.Items {
			n++
			if v.record != nil {
				v.record(raw(page.Items[i]))
			}
		}
		if v.page != nil {
			v.page()
		}
	}
	return n, nil
}

// eachRecord reads a listing to its end, record by record.
func eachRecord[T any](all iter.Seq2[T, error], raw func(T) []byte, record func([]byte)) (int, error) {
	n := 0
	for r, err := range all {
		if err != nil {
			return n, err
		}
		n++
		record(raw(r))
	}
	return n, nil
}

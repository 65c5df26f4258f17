// Package logs gives the five services one common form. Records are numbers, so that millions of them can be told apart
// with little memory.
package logs

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Row is a record in its simplest form.
type Row struct {
	Number   int
	At       time.Time
	Resource string // of Elastic Path; "" is auditlogtest's default resource
}

// Page is a page of records in their simplest form.
type Page struct {
	Numbers []int
	Next    auditlogs.Cursor
}

// Query holds what all five filters can express, and a resource for Elastic Path.
type Query struct {
	Since    time.Time
	Resource string
	auditlogs.ListOptions
}

// Log is one service.
type Log struct {
	API     auditlogtest.API
	Name    string
	MaxPage int  // rows of the longest page
	Sized   bool // the caller may ask for shorter pages

	Add    func(srv *auditlogtest.Server, rows ...Row)
	Remove func(srv *auditlogtest.Server, gone func(number int) bool) int
	Pages  func(context.Context, *auditlogs.Client, Query) iter.Seq2[*Page, error]
	Follow func(context.Context, *auditlogs.Client, Query, auditlogs.FollowOptions) iter.Seq2[*Page, error]
}

// service is the interface that all five services have.
type service[T, F any] interface {
	Pages(context.Context, F) iter.Seq2[*auditlogs.Page[T], error]
	Follow(context.Context, F, auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[T], error]
}

// kind says how to make and read the records of a service.
type kind[T, F any] struct {
	service func(*auditlogs.Client) service[T, F]
	filter  func(Query) F
	record  func(Row) T
	id      func(T) string // ends in the digits of the number
	add     func(*auditlogtest.Server, ...T)
	remove  func(*auditlogtest.Server, func(T) bool) int
}

func newLog[T, F any](l Log, k kind[T, F]) Log {
	l.Add = func(srv *auditlogtest.Server, rows ...Row) {
		records := make([]T, len(rows))
		for i, r := range rows {
			records[i] = k.record(r)
		}
		k.add(srv, records...)
	}
	l.Remove = func(srv *auditlogtest.Server, gone func(int) bool) int {
		return k.remove(srv, func(record T) bool { return gone(numberOf(k.id(record))) })
	}
	l.Pages = func(ctx context.Context, c *auditlogs.Client, q Query) iter.Seq2[*Page, error] {
		return bare(k.service(c).Pages(ctx, k.filter(q)), k.id)
	}
	l.Follow = func(ctx context.Context, c *auditlogs.Client, q Query, o auditlogs.FollowOptions) iter.Seq2[*Page, error] {
		return bare(k.service(c).Follow(ctx, k.filter(q), o), k.id)
	}
	return l
}

// bare reduces pages to the numbers of their records.
func bare[T any](pages iter.Seq2[*auditlogs.Page[T], error], id func(T) string) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			b := &Page{Numbers: make([]int, len(page.Items)), Next: page.Next}
			for i, item := range page.Items {
				b.Numbers[i] = numberOf(id(item))
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

// digits is the number of hexadecimal digits in an id that hold the number.
const digits = 12

// uuid returns an id without dashes that ends in a number.
func uuid(number int) string { return fmt.Sprintf("00000000000040008000%0*x", digits, number) }

// dashed returns the uuid of a number with dashes.
func dashed(number int) string { return fmt.Sprintf("00000000-0000-4000-8000-%0*x", digits, number) }

// numberOf returns the number at the end of an id, or -1 if there is none.
func numberOf(id string) int {
	if len(id) < digits {
		return -1
	}
	n, err := strconv.ParseUint(id[len(id)-digits:], 16, 4*digits)
	if err != nil {
		return -1
	}
	return int(n)
}

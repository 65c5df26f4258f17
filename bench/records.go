package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Time formats, all of fixed length.
const (
	micros   = "2006-01-02T15:04:05.000000Z"
	millis   = "2006-01-02T15:04:05.000Z"
	seconds  = "2006-01-02T15:04:05Z"
	fraction = 123456 * time.Microsecond // of every time whose format has a fraction
)

// newest is the time of the newest row, without its fraction. It is fixed, so that every run reads the same pages.
var newest = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)

// timeOf returns the time of a row. Row 0 is the newest. Of four rows, two share their time; the others are a second
// apart.
func timeOf(row int) time.Time {
	slot := row/4*3 + min(row%4, 2)
	return newest.Add(fraction - time.Duration(slot)*time.Second)
}

// rowAt returns the first row before the bound of a query, or at the bound if it is inclusive. Without a bound it
// returns 0.
func rowAt(bound string, part time.Duration, inclusive bool) int {
	t, err := time.Parse(time.RFC3339Nano, bound)
	if err != nil {
		return 0
	}
	later := newest.Add(part).Sub(t)
	slot := int(later / time.Second)
	switch {
	case later < 0:
		return 0
	case !inclusive || later%time.Second > 0:
		slot++
	}
	return slot/3*4 + slot%3
}

// recordForm says where a record has its id and its time.
type recordForm struct {
	id     string // name of the member; "": there is none
	time   string
	layout string
}

// template is a record as auditlogtest serves it, without the first eight digits of its id and without its time.
type template struct{ head, middle, tail []byte }

const idDigits = 8

func (f recordForm) template(raw []byte) (template, error) {
	var t template
	if f.id != "" {
		i := valueOf(raw, f.id)
		if i < 0 {
			return t, fmt.Errorf("no %s in %s", f.id, raw)
		}
		t.head, raw = raw[:i], raw[i+idDigits:]
	}
	i := valueOf(raw, f.time)
	if i < 0 {
		return t, fmt.Errorf("no %s in %s", f.time, raw)
	}
	t.middle = raw[:i]
	t.tail = raw[i+bytes.IndexByte(raw[i:], '"'):]
	return t, nil
}

// valueOf returns the index at which a member's text begins, after the quote, or -1 if there is no such member.
func valueOf(raw []byte, name string) int {
	member := []byte(`"` + name + `":"`)
	i := bytes.Index(raw, member)
	if i < 0 {
		return -1
	}
	return i + len(member)
}

// appendRow writes one row.
func (f recordForm) appendRow(buf []byte, templates []template, row int) []byte {
	t := &templates[row%len(templates)]
	buf = append(buf, t.head...)
	if f.id != "" {
		digits := strconv.AppendUint(make([]byte, 0, idDigits+1), 1<<(4*idDigits)|uint64(row), 16)
		buf = append(buf, digits[1:]...)
	}
	buf = append(buf, t.middle...)
	buf = timeOf(row).AppendFormat(buf, f.layout)
	return append(buf, t.tail...)
}

// makeTemplates makes templates from the records that auditlogtest generates.
func makeTemplates(ctx context.Context, n int) (map[*api][]template, error) {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	all := map[*api][]template{}
	for _, a := range apis() {
		srv.GenerateFor(a.id, 1, n)
		var failed error
		_, err := a.read(ctx, client, auditlogs.ListOptions{}, visitor{record: func(raw []byte) {
			t, err := a.record.template(raw)
			failed = errors.Join(failed, err)
			all[a] = append(all[a], t)
		}})
		if err := errors.Join(err, failed); err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return all, nil
}

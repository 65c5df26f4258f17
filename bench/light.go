package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// recordForm says where a record has its id and its time.
type recordForm struct {
	id     string // name of the member; "": there is none
	time   string
	layout string
}

// mark puts marks in place of a record's time and of the first digits of its id.
func (f recordForm) mark(raw []byte) ([]byte, error) {
	if f.id != "" {
		i := valueOf(raw, f.id)
		if i < 0 {
			return nil, fmt.Errorf("no %s in %s", f.id, raw)
		}
		raw = slices.Concat(raw[:i], []byte(idMark), raw[i+len(idMark):])
	}
	i := valueOf(raw, f.time)
	if i < 0 {
		return nil, fmt.Errorf("no %s in %s", f.time, raw)
	}
	return slices.Concat(raw[:i], []byte(timeMark), raw[i+bytes.IndexByte(raw[i:], '"'):]), nil
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

// lightTemplates makes templates of the records that auditlogtest generates.
func lightTemplates(ctx context.Context, a *api, n int) ([]template, error) {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	srv.GenerateFor(a.id, 1, n)
	var all []template
	var failed error
	_, err = a.list(ctx, client, auditlogs.ListOptions{}).all(func(raw []byte) {
		marked, err := a.record.mark(raw)
		if err != nil {
			failed = errors.Join(failed, err)
			return
		}
		t, err := newTemplate(marked)
		failed = errors.Join(failed, err)
		all = append(all, t)
	})
	return all, errors.Join(err, failed)
}

package auditlogs

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// EDS reduces larger pages to 999 rows, and has no offset above 999,999. Its documents say so of all its lists.
const (
	edsMaxSize = 999
	edsMaxSkip = 999_999
)

// edsList is a list of EDS, for one listing: the audit log of a connector, or the connectors of an instance.
type edsList[T record] struct {
	conn    *conn
	path    []string                      // below the project
	query   func(exact.Window) url.Values // the parameters, without offset and limit
	codec   *wire.Codec[T]
	members []string // the names that the list may have in an answer: that of the documents, and that of the vendor's SDK

	shared memory[T]
	unit   atomic.Int64 // what the offset counts
	head   edsHead[T]
}

// fetch asks for a window. If the window does not begin at row 0, the unit of the offset must be found out first.
func (l *edsList[T]) fetch(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
	if w.Skip == 0 {
		return l.ask(ctx, op, w, 0, w.Size, 0)
	}
	if l.learning() && w.Skip == 1 && w.Size == w.After {
		if head := l.head.rows(l.query(w).Encode()); len(head) == w.After {
			return l.edge(ctx, op, w, head)
		}
	}
	if l.learning() {
		if all, err := l.probe(ctx, op, w); err != nil || all != nil {
			return all, err
		}
	}
	if unit := l.unit.Load(); unit != offsetRecords {
		return l.askPage(ctx, op, w, int(unit))
	}
	return l.ask(ctx, op, w, w.Skip, w.Size, w.Skip)
}

// askPage asks for a window by page number. No page is longer than longest.
func (l *edsList[T]) askPage(ctx context.Context, op string, w exact.Window, longest int) (*answer[T], error) {
	w = w.AtMost(longest)
	page, size := w.Page()
	got, err := l.ask(ctx, op, w, page, size, page*size)
	if got != nil {
		got.Size = longest
	}
	return got, err
}

// ask sends one request. Its answer begins at row skip.
func (l *edsList[T]) ask(ctx context.Context, op string, w exact.Window, offset, limit, skip int) (*answer[T], error) {
	q := l.query(w)
	same := q.Encode()
	q.Set("offset", strconv.Itoa(offset))
	q.Set("limit", strconv.Itoa(limit))
	path := append([]string{"v1", l.conn.projectID, "eds"}, l.path...)
	r, err := l.conn.do(ctx, call{op: op, path: path, query: q.Encode(), bodies: &l.shared.bodies})
	if err != nil {
		return nil, err
	}
	got, err := l.read(op, r, skip, limit)
	if err == nil && offset == 0 && len(got.items) < limit && l.learning() {
		l.head.keep(same, got.items)
	}
	return got, err
}

// read reads an answer. An error code makes a 200 a failure. The list has one name in the documents and another in the vendor's
// SDK. null in its place is taken for an empty list of a Java server, but only beside a total. The total is passed on, but
// does not end the listing: one documented example has no total, and another has 0 although there are rows.
func (l *edsList[T]) read(op string, r *transport.Reply, skip, limit int) (*answer[T], error) {
	defer r.Release()
	said, rows := envelope{list: l.members[0], nullable: true, total: -1}, wire.NewList(l.codec, limit)
	err := readAnswer(op, r, &l.shared, rows, &said, func(in *wire.Reader) {
		for name := range in.Members {
			switch member := string(name); {
			case slices.Contains(l.members, member):
				rows.ReadEither(in)
			case member == "total":
				in.Count(&said.total)
			case member == "error_code":
				in.Text(&said.code)
			default:
				said.other(name, in)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(r, rows, skip, limit)
	a.Total = said.total
	return a, nil
}

package auditlogs

import (
	"context"
	"errors"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// Waldur and Akinon are built on the same framework, Django REST framework, and page in the same way.

// isTime reports whether a sort key is the time.
func isTime(key string) bool { return strings.TrimPrefix(key, "-") == "timestamp" }

// askPage asks for a page and reads it. If the page does not exist ("Invalid page."), the list has become shorter. The
// first page always exists.
func askPage[T record](ctx context.Context, c *conn, list call, page, size int, read func(*transport.Reply) (*answer[T], error)) (*answer[T], error) {
	r, err := c.do(ctx, list)
	switch {
	case page > 0 && errors.Is(err, ErrNotFound):
		return &answer[T]{Answer: exact.Answer{Skip: page * size, Asked: size, Total: -1, More: exact.MoreNo}, gone: true}, nil
	case err != nil:
		return nil, err
	default:
		return read(r)
	}
}

// turned returns a sort key for the opposite order.
func turned(key string) string {
	if ascending, descends := strings.CutPrefix(key, "-"); descends {
		return ascending
	}
	return "-" + key
}

// readEnvelope reads {count, next, previous, results}.
func readEnvelope[T record](r *wire.Reader, rows *wire.List[T], e *envelope) {
	for name := range r.Members {
		switch string(name) {
		case "count":
			r.Count(&e.total)
		case "next":
			e.linked = true
			r.Text(&e.next)
		case "results":
			rows.Read(r)
		default:
			e.other(name, r)
		}
	}
}

// readNext notes whether rows follow: they do if the link or the count of an envelope says so, and they do not if one of them
// is there and says otherwise. If both are missing, nothing is known.
func (a *answer[T]) readNext(e *envelope) {
	if e.linked || a.Total >= 0 {
		a.More = exact.MoreIf(e.next != "" || a.Total > a.end())
	}
}

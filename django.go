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

// readEnvelope reads {count, next, previous, results}.
func readEnvelope[T record](r *wire.Reader, rows *wire.List[T], count *int, next *string) {
	for name := range r.Members {
		switch string(name) {
		case "count":
			r.Count(count)
		case "next":
			r.Text(next)
		case "results":
			rows.Read(r)
		default:
			r.Skip()
		}
	}
}

// readNext notes whether rows follow, according to an envelope's link or to a count of more rows.
func (a *answer[T]) readNext(next string) {
	a.More = exact.MoreIf(next != "" || a.Total > a.end())
}

package auditlogs

import (
	"errors"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// Waldur and Akinon are built on the same framework, Django REST framework, and page in the same way.

// isTime tells whether a sort key is the time.
func isTime(key string) bool { return strings.TrimPrefix(key, "-") == "timestamp" }

// pastEnd is the answer for a page that does not exist, "Invalid page.": the list is shorter by now. It is nil for any
// other error, and for the first page, which always exists.
func pastEnd[T record](err error, page, size int) *answer[T] {
	if page == 0 || !errors.Is(err, ErrNotFound) {
		return nil
	}
	return &answer[T]{skip: page * size, asked: size, total: -1, more: moreNo}
}

// readEnvelope reads {count, next, previous, results}.
func readEnvelope[T record, P decodable[T]](r *jsonread.Reader, rows *list[T], total *int, next *string) {
	for name := range r.Members {
		switch string(name) {
		case "count":
			r.Count(total)
		case "next":
			r.Text(next)
		case "results":
			readList[T, P](r, rows)
		default:
			r.Skip()
		}
	}
}

// follows notes whether rows follow, as an envelope tells: by its link, or by a count of more rows.
func (a *answer[T]) follows(next string) {
	a.more = moreIf(next != "" || a.total > a.skip+len(a.rows))
}

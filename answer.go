package auditlogs

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// answer is what an API returned for a window: the part that the engine sees, and the records themselves.
type answer[T record] struct {
	exact.Answer
	items     []T
	table     []T  // all rows of the answer that the items are from
	kept      bool // its last rows are kept for another page
	rateLimit RateLimit
	requestID string
	gone      bool // the API has no such page: there was an answer, but without records
	reported  bool // it is the rest of an answer that was reported to the hook

	age     time.Duration // how long a cache kept the answer, by the Age header
	claimed time.Time     // the server's time according to the answer, if Follow does not believe it

	list       *wire.List[T]
	unreadable map[int]*unreadable // by index; nil except for Follow, and there nearly always

	spec *spec[T]
}

// memory is what the answers of one listing share.
type memory[T record] struct {
	wire.Shared[T]
	bodies transport.Buffers
}

// newAnswer creates the answer of a request for size records. Its first record is at row skip.
func newAnswer[T record](r *transport.Reply, rows *wire.List[T], skip, size int) *answer[T] {
	return &answer[T]{
		Answer: exact.Answer{Skip: skip, Asked: size, Total: -1, Date: r.Date},
		items:  rows.Rows, table: rows.Rows, rateLimit: RateLimit(r.RateLimit), requestID: r.RequestID,
		age: r.Age, list: rows,
	}
}

// end returns the index after the last row.
func (a *answer[T]) end() int { return a.Skip + len(a.items) }

// Len, Time, Key, Hash, Number and Former let the engine see the records as rows.
func (a *answer[T]) Len() int { return len(a.items) }

// Time returns the time of row i.
func (a *answer[T]) Time(i int) time.Time {
	if u := a.unreadable[i]; u != nil {
		return u.time
	}
	return a.spec.time(&a.items[i])
}

// Key returns the identity of row i.
func (a *answer[T]) Key(i int) string {
	if u := a.unreadable[i]; u != nil {
		return u.key()
	}
	return a.items[i].Key()
}

// Hash returns a hash of the identity of row i.
func (a *answer[T]) Hash(i int) exact.Hash {
	if u := a.unreadable[i]; u != nil {
		return exact.HashOf(u.key())
	}
	return a.spec.hash(&a.items[i])
}

// Number makes row i the nth of several equal ones.
func (a *answer[T]) Number(i, n int) {
	if u := a.unreadable[i]; u != nil {
		u.equal = n
		return
	}
	a.spec.number(&a.items[i], n)
}

// Former returns the identity that earlier releases gave row i, as the nth of several equal ones.
func (a *answer[T]) Former(i, n int) string {
	if u := a.unreadable[i]; u != nil {
		return u.key()
	}
	return a.spec.former(a.items[i], n)
}

// pick returns the records of the spans. A single span, which is the usual case, is not copied: the page uses the
// memory of the answer, without spare capacity, so that an append copies.
func (a *answer[T]) pick(spans []exact.Span) []T {
	if len(a.unreadable) > 0 {
		return a.readable(spans)
	}
	switch len(spans) {
	case 0:
		return nil
	case 1:
		return a.items[spans[0].From:spans[0].To:spans[0].To]
	}
	var items []T
	for _, s := range spans {
		items = append(items, a.items[s.From:s.To]...)
	}
	return items
}

// envelope is what an answer says beside its records.
type envelope struct {
	list     string // the name of the member that has the records
	nullable bool   // null in place of the list, beside a total, is an answer without records
	total    int    // rows that match; -1 if the answer does not say
	next     string // the link to the next page
	linked   bool   // the answer says whether there is one: it has the link, or null in its place
	code     string // Huawei's error_code
	failed   bool   // the answer has errors
}

// other reads a member that no list of the API has. Errors make an answer a failure, whatever its status.
func (e *envelope) other(name []byte, in *wire.Reader) {
	switch string(name) {
	case "error", "errors", "error_code":
		e.failed = in.Filled() || e.failed
	default:
		in.Skip()
	}
}

// fault returns what makes an answer no listing, although it could be read; "" if nothing does. Without the list, an error of
// a proxy in JSON, for example, would count as an empty listing.
func (e *envelope) fault(found, null bool) string {
	switch {
	case e.failed:
		return "has errors"
	case found || null && e.nullable && e.total >= 0:
		return ""
	case null:
		return `has null in place of "` + e.list + `", the list of records`
	default:
		return `has no "` + e.list + `", the list of records`
	}
}

// readAnswer reads the list of records in a reply.
func readAnswer[T record](op string, r *transport.Reply, shared *memory[T], rows *wire.List[T], e *envelope, read func(*wire.Reader)) error {
	if err := checkStatus(op, r); err != nil {
		return err
	}
	index, err := wire.ReadAnswer(r.Body, &shared.Shared, rows, read)
	switch whole := err == nil || rows.HasFault(); {
	case whole && e.code != "":
		return newAPIError(op, r)
	case err != nil && !(whole && e.failed):
		return decodeError(op, r, index, r.CleanError(err))
	}
	if fault := e.fault(rows.Found(), rows.IsNull()); fault != "" {
		return decodeError(op, r, -1, notListing(r, fault))
	}
	for i := range rows.Faults {
		rows.Faults[i].Err = r.CleanError(rows.Faults[i].Err)
	}
	return nil
}

// notListing says why a success is no listing, and what its body says about that.
func notListing(r *transport.Reply, fault string) error {
	text := "the answer with status " + strconv.Itoa(r.Status) + " " + fault
	parsed := scrub.ParseRefusal(r.Body, r.Status)
	for _, words := range slices.Compact([]string{parsed.Code, parsed.Message}) {
		if words != "" {
			text += ": " + scrub.Line(r.CleanText(words), 120)
		}
	}
	return errors.New(text)
}

// checkStatus refuses a success other than the one that the APIs document for reads: it may be another server's, or an answer
// that is still to come. 203 is the same answer, passed on by a proxy.
func checkStatus(op string, r *transport.Reply) error {
	if r.Status == http.StatusOK || r.Status == http.StatusNonAuthoritativeInfo {
		return nil
	}
	return decodeError(op, r, -1, fmt.Errorf("status %d in place of 200", r.Status))
}

func decodeError(op string, r *transport.Reply, index int, err error) error {
	return &DecodeError{Op: op, Index: index, StatusCode: r.Status, Err: err}
}

// readRecord reads a reply that is one record.
func readRecord[T record](op string, r *transport.Reply, codec *wire.Codec[T]) (*T, error) {
	defer r.Release()
	if err := checkStatus(op, r); err != nil {
		return nil, err
	}
	record, err := codec.Record(r.Body)
	if err != nil {
		return nil, decodeError(op, r, 0, r.CleanError(err))
	}
	return record, nil
}

package auditlogtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type akinonRow = row[auditlogs.AuditEvent]

// akinonOrders holds the fields that the sort parameter supports. Other fields are ignored.
var akinonOrders = map[string]func(a, b *akinonRow) int{
	"timestamp":    func(a, b *akinonRow) int { return a.at.Compare(b.at) },
	"uuid":         func(a, b *akinonRow) int { return cmp.Compare(a.record.UUID, b.record.UUID) },
	"content_type": func(a, b *akinonRow) int { return cmp.Compare(a.record.ContentType, b.record.ContentType) },
	"object_id":    func(a, b *akinonRow) int { return cmp.Compare(a.record.ObjectID, b.record.ObjectID) },
	"remote_addr":  func(a, b *akinonRow) int { return cmp.Compare(a.record.RemoteAddr, b.record.RemoteAddr) },
	"url":          func(a, b *akinonRow) int { return cmp.Compare(a.record.URL, b.record.URL) },
}

func (s *Server) akinonList(c *call) *answer {
	if c.Method != http.MethodGet {
		return methodNotAllowed(c)
	}
	q, errs := akinonQuery(c)
	if len(errs) > 0 {
		return errs.answer()
	}
	if c.quirks.RefuseSort && c.query.Has("sort") {
		errs.add("sort", "Unknown parameter.")
		return errs.answer()
	}
	asked, _ := strconv.Atoi(c.last("limit")) // a value that is not a number counts as not given
	if most := c.quirks.LargestLimit; most > 0 && asked > most {
		errs.add("limit", "Ensure this value is less than or equal to "+strconv.Itoa(most)+".")
		return errs.answer()
	}
	list := s.auditEvents.list(q).without(c.quirks.missed(c.number))
	size := c.quirks.pageSize(Akinon, asked)
	pages := max(1, (list.total()+size-1)/size)
	page, ok := djangoPage(c, pages)
	if !ok {
		return detail(http.StatusNotFound, "Invalid page.")
	}
	at, hasNext := (page-1)*size, page < pages
	if c.quirks.LoopNext {
		at, hasNext = 0, true
	}
	rows := list.page(at, size, c.quirks.shuffle(c.number))
	rows = visible(c.quirks, rows[:c.quirks.rowsServed(len(rows), c.number)])
	return envelope(list, akinonKind, rows, pageLinks{call: c, page: page}, hasNext)
}

// akinonQuery reads the filter. If a parameter is repeated, the last value counts. An empty parameter counts as absent.
func akinonQuery(c *call) (query[auditlogs.AuditEvent], fieldErrors) {
	errs := fieldErrors{}
	from, to := akinonBounds(c, errs)
	q := query[auditlogs.AuditEvent]{from: later(from, c.oldest()), to: to, order: akinonOrder(c)}
	var conditions []func(*auditlogs.AuditEvent) bool
	number := func(name string, holds func(e *auditlogs.AuditEvent, n int64) bool) {
		value := c.last(name)
		if value == "" {
			return
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			errs.add(name, "Enter a number.")
		}
		q.key += name + "=" + value + " "
		conditions = append(conditions, func(e *auditlogs.AuditEvent) bool { return holds(e, n) })
	}
	number("content_type", func(e *auditlogs.AuditEvent, n int64) bool { return e.ContentType == n })
	number("object_id", func(e *auditlogs.AuditEvent, n int64) bool { return e.ObjectID == n })
	number("user", func(e *auditlogs.AuditEvent, n int64) bool {
		return e.User != nil && e.User.ID == strconv.FormatInt(n, 10)
	})
	if len(conditions) > 0 {
		q.match = func(e *auditlogs.AuditEvent) bool {
			for _, holds := range conditions {
				if !holds(e) {
					return false
				}
			}
			return true
		}
	}
	return q, errs
}

// akinonBounds combines all lookups on timestamp into one time range.
func akinonBounds(c *call, errs fieldErrors) (from, to time.Time) {
	precision := time.Microsecond
	if c.quirks.MillisecondBounds {
		precision = time.Millisecond
	}
	lookup := func(name string) time.Time {
		value := c.last(name)
		if value == "" {
			return time.Time{}
		}
		t, err := time.Parse(time.RFC3339Nano, value)
		if err != nil {
			errs.add(name, "Enter a valid date/time.")
		}
		return t.UTC().Truncate(precision)
	}
	// Row times are whole microseconds, so one nanosecond more includes or excludes the bound itself.
	behind := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.Add(1)
	}
	exact := lookup("timestamp")
	from = later(exact, later(lookup("timestamp__gte"), behind(lookup("timestamp__gt"))))
	for _, bound := range []time.Time{behind(exact), lookup("timestamp__lt"), behind(lookup("timestamp__lte"))} {
		if to.IsZero() || !bound.IsZero() && bound.Before(to) {
			to = bound
		}
	}
	return from, to
}

func akinonOrder(c *call) ordering[auditlogs.AuditEvent] {
	sort := c.last("sort")
	if c.quirks.IgnoreSort {
		sort = ""
	}
	switch sort {
	case "-timestamp":
		return ordering[auditlogs.AuditEvent]{}
	case "timestamp":
		return ordering[auditlogs.AuditEvent]{backward: true}
	}
	var fields []string
	for field := range strings.SplitSeq(sort, ",") {
		if akinonOrders[strings.TrimPrefix(field, "-")] != nil {
			fields = append(fields, field)
		}
	}
	if len(fields) == 0 {
		return byTime[auditlogs.AuditEvent](c.quirks.Order)
	}
	return ordering[auditlogs.AuditEvent]{key: strings.Join(fields, ","), compare: byFields(akinonOrders, fields)}
}

// akinonItem serves one event without its user, as the API documentation describes.
func (s *Server) akinonItem(c *call) *answer {
	if c.Method != http.MethodGet {
		return methodNotAllowed(c)
	}
	id := c.PathValue("uuid")
	if _, ok := parseUUID(id); !ok || len(id) != 36 {
		return djangoPageNotFound() // no route matches it
	}
	r := s.auditEvents.find(strings.ToLower(id))
	if r == nil {
		return detail(http.StatusNotFound, "Not found.")
	}
	if r.record.Raw != nil {
		return newAnswer(http.StatusOK, "application/json", r.record.Raw)
	}
	return jsonAnswer(http.StatusOK, akinonFields(&r.record, c.quirks.form()))
}

func (s *Server) akinonLogin(c *call) *answer {
	name, password, refused := djangoCredentials(c)
	if refused != nil {
		return refused
	}
	if name != Username || password != Password {
		return fieldErrors{"non_field_errors": {"Unable to log in with provided credentials."}}.answer()
	}
	return jsonAnswer(http.StatusOK, object{"key": s.tokens.issue(Akinon, c.expiry(0))})
}

// akinonRecord is the wire form of a single event, akinonListed that of an event in a list.
type akinonRecord struct {
	UUID        string          `json:"uuid"`
	Timestamp   string          `json:"timestamp"`
	ContentType int64           `json:"content_type"`
	ObjectID    *int64          `json:"object_id"`
	URL         *string         `json:"url"`
	RemoteAddr  *string         `json:"remote_addr"`
	Headers     json.RawMessage `json:"headers"`
	QueryParams json.RawMessage `json:"query_params"`
	PostData    json.RawMessage `json:"post_data"`
	Content     json.RawMessage `json:"content"`
}

type akinonListed struct {
	akinonRecord
	User any `json:"user"`
}

type akinonUser struct {
	ID        any    `json:"id"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
	IsActive  bool   `json:"is_active"`
	IsStaff   bool   `json:"is_staff"`
}

func akinonFields(e *auditlogs.AuditEvent, as form) akinonRecord {
	layout := "2006-01-02T15:04:05.000000Z"
	if as == formTexts {
		layout = "2006-01-02 15:04:05.000000"
	}
	wire := akinonRecord{
		UUID: e.UUID, Timestamp: e.Timestamp.Format(layout), ContentType: e.ContentType,
		URL: nullable(e.URL), RemoteAddr: nullable(e.RemoteAddr),
		Headers: anyJSON(e.Headers, "null"), QueryParams: anyJSON(e.QueryParams, "null"),
		PostData: anyJSON(e.PostData, "null"), Content: anyJSON(e.Content, "null"),
	}
	if e.ObjectID != 0 {
		wire.ObjectID = &e.ObjectID
	}
	return wire
}

// akinonUserValue returns the user as an object, as the id alone if nothing else is known, or nil. A numeric id becomes
// a number.
func akinonUserValue(u *auditlogs.AuditEventUser) any {
	if u == nil {
		return nil
	}
	if u.Raw != nil {
		return anyJSON(u.Raw, "null")
	}
	var id any = u.ID
	if n, err := strconv.ParseInt(u.ID, 10, 64); err == nil {
		id = n
	}
	if u.Email+u.FirstName+u.LastName+u.Username == "" {
		return id
	}
	return akinonUser{id, u.Email, u.FirstName, u.LastName, u.Username, true, true}
}

var akinonKind = kind[auditlogs.AuditEvent]{
	settle: func(e *auditlogs.AuditEvent, seq uint64) (string, time.Time) {
		if e.UUID == "" {
			e.UUID = uuidOf(seq)
		}
		e.UUID = dashed(undashed(e.UUID))
		e.Timestamp = e.Timestamp.UTC().Truncate(time.Microsecond)
		return e.UUID, e.Timestamp
	},
	encode: func(e *auditlogs.AuditEvent, as form) []byte {
		if e.Raw != nil {
			return e.Raw
		}
		return encodeJSON(akinonListed{akinonFields(e, as), akinonUserValue(e.User)})
	},
}

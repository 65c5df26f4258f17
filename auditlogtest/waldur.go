package auditlogtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type waldurRow = row[auditlogs.DataAccessLog]

var waldurAccessorTypes = []string{"staff", "support", "organization_member", "service_provider", "self"}

// waldurOrders holds the fields that the o parameter supports. A deleted accessor sorts after all others, as in
// PostgreSQL.
var waldurOrders = map[string]func(a, b *waldurRow) int{
	"timestamp":     func(a, b *waldurRow) int { return a.at.Compare(b.at) },
	"accessor_type": func(a, b *waldurRow) int { return cmp.Compare(a.record.AccessorType, b.record.AccessorType) },
	"user_username": func(a, b *waldurRow) int { return cmp.Compare(a.record.User.Username, b.record.User.Username) },
	"accessor_username": func(a, b *waldurRow) int {
		x, y := a.record.Accessor, b.record.Accessor
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil:
			return 1
		case y == nil:
			return -1
		}
		return cmp.Compare(x.Username, y.Username)
	},
}

func (s *Server) waldurList(c *call) *answer {
	if c.Method != http.MethodGet && c.Method != http.MethodHead {
		return methodNotAllowed(c)
	}
	q, errs := waldurQuery(c)
	if len(errs) > 0 {
		return errs.answer()
	}
	list := s.dataAccessLogs.list(q).without(c.quirks.missed(c.number))
	asked, _ := strconv.Atoi(c.last("page_size")) // a value that is not a number counts as not given
	size := c.quirks.pageSize(Waldur, asked)
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
	link := pageLinks{call: c, page: page}
	if c.quirks.Envelope && c.Method == http.MethodGet {
		return envelope(list, waldurKind, rows, link, hasNext)
	}
	ans := newAnswer(http.StatusOK, "application/json", array(waldurKind, rows, formUsual))
	if c.quirks.NoSignals {
		return ans
	}
	ans.header.Set("X-Result-Count", strconv.Itoa(list.total()))
	ans.header.Set("Link", link.header(hasNext, pages))
	return ans
}

// waldurQuery reads the filter. If a parameter is repeated, the last value counts. An empty parameter counts as absent.
func waldurQuery(c *call) (query[auditlogs.DataAccessLog], fieldErrors) {
	errs := fieldErrors{}
	zone := c.quirks.TimeZone
	if zone == nil {
		zone = time.UTC
	}
	day := func(name string, days int) time.Time {
		value := c.last(name)
		if value == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, value, zone)
		if err != nil {
			errs.add(name, "Enter a valid date.")
			return time.Time{}
		}
		return t.AddDate(0, 0, days)
	}
	id := func(name string) string {
		value := c.last(name)
		if value == "" {
			return ""
		}
		digits, ok := parseUUID(value)
		if !ok {
			errs.add(name, "Enter a valid UUID.")
		}
		return digits
	}
	user, accessor := id("user_uuid"), id("accessor_uuid")
	kind, text := c.last("accessor_type"), strings.ToLower(c.last("query"))
	if kind != "" && !slices.Contains(waldurAccessorTypes, kind) {
		errs.add("accessor_type", "Select a valid choice. "+kind+" is not one of the available choices.")
	}
	q := query[auditlogs.DataAccessLog]{
		key:  strings.Join([]string{user, accessor, kind, text}, "\x00"),
		from: later(day("start_date", 0), c.oldest()), to: day("end_date", 1),
		order: waldurOrder(c.last("o"), errs),
	}
	if user+accessor+kind+text != "" {
		q.match = func(l *auditlogs.DataAccessLog) bool {
			return (user == "" || l.User.UUID == user) &&
				(accessor == "" || l.Accessor != nil && l.Accessor.UUID == accessor) &&
				(kind == "" || string(l.AccessorType) == kind) &&
				(text == "" || mentions(l.User, text) || l.Accessor != nil && mentions(*l.Accessor, text))
		}
	}
	return q, errs
}

func mentions(u auditlogs.UserRef, text string) bool {
	return strings.Contains(strings.ToLower(u.Username), text) || strings.Contains(strings.ToLower(u.FullName), text)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// waldurOrder reads comma-separated fields. A leading minus reverses the order of a field.
func waldurOrder(value string, errs fieldErrors) ordering[auditlogs.DataAccessLog] {
	switch value {
	case "", "-timestamp":
		return ordering[auditlogs.DataAccessLog]{}
	case "timestamp":
		return ordering[auditlogs.DataAccessLog]{backward: true}
	}
	var fields []string
	for field := range strings.SplitSeq(value, ",") {
		if waldurOrders[strings.TrimPrefix(field, "-")] == nil {
			errs.add("o", "Select a valid choice. "+field+" is not one of the available choices.")
			continue
		}
		fields = append(fields, field)
	}
	return ordering[auditlogs.DataAccessLog]{key: value, compare: byFields(waldurOrders, fields)}
}

// byFields compares by one field after the other. A leading minus reverses the order of a field.
func byFields[T any](known map[string]func(a, b *row[T]) int, fields []string) func(a, b *row[T]) int {
	return func(a, b *row[T]) int {
		for _, field := range fields {
			name, descending := strings.CutPrefix(field, "-")
			c := known[name](a, b)
			if descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
}

func (s *Server) waldurItem(c *call) *answer {
	if c.Method != http.MethodGet && c.Method != http.MethodDelete {
		return methodNotAllowed(c)
	}
	id, ok := parseUUID(c.PathValue("uuid"))
	if !ok {
		return djangoPageNotFound() // no route matches it
	}
	if c.Method == http.MethodDelete {
		if !s.dataAccessLogs.deleteID(id) {
			return detail(http.StatusNotFound, "Not found.")
		}
		return &answer{status: http.StatusNoContent, header: http.Header{}}
	}
	r := s.dataAccessLogs.find(id)
	if r == nil {
		return detail(http.StatusNotFound, "Not found.")
	}
	return newAnswer(http.StatusOK, "application/json", r.encoding(waldurKind, formUsual))
}

func (s *Server) waldurLogin(c *call) *answer {
	name, password, refused := djangoCredentials(c)
	if refused != nil {
		return refused
	}
	if name != Username || password != Password {
		return detail(http.StatusUnauthorized, "Invalid username/password.")
	}
	return jsonAnswer(http.StatusOK, object{"token": s.tokens.issue(Waldur, c.expiry(0))})
}

// waldurRecord and waldurUser are the wire form.
type waldurRecord struct {
	UUID           string          `json:"uuid"`
	Timestamp      string          `json:"timestamp"`
	AccessorType   string          `json:"accessor_type"`
	AccessedFields []string        `json:"accessed_fields"`
	User           waldurUser      `json:"user"`
	Accessor       *waldurUser     `json:"accessor"`
	IPAddress      *string         `json:"ip_address"`
	Context        json.RawMessage `json:"context"`
}

type waldurUser struct {
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	FullName string `json:"full_name"`
}

// waldurKind writes UUIDs without dashes, and microseconds unless they are zero, as Django does.
var waldurKind = kind[auditlogs.DataAccessLog]{
	settle: func(l *auditlogs.DataAccessLog, seq uint64) (string, time.Time) {
		if l.UUID == "" {
			l.UUID = uuidOf(seq)
		}
		l.UUID = undashed(l.UUID)
		l.User.UUID = undashed(l.User.UUID)
		if l.Accessor != nil {
			accessor := *l.Accessor
			accessor.UUID = undashed(accessor.UUID)
			l.Accessor = &accessor
		}
		l.Timestamp = l.Timestamp.UTC().Truncate(time.Microsecond)
		return l.UUID, l.Timestamp
	},
	encode: func(l *auditlogs.DataAccessLog, _ form) []byte {
		if l.Raw != nil {
			return l.Raw
		}
		format := "2006-01-02T15:04:05.000000Z"
		if l.Timestamp.Nanosecond() == 0 {
			format = "2006-01-02T15:04:05Z"
		}
		wire := waldurRecord{
			UUID: l.UUID, Timestamp: l.Timestamp.Format(format), AccessorType: string(l.AccessorType),
			AccessedFields: append([]string{}, l.AccessedFields...), User: waldurUser(l.User),
			IPAddress: nullable(l.IPAddress), Context: anyJSON(l.Context, "{}"),
		}
		if l.Accessor != nil {
			accessor := waldurUser(*l.Accessor)
			wire.Accessor = &accessor
		}
		return encodeJSON(wire)
	},
}

func undashed(id string) string {
	if digits, ok := parseUUID(id); ok {
		return digits
	}
	return id
}

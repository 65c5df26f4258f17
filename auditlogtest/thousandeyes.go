package auditlogtest

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type thousandEyesRow = row[auditlogs.UserEvent]

// secondsUTC is the format of dates.
const secondsUTC = "2006-01-02T15:04:05Z"

var windowForm = regexp.MustCompile(`^([0-9]+)([smhdw]?)$`)

var windowUnits = map[string]time.Duration{
	"": time.Second, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

func (s *Server) thousandEyesList(c *call) *answer {
	if c.Method != http.MethodGet {
		return thousandEyesFailure(http.StatusMethodNotAllowed)
	}
	at, refused := thousandEyesPlace(c)
	if refused != nil {
		return refused
	}
	q, refused := s.thousandEyesGroups(c)
	if refused != nil {
		return refused
	}
	q.from, q.to, q.order = later(at.from(c.quirks), c.oldest()), at.to(c.quirks), byTime[auditlogs.UserEvent](c.quirks.Order)
	most, refused := thousandEyesMax(c)
	if refused != nil {
		return refused
	}
	rows := at.rest(s.userEvents.list(q))
	size := min(c.quirks.pageSize(ThousandEyes, most), len(rows))
	served := rows[:c.quirks.rowsServed(size, c.number)]
	if len(rows) > 0 && at.isEmpty(c.quirks, c.number) {
		served = nil
	}
	next, hasNext := at.next(c.quirks, served, len(rows))
	if shuffle := c.quirks.shuffle(c.number); shuffle != 0 {
		served = slices.Clone(served) // the cursor relies on the order, so ties move only within the page
		shuffleTies(served, q.order, shuffle)
	}
	if c.quirks.ShuffleResources {
		served = shuffleResources(served, c.number)
	}
	links := object{"self": object{"href": thousandEyesSelf(c)}}
	if hasNext {
		href := thousandEyesNext(c, next)
		if c.quirks.bareNext(c.number) {
			href, _, _ = strings.Cut(href, "?")
		}
		if links["next"] = (object{"href": href}); c.quirks.PlainNext {
			links["next"] = href
		}
	}
	others := object{"_links": links}
	if !at.Start.IsZero() {
		others["startDate"], others["endDate"] = at.Start.Format(secondsUTC), at.End.Format(secondsUTC)
	}
	body := rowsIn("auditEvents", thousandEyesKind, served, c.quirks.form(), others)
	return newAnswer(http.StatusOK, "application/hal+json", body)
}

// shuffleResources returns the rows with their resources in another order for each request.
func shuffleResources(rows []*thousandEyesRow, number int) []*thousandEyesRow {
	shuffled := make([]*thousandEyesRow, len(rows))
	for i, r := range rows {
		shuffled[i] = &thousandEyesRow{record: r.record, id: r.id, at: r.at, seq: r.seq}
		if n := len(r.record.Resources); n > 0 {
			first := number % n
			shuffled[i].record.Resources = slices.Concat(r.record.Resources[first:], r.record.Resources[:first])
		}
	}
	return shuffled
}

// thousandEyesGroups reads the account groups of which events are asked for.
func (s *Server) thousandEyesGroups(c *call) (query[auditlogs.UserEvent], *answer) {
	var q query[auditlogs.UserEvent]
	all := c.query.Get("useAllPermittedAids")
	if all != "" && all != "true" && all != "false" {
		return q, invalidField("useAllPermittedAids", "Must be true or false.")
	}
	aid := c.query.Get("aid")
	if aid == "" {
		aid = AccountGroupID
	}
	q.key, q.match = aid, func(e *auditlogs.UserEvent) bool { return e.AccountGroupID == aid }
	if !s.isMember(aid) || aid == c.quirks.ForbiddenGroup {
		return q, thousandEyesFailure(http.StatusForbidden)
	}
	if all == "true" {
		q.key, q.match = "all", nil
		if hidden := c.quirks.ForbiddenGroup; hidden != "" {
			q.key, q.match = "all but "+hidden, func(e *auditlogs.UserEvent) bool { return e.AccountGroupID != hidden }
		}
	}
	return q, nil
}

// thousandEyesMax reads the page size, 0 if the request has none. The parameter is not documented. The server was seen to
// repeat it in next links; how it refuses one is made up.
func thousandEyesMax(c *call) (int, *answer) {
	text := c.query.Get("max")
	if text == "" {
		return 0, nil
	}
	most, err := strconv.Atoi(text)
	switch {
	case c.quirks.RefuseMax:
		return 0, invalidField("max", "Unknown parameter.")
	case err != nil || most < 1:
		return 0, invalidField("max", "Must be a positive number.")
	}
	return most, nil
}

// thousandEyesRange reads the time range: a window, dates, or none.
func thousandEyesRange(c *call) (start, end time.Time, refused *answer) {
	window, startDate, endDate := c.query.Get("window"), c.query.Get("startDate"), c.query.Get("endDate")
	now := c.now.UTC().Truncate(time.Second)
	switch {
	case window != "" && startDate+endDate != "":
		return start, end, invalidField("window", "Cannot be used with startDate or endDate.")
	case window != "":
		parts := windowForm.FindStringSubmatch(window)
		if parts == nil {
			return start, end, invalidField("window", "Must be a number and s, m, h, d or w.")
		}
		n, err := strconv.ParseInt(parts[1], 10, 64)
		unit := windowUnits[parts[2]]
		if err != nil || n > int64(1<<62)/int64(unit) {
			return start, end, invalidField("window", "Too long.")
		}
		return now.Add(-time.Duration(n) * unit), now, nil
	case startDate == "" && endDate != "":
		return start, end, invalidField("endDate", "Must be used with startDate.")
	case startDate == "":
		if c.quirks.DefaultWindow > 0 {
			return now.Add(-c.quirks.DefaultWindow), now, nil
		}
		return start, end, nil
	}
	start, ok := thousandEyesDate(startDate)
	if !ok {
		return start, end, invalidField("startDate", "Must be an ISO 8601 date-time in UTC.")
	}
	if oldest := c.quirks.OldestStart; oldest > 0 && start.Before(c.now.Add(-oldest)) {
		return start, end, invalidField("startDate", "Must not be further back.")
	}
	if end = now; endDate != "" {
		if end, ok = thousandEyesDate(endDate); !ok {
			return start, end, invalidField("endDate", "Must be an ISO 8601 date-time in UTC.")
		}
	}
	if end.Before(start) {
		return start, end, invalidField("startDate", "Must not be after endDate.")
	}
	return start, end, nil
}

func thousandEyesDate(value string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, value)
	return t.UTC(), err == nil && (strings.HasSuffix(value, "Z") || strings.HasSuffix(value, "+00:00"))
}

// invalidField is a ValidationError.
func invalidField(field, message string) *answer {
	return thousandEyesProblem(http.StatusBadRequest, "One or more fields are invalid.", object{
		"type":   "validation-error",
		"errors": []object{{"code": "bad-parameter", "field": field, "message": message}},
	})
}

func thousandEyesProblem(status int, message string, more object) *answer {
	problem := object{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": message,
		"instance": "/v7/audit-user-events",
	}
	maps.Copy(problem, more)
	return newAnswer(status, "application/problem+json", encodeJSON(problem))
}

func thousandEyesFailure(status int) *answer {
	switch status {
	case http.StatusUnauthorized:
		return jsonAnswer(status, object{"error": "invalid_token", "error_description": "Invalid access token"})
	case http.StatusForbidden:
		return thousandEyesProblem(status, "Insufficient permissions to query endpoint", nil)
	case http.StatusTooManyRequests:
		return thousandEyesProblem(status, "Exhausted rate limit for the organization", nil)
	}
	return thousandEyesProblem(status, http.StatusText(status), nil)
}

// body returns the body of an error in a form.
func (f ErrorForm) body(c *call, ans *answer) []byte {
	text := http.StatusText(ans.status)
	switch f {
	case ErrorsTitled:
		return encodeJSON(object{"title": text + ": the request to " + c.URL.Path + " could not be served"})
	case ErrorsInMessage:
		return encodeJSON(object{"errorMessage": strconv.Itoa(ans.status) + " " + text})
	case ErrorsOfSpring:
		return encodeJSON(object{"timestamp": c.now.UTC().Format(time.RFC3339), "status": ans.status, "error": text, "path": c.URL.Path})
	case ErrorsEmpty:
		return nil
	case ErrorsAsDocumented:
	}
	return ans.body
}

// thousandEyesRecord is the wire form. Unknown values are omitted.
type thousandEyesRecord struct {
	AID              any                    `json:"aid,omitempty"`
	AccountGroupName string                 `json:"accountGroupName,omitempty"`
	Date             string                 `json:"date"`
	Event            string                 `json:"event,omitempty"`
	IPAddress        string                 `json:"ipAddress,omitempty"`
	UID              any                    `json:"uid,omitempty"`
	User             string                 `json:"user,omitempty"`
	Resources        []thousandEyesResource `json:"resources,omitempty"`
}

type thousandEyesResource struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

var thousandEyesKind = kind[auditlogs.UserEvent]{
	settle: func(e *auditlogs.UserEvent, seq uint64) (string, time.Time) {
		if e.AccountGroupID == "" {
			e.AccountGroupID, e.AccountGroupName = AccountGroupID, AccountGroupName
		}
		e.Date = e.Date.UTC().Truncate(time.Second)
		return strconv.FormatUint(seq, 10), e.Date
	},
	encode: func(e *auditlogs.UserEvent, as form) []byte {
		if e.Raw != nil {
			return e.Raw
		}
		wire := thousandEyesRecord{
			AID: textOrNumber(e.AccountGroupID, as), AccountGroupName: e.AccountGroupName,
			Date: e.Date.Format(secondsUTC), Event: e.Event, IPAddress: e.IPAddress, User: e.User,
		}
		if e.UserID != "" {
			wire.UID = textOrNumber(e.UserID, as)
		}
		for _, r := range e.Resources {
			wire.Resources = append(wire.Resources, thousandEyesResource(r))
		}
		return encodeJSON(wire)
	},
}

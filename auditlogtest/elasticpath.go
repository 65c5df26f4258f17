package auditlogtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// The largest values that a request may ask for.
const (
	elasticPathMaxOffset = 10_000
	elasticPathMaxLimit  = 100
)

const badFilter = "bad filter: resource_id and resource_type are the filter fields that are both mandatory and only they are allowed"

// filterClause matches one clause of the original filter syntax, with the characters that it allows in values.
var filterClause = regexp.MustCompile(`^([a-z_]+)\(([A-Za-z0-9_.-]+),([A-Za-z0-9$_*. -]+)\)$`)

func (s *Server) elasticPathList(c *call) *answer {
	return elasticPathPage(c, s.personalDataLogs, func(resource string) query[auditlogs.PersonalDataLog] {
		return query[auditlogs.PersonalDataLog]{
			key: resource, from: c.oldest(), order: byTime[auditlogs.PersonalDataLog](c.quirks.Order),
			match: func(l *auditlogs.PersonalDataLog) bool { return l.ResourceType+" "+l.ResourceID == resource },
		}
	})
}

// elasticPathPage serves one page of the rows that belong to the resource in the filter. of gets the resource as its
// type and id, separated by a space.
func elasticPathPage[T any](c *call, from *store[T], of func(resource string) query[T]) *answer {
	if c.Method != http.MethodGet {
		return elasticPathFailure(http.StatusMethodNotAllowed, "Method Not Allowed", "")
	}
	kind, id, refused := elasticPathFilter(c.query.Get("filter"))
	if refused != nil {
		return refused
	}
	offset, offsetOK := elasticPathNumber(c, "page[offset]", elasticPathMaxOffset)
	limit, limitOK := elasticPathNumber(c, "page[limit]", elasticPathMaxLimit)
	if !offsetOK || !limitOK {
		return elasticPathBadRequest("page[offset] must be from 0 to 10000 and page[limit] from 0 to 100")
	}
	list := from.list(of(kind + " " + id))
	size := c.quirks.pageSize(ElasticPath, limit)
	at, total := offset, max(0, list.total()-c.quirks.missed(c.number))
	if c.quirks.LoopNext {
		at, total = 0, max(total, offset+2*size)
	}
	rows := list.page(at, size, c.quirks.shuffle(c.number))
	rows = visible(c.quirks, rows[:c.quirks.rowsServed(len(rows), c.number)])
	others := object{
		"meta": object{
			"results": object{}.withTotal(c, total),
			"page": object{
				"limit": size, "offset": offset, "current": offset/size + 1, "total": max(1, (total+size-1)/size),
			},
		},
		"links": elasticPathLinks(c, offset, size, len(rows), total+c.quirks.missed(c.number)),
	}
	if c.quirks.NoSignals {
		others = object{"meta": object{}}
	}
	body := rowsOrNull(c, "data", from.kind, rows, others)
	return newAnswer(http.StatusOK, "application/json", body)
}

// elasticPathFilter reads the filter. refused is nil if the filter has exactly the two allowed clauses, in either
// order.
func elasticPathFilter(filter string) (kind, id string, refused *answer) {
	if filter == "" {
		return "", "", elasticPathBadRequest(badFilter)
	}
	values, allowed := map[string]string{}, true
	for clause := range strings.SplitSeq(filter, ":") {
		parts := filterClause.FindStringSubmatch(clause)
		if parts == nil {
			return "", "", jsonAnswer(http.StatusBadRequest, object{
				"errors": []object{{"title": "Bad Request", "detail": "Could not parse the supplied filter"}},
			})
		}
		_, repeated := values[parts[2]]
		allowed = allowed && parts[1] == "eq" && !repeated
		values[parts[2]] = parts[3]
	}
	kind, id = values["resource_type"], values["resource_id"]
	if !allowed || len(values) != 2 || kind == "" || id == "" {
		return "", "", elasticPathBadRequest(badFilter)
	}
	return kind, id, nil
}

func elasticPathNumber(c *call, name string, most int) (n int, ok bool) {
	value := c.query.Get(name)
	if value == "" {
		return 0, true
	}
	n, err := strconv.Atoi(value)
	return n, err == nil && n >= 0 && n <= most
}

// elasticPathLinks returns links to other pages. They lack the filter, so a client that follows them gets a 400.
func elasticPathLinks(c *call, offset, size, served, total int) object {
	if c.quirks.Next == NextNoLinks {
		return object{}
	}
	to := func(offset int, foreign string) string {
		return origin(c, foreign) + c.URL.Path + "?page[offset]=" + strconv.Itoa(offset) + "&page[limit]=" + strconv.Itoa(size)
	}
	links := object{"current": to(offset, ""), "first": to(0, ""), "last": to(max(0, (total-1)/size*size), "")}
	absent := func(name string) {
		switch c.quirks.Next {
		case NextNullText:
			links[name] = "null"
		case NextNull:
			links[name] = nil
		case NextMissing, NextNoLinks:
		}
	}
	if offset+served < total {
		links["next"] = to(offset+served, c.quirks.ForeignNext)
	} else {
		absent("next")
	}
	if offset > 0 {
		links["prev"] = to(max(0, offset-size), "")
	} else {
		absent("prev")
	}
	return links
}

// elasticPathBadRequest writes the status as a string. Other errors have it as a number: the documents show both forms.
func elasticPathBadRequest(message string) *answer {
	return jsonAnswer(http.StatusBadRequest, object{
		"errors": []object{{"title": "Bad Request", "status": "400", "detail": message}},
	})
}

func elasticPathFailure(status int, title, message string) *answer {
	failure := object{"title": title, "status": status}
	if message != "" {
		failure["detail"] = message
	}
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		failure["request_id"] = dashed(uuidOf(uint64(status)))
	}
	return jsonAnswer(status, object{"errors": []object{failure}})
}

// elasticPathRecord and elasticPathInitiator are the wire form.
type elasticPathRecord struct {
	ID            string          `json:"id"`
	StoreID       string          `json:"store_id"`
	Type          string          `json:"type"`
	Initiator     any             `json:"initiator"`
	Time          string          `json:"time"`
	EventType     string          `json:"event_type"`
	Delta         json.RawMessage `json:"delta"`
	ResourceID    string          `json:"resource_id"`
	ResourceType  string          `json:"resource_type"`
	Relationships any             `json:"relationships,omitempty"` // an object or a text
}

type elasticPathInitiator struct {
	TokenEmail   string `json:"access-token-email,omitempty"`
	TokenID      any    `json:"access-token-id,omitempty"`
	TokenName    string `json:"access-token-name,omitempty"`
	TokenStoreID string `json:"access-token-store-id,omitempty"`
	TokenType    string `json:"access-token-type,omitempty"`
}

func elasticPathInitiatorValue(i auditlogs.Initiator, as form) any {
	if i.Raw != nil {
		return anyJSON(i.Raw, "{}")
	}
	wire := elasticPathInitiator{
		TokenEmail: i.TokenEmail, TokenName: i.TokenName, TokenStoreID: i.TokenStoreID, TokenType: i.TokenType,
	}
	if i.TokenID != "" {
		wire.TokenID = textOrNumber(i.TokenID, as)
	}
	return wire
}

// textOrNumber returns an id as a string, or as a JSON number if the form has those and the id is numeric. Both are exact.
func textOrNumber(id string, as form) any {
	if _, err := strconv.ParseUint(id, 10, 64); as == formNumericIDs && err == nil {
		return json.Number(id)
	}
	return id
}

var elasticPathKind = kind[auditlogs.PersonalDataLog]{
	settle: func(l *auditlogs.PersonalDataLog, seq uint64) (string, time.Time) {
		if l.ID == "" {
			l.ID = dashed(uuidOf(seq))
		}
		if l.StoreID == "" {
			l.StoreID = StoreID
		}
		if l.Type == "" {
			l.Type = "personal_data_log_entry"
		}
		if l.ResourceType == "" && l.ResourceID == "" {
			l.ResourceType, l.ResourceID = ResourceType, ResourceID
		}
		l.Time = l.Time.UTC().Truncate(time.Millisecond)
		return l.ID, l.Time
	},
	encode: func(l *auditlogs.PersonalDataLog, as form) []byte {
		if l.Raw != nil {
			return l.Raw
		}
		wire := elasticPathRecord{
			ID: l.ID, StoreID: l.StoreID, Type: l.Type, Initiator: elasticPathInitiatorValue(l.Initiator, as),
			Time: l.Time.Format("2006-01-02T15:04:05.999Z"), EventType: l.EventType, Delta: anyJSON(l.Delta, "{}"),
			ResourceID: l.ResourceID, ResourceType: l.ResourceType,
		}
		if l.ResourcePath != "" {
			wire.Relationships = object{"resource_path": object{"url": l.ResourcePath}}
		}
		if as == formTexts {
			wire.Initiator, wire.Relationships = string(encodeJSON(wire.Initiator)), string(encodeJSON(wire.Relationships))
		}
		return encodeJSON(wire)
	},
}

package main

import (
	"context"
	"encoding/json"
	"strings"
)

func (t *thousandEyes) ids() finding {
	for _, r := range t.rows() {
		for _, name := range []string{"aid", "uid"} {
			if kindOf(r.fields[name]) == "a number" {
				return as(differs, "numbers")
			}
		}
	}
	return as(confirmed, "texts")
}

// errors sends what the documents say is refused: a window together with a date. It changes nothing.
func (t *thousandEyes) errors(ctx context.Context) finding {
	r, err := t.get(ctx, "", values("window", "1h", "startDate", "2020-01-01T00:00:00Z"))
	if err != nil {
		return unanswered(err)
	}
	if r.status/100 == 2 {
		return as(notSeen, "a request that the documents say is refused was answered")
	}
	var body map[string]json.RawMessage
	if len(strings.TrimSpace(string(r.body))) == 0 {
		return as(differs, "no body")
	}
	if json.Unmarshal(r.body, &body) != nil {
		return as(differs, "no JSON object")
	}
	has := func(name string) bool { return len(body[name]) > 0 }
	switch {
	case has("title") && has("detail"):
		return as(confirmed, "that of the documents")
	case has("errorMessage"):
		return as(differs, "an errorMessage alone")
	case has("error") && has("path"):
		return as(differs, "that of the framework Spring")
	case has("title"):
		return as(differs, "a title alone")
	default:
		return as(differs, "another")
	}
}

// groupsAsked bounds the account groups that are asked for.
const groupsAsked = 3

func (t *thousandEyes) groups(ctx context.Context) finding {
	r, err := t.get(ctx, "/account-groups", nil)
	if err != nil {
		return unanswered(err)
	}
	var list struct {
		Groups []map[string]json.RawMessage `json:"accountGroups"`
	}
	if r.status/100 != 2 || json.Unmarshal(r.body, &list) != nil || len(list.Groups) == 0 {
		return as(notSeen, "the account groups are not listed")
	}
	for _, g := range list.Groups[:min(groupsAsked, len(list.Groups))] {
		aid := strings.Trim(string(g["aid"]), `"`)
		_, err := t.page(ctx, values("aid", aid, "window", "1s"))
		if isRefusal(err) {
			return as(differs, "some are refused")
		}
		if err != nil {
			return unanswered(err)
		}
	}
	return as(confirmed, "they may")
}

package main

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// choice selects events as the filters of the page do; web/filters.js is the same for the page.
type choice struct {
	apis                  []auditlogs.API // nil for all
	actor, action, target string          // part of one of the texts about each, folded; "" for all
	before                time.Time       // exclusive; zero for all
}

// chosen reads a choice from the query of an address: api, separated by commas, actor, action, target, and before in RFC 3339.
func chosen(q url.Values) (choice, error) {
	c := choice{actor: fold(q.Get("actor")), action: fold(q.Get("action")), target: fold(q.Get("target"))}
	if q.Has("api") {
		c.apis = []auditlogs.API{}
		for name := range strings.SplitSeq(strings.Join(q["api"], ","), ",") {
			if name != "" {
				c.apis = append(c.apis, auditlogs.API(name))
			}
		}
	}
	if before := q.Get("before"); before != "" {
		var err error
		if c.before, err = time.Parse(time.RFC3339, before); err != nil {
			return choice{}, errors.New("before is no time in RFC 3339, such as 2026-10-01T00:00:00Z")
		}
	}
	return c, nil
}

// has reports whether an event is selected. An event without a time is before every time.
func (c choice) has(e *auditlogs.Event, typeName string) bool {
	return (c.apis == nil || slices.Contains(c.apis, e.API)) &&
		(c.before.IsZero() || e.Time.Before(c.before)) &&
		within(c.actor, e.Actor.Name, e.Actor.Email, e.Actor.ID) &&
		within(c.action, e.Action) &&
		within(c.target, e.Target.Type, typeName, e.Target.Name, e.Target.ID)
}

// within reports whether a folded part is in one of the texts.
func within(part string, texts ...string) bool {
	return part == "" || slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(fold(text), part) })
}

// fold returns the lower case of a text, one character after the other as in fold of web/filters.js. Of all characters, İ is
// the only one whose lower case is two.
func fold(text string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r == 'İ' {
			return r
		}
		return unicode.ToLower(r)
	}, text), "İ", "i\u0307")
}

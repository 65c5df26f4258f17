package main

import (
	"slices"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// finding is what was found in one API.
type finding struct {
	question
	api        auditlogs.API
	events     []judged
	namesakes  identities       // everybody with the name, and who was asked for
	candidates identities       // whom records may be of
	addressees holders          // who has the address that was asked for
	bearers    holders          // who has the id that was asked for: several names, at most
	users      map[string]*user // by id, if neither an id nor another thing tells them apart
}

// judged is an event, and those in it who may be the person.
type judged struct {
	auditlogs.Event
	verdict
	of []mention
}

// user is somebody by the id, which was not asked for.
type user struct {
	id     string
	asked  bool     // has what was asked for
	others []string // has these as well
}

// judge returns the verdict on a record as far as the record tells, and notes who is in it.
func (f *finding) judge(e auditlogs.Event, mentions []mention) judged {
	j := judged{Event: e}
	for _, m := range mentions {
		v := f.asked.judge(m)
		if v > other {
			j.verdict, j.of = max(j.verdict, v), append(j.of, m)
		}
		f.note(m, v)
	}
	return j
}

func (f *finding) note(m mention, v verdict) {
	if sameName(f.name, m.name) {
		f.namesakes.add(m)
	}
	if sameAddress(f.email, m.email) {
		f.addressees.add(m)
	}
	if v == same {
		f.bearers.add(m)
	}
	if f.id == "" && m.id != "" {
		f.noteUser(m)
	}
}

// noteUser notes what an id has of what was asked for, and what else.
func (f *finding) noteUser(m mention) {
	text, fits := m.name, sameName(f.name, m.name)
	if f.email != "" && m.email != "" {
		text, fits = m.email, sameAddress(f.email, m.email)
	}
	if text == "" {
		return
	}
	if f.users == nil {
		f.users = map[string]*user{}
	}
	u := f.users[idKey(m.id)]
	if u == nil {
		u = &user{id: m.id}
		f.users[idKey(m.id)] = u
	}
	if fits {
		u.asked = true
	} else if !slices.Contains(u.others, text) {
		u.others = append(u.others, text)
	}
}

// changed returns those who have what was asked for, and have had something else in its place.
func (f *finding) changed() (all []*user) {
	for _, u := range f.users {
		if u.asked && len(u.others) > 0 {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b *user) int { return strings.Compare(a.id, b.id) })
	return all
}

// settle returns the verdict on an event when all are known, and notes who else it may be of. An event without mentions was
// judged by something else.
func (f *finding) settle(e judged) verdict {
	if len(e.of) == 0 {
		return e.verdict
	}
	best := other
	for _, m := range e.of {
		best = max(best, f.settled(m))
	}
	for _, m := range e.of {
		if best == maybe || best == byName && f.settled(m) == byName {
			f.candidates.add(m)
		}
	}
	return best
}

func (f *finding) settled(m mention) verdict {
	v := f.asked.judge(m)
	switch {
	case v == byName && len(f.namesakes) > 1:
		return maybe // somebody with the name and an id may be another one than who has the address that was asked for
	case v == byAddress && (f.renamed(m) || f.sharing(m)):
		return maybe
	case v == same && f.renamed(m) && len(f.bearers.names()) > 1:
		return maybe // the id may have been given on
	}
	return v
}

// sharing reports whether several persons have the address, and the name of a mention does not tell which it is.
func (f *finding) sharing(m mention) bool {
	all := f.addressees
	if f.name != "" && m.name != "" {
		all = all.not(f.asked)
	}
	if f.id != "" {
		all = append(slices.Clone(all), mention{id: f.id})
	}
	return all.several()
}

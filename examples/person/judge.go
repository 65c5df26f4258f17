package main

import "slices"

// mention is how a record says who somebody is. What it does not say is "".
type mention struct{ id, name, email string }

// asked is what one API is asked for. What is not asked is "".
type asked struct {
	mention
	byID bool // the API gave only records that it has for the id
}

// verdict says whether a mention is of the person who is asked about.
type verdict int

const (
	other  verdict = iota // it is of somebody else
	maybe                 // it may be of the person, and an id would tell
	byName                // it has the name, and nothing else that was asked for
	same                  // it has the id or the address
)

// judge compares a mention with what is asked. The id decides, then the address, then the name; what the name is worth depends on
// who else has it.
func (a asked) judge(m mention) verdict {
	switch known := m.id != "" && a.id != ""; {
	case known && !sameID(a.id, m.id):
		return other
	case known && a.email != "" && m.email != "" && !sameAddress(a.email, m.email):
		return maybe // the id is not that of the address
	case known:
		return same
	case a.email != "" && m.email != "":
		return map[bool]verdict{false: other, true: same}[sameAddress(a.email, m.email)]
	case a.name != "" && m.name != "":
		return map[bool]verdict{false: other, true: byName}[sameName(a.name, m.name)]
	case a.byID:
		return maybe // the record does not show the id
	}
	return other
}

// best returns the best verdict on the mentions of a record, and those that it is about.
func (a asked) best(mentions []mention) (found verdict, of []mention) {
	for _, m := range mentions {
		switch v := a.judge(m); {
		case v > found:
			found, of = v, []mention{m}
		case v == found && v > other:
			of = append(of, m)
		}
	}
	return found, of
}

// identity is somebody by all ids and addresses that are known to be theirs.
type identity struct{ ids, emails []string }

// identities tells people apart.
type identities []identity

// add notes somebody. Mentions with the same id or the same address are of the same person.
func (all *identities) add(m mention) {
	if m.id == "" && m.email == "" {
		return
	}
	var one identity
	one.join(m.id, m.email)
	rest := (*all)[:0]
	for _, before := range *all {
		sharesID := m.id != "" && slices.ContainsFunc(before.ids, func(id string) bool { return sameID(id, m.id) })
		sharesEmail := m.email != "" && slices.ContainsFunc(before.emails, func(email string) bool { return sameAddress(email, m.email) })
		if !sharesID && !sharesEmail {
			rest = append(rest, before)
			continue
		}
		for _, id := range before.ids {
			one.join(id, "")
		}
		for _, email := range before.emails {
			one.join("", email)
		}
	}
	*all = append(rest, one)
}

func (i *identity) join(id, email string) {
	if id != "" && !slices.ContainsFunc(i.ids, func(other string) bool { return sameID(other, id) }) {
		i.ids = append(i.ids, id)
	}
	if email != "" && !slices.ContainsFunc(i.emails, func(other string) bool { return sameAddress(other, email) }) {
		i.emails = append(i.emails, email)
	}
}

// several reports whether two of them are surely not the same person. One of whom only the id is known may be one of whom only
// the address is.
func (all identities) several() bool {
	withIDs, withEmails := 0, 0
	for _, one := range all {
		withIDs += min(len(one.ids), 1)
		withEmails += min(len(one.emails), 1)
	}
	return withIDs > 1 || withEmails > 1
}

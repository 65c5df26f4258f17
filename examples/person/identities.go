package main

import "slices"

// identity is somebody by the id, if one is known, and all addresses that are known to be theirs.
type identity struct {
	id     string
	emails []string
}

// identities tells people apart.
type identities []identity

// add notes somebody. Mentions with the same id are of the same person; those with the same address only if they do not have two
// ids.
func (all *identities) add(m mention) {
	if m.id == "" && m.email == "" {
		return
	}
	if m.id == "" && slices.ContainsFunc(*all, func(one identity) bool { return one.has(m.email) }) {
		return
	}
	one := identity{id: m.id}
	one.join(m.email)
	rest := (*all)[:0]
	for _, before := range *all {
		if m.id != "" && (sameID(before.id, m.id) || before.id == "" && before.has(m.email)) {
			for _, email := range before.emails {
				one.join(email)
			}
			continue
		}
		rest = append(rest, before)
	}
	*all = append(rest, one)
}

func (i *identity) join(email string) {
	if email != "" && !i.has(email) {
		i.emails = append(i.emails, email)
	}
}

func (i *identity) has(email string) bool {
	return slices.ContainsFunc(i.emails, func(other string) bool { return sameAddress(other, email) })
}

// shared reports whether several have an address.
func (all identities) shared(email string) bool {
	n := 0
	for _, one := range all {
		if one.has(email) {
			n++
		}
	}
	return n > 1
}

// several reports whether two of them are surely not the same person. One of whom only the id is known may be one of whom only
// the address is.
func (all identities) several() bool {
	withIDs, withEmails := 0, 0
	for _, one := range all {
		withIDs += min(len(one.id), 1)
		withEmails += min(len(one.emails), 1)
	}
	return withIDs > 1 || withEmails > 1
}

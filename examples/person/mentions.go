package main

import (
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// mentionsOf returns everybody whom a record names as somebody: who acted, and whom it was done to.
func (p *person) mentionsOf(e auditlogs.Event) []mention {
	switch r := e.Record.(type) {
	case auditlogs.DataAccessLog:
		all := []mention{p.waldurUserOf(r.User)}
		if r.Accessor != nil {
			all = append(all, p.waldurUserOf(*r.Accessor))
		}
		return all
	case auditlogs.DataAssetLog:
		return []mention{{id: r.CustomerUserID, name: r.CustomerUserName}}
	case auditlogs.AuditEvent:
		return []mention{{id: e.Actor.ID, name: e.Actor.Name, email: e.Actor.Email}}
	case auditlogs.UserEvent:
		all := []mention{{id: r.UserID, name: e.Actor.Name, email: e.Actor.Email}}
		for _, resource := range r.Resources {
			if strings.HasPrefix(resource.Type, "user") { // such as userDisplayName
				name, email := nameAndAddress(resource.Name)
				all = append(all, mention{name: name, email: email})
			}
		}
		return all
	}
	return nil
}

// waldurUserOf returns a user of Waldur. Its records have no address, but some installations use it as the user name; another
// user name says nothing about the address.
func (p *person) waldurUserOf(u auditlogs.UserRef) mention {
	m := mention{id: u.UUID, name: u.FullName}
	if sameAddress(u.Username, p.email) {
		m.email = u.Username
	}
	return m
}

// nameAndAddress splits "Name (address)" as ThousandEyes writes it. Another text is a name, or an address.
func nameAndAddress(text string) (name, email string) {
	e := auditlogs.UserEvent{User: text}.AsEvent()
	return e.Actor.Name, e.Actor.Email
}

// holds reports whether a record has a part of the name or the address anywhere in its names of people and things, as searches
// of the APIs do.
func (p *person) holds(e auditlogs.Event) bool {
	texts := []string{e.Actor.Name, e.Actor.Email, e.Target.Name}
	if r, ok := e.Record.(auditlogs.UserEvent); ok {
		texts = append(texts, r.User)
		for _, resource := range r.Resources {
			texts = append(texts, resource.Name)
		}
	}
	for _, text := range texts {
		for _, part := range []string{p.name, p.email} {
			if part != "" && strings.Contains(nameKey(text), nameKey(part)) {
				return true
			}
		}
	}
	return false
}

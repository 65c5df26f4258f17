package ocsf

import (
	"slices"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// class is a class of OCSF events.
type class struct {
	// heads has the beginning of an event of each activity: what it is. Of Other, the API's own word comes next.
	heads [otherID + 1]string
	// hostActor has the versions in which the class has an actor only with the profile "host".
	hostActor []Version
}

// otherID is the number of what a class, or an enumeration, does not have.
const otherID = 99

// newClass describes a class by the activities of it that are used here.
func newClass(uid int, name, category string, activities map[int]string, hostActor ...Version) class {
	c := class{hostActor: hostActor}
	activities[0], activities[otherID] = "Unknown", "Other"
	for id, activity := range activities {
		kind := strconv.Itoa(100*uid + id)
		c.heads[id] = `{"class_uid":` + strconv.Itoa(uid) + `,"class_name":"` + name +
			`","category_uid":` + strconv.Itoa(uid/1000) + `,"category_name":"` + category +
			`","type_uid":` + kind + `,"type_name":"` + name + ": " + activity +
			`","severity_id":0,"severity":"Unknown","activity_id":` + strconv.Itoa(id) + `,"activity_name":`
		if id != otherID {
			c.heads[id] += `"` + activity + `"`
		}
	}
	return c
}

// Activities. Those of one number in several classes mean the same there.
const (
	unknown = 0

	logon  = 1 // of Authentication
	logoff = 2

	create  = 1
	read    = 2
	update  = 3
	remove  = 4
	enable  = 8 // of Entity Management
	disable = 9

	download = 2 // of File Hosting Activity
	open     = 14
)

const (
	identityCategory    = "Identity & Access Management"
	applicationCategory = "Application Activity"
)

var (
	authentication   = newClass(3002, "Authentication", identityCategory, map[int]string{logon: "Logon", logoff: "Logoff"})
	entityManagement = newClass(3004, "Entity Management", identityCategory, map[int]string{
		create: "Create", read: "Read", update: "Update", remove: "Delete", enable: "Enable", disable: "Disable",
	}, V1_3)
	webResourcesActivity = newClass(6001, "Web Resources Activity", applicationCategory, map[int]string{}, V1_8, V1_3)
	apiActivity          = newClass(6003, "API Activity", applicationCategory, map[int]string{read: "Read", update: "Update", remove: "Delete"})
	fileHosting          = newClass(6006, "File Hosting Activity", applicationCategory, map[int]string{
		download: "Download", update: "Update", remove: "Delete", open: "Open",
	})
)

// activity is what was done: a number of its class or, of Other, the API's own word.
type activity struct {
	id   int
	word string
}

// other is an activity for which the class has no number; without a word, it is unknown.
func other(word string) activity {
	if word == "" {
		return activity{id: unknown}
	}
	return activity{otherID, word}
}

// head writes what the event is, and when it happened. No log gives a severity.
func (m *mapping) head(e *auditlogs.Event, c *class, a activity) {
	m.host = slices.Contains(c.hostActor, m.schema.version) // all of its events have an actor
	m.out = append(m.out[:0], c.heads[a.id]...)
	if a.id == otherID {
		if !m.schema.fits(len(a.word)) {
			a.word = "Other"
		}
		m.quote(a.word)
	}
	m.number("time", e.Time.UnixMilli())
	m.name("time_dt")
	m.out = append(m.out, '"')
	m.out = e.Time.UTC().AppendFormat(m.out, time.RFC3339Nano)
	m.out = append(m.out, '"')
	if e.Outcome == auditlogs.OutcomeFailure {
		m.out = append(m.out, `,"status_id":2,"status":"Failure"`...)
	}
}

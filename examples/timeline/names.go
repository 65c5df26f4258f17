package main

import (
	"errors"
	"strconv"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// typeNames has the names of Akinon's content types. These numbers are primary keys of the installation's database, so that
// only its operator knows what they mean.
type typeNames map[string]string

// add reads pairs such as "19=campaign,21=order".
func (n typeNames) add(pairs string) error {
	for pair := range strings.SplitSeq(pairs, ",") {
		number, name, _ := strings.Cut(pair, "=")
		number, name = strings.TrimSpace(number), strings.TrimSpace(name)
		if id, err := strconv.ParseInt(number, 10, 64); err != nil || id < 1 || strconv.FormatInt(id, 10) != number || name == "" {
			return errors.New("must be a number and its name, such as 19=campaign")
		}
		if old := n[number]; old != "" && old != name {
			return errors.New("has two names for one number")
		}
		n[number] = name
	}
	return nil
}

// of returns the name of the event's target type, or "" if the type is no number of Akinon's, or one without a known name.
func (n typeNames) of(e *auditlogs.Event) string {
	if e.API != auditlogs.APIAkinon {
		return ""
	}
	return n[e.Target.Type]
}

package main

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
	other     verdict = iota // it is of somebody else
	maybe                    // it may be of the person, and an id would tell
	byName                   // it has the name, and nothing else that was asked for
	byAddress                // it has the address, and no id that was asked for
	same                     // it has the id
)

// judge compares a mention with what is asked. The id decides, then the address, then the name. What name and address are worth
// depends on who else has them, and so does what another name with the id or the address means: finding.settle knows that.
func (a asked) judge(m mention) verdict {
	switch known := m.id != "" && a.id != ""; {
	case known && !sameID(a.id, m.id):
		return other
	case known && a.email != "" && m.email != "" && !sameAddress(a.email, m.email):
		return maybe // the id is not that of the address
	case known:
		return same
	case a.email != "" && m.email != "":
		return map[bool]verdict{false: other, true: byAddress}[sameAddress(a.email, m.email)]
	case a.name != "" && m.name != "":
		return map[bool]verdict{false: other, true: byName}[sameName(a.name, m.name)]
	case a.byID:
		return maybe // the record does not show the id
	}
	return other
}

// renamed reports whether a mention has another name than that asked for.
func (a asked) renamed(m mention) bool {
	return a.name != "" && m.name != "" && !sameName(a.name, m.name)
}

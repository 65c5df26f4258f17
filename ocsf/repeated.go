package ocsf

import "bytes"

// lastByName keeps the last member of each name, and returns how many members that are.
func lastByName(text []byte, members []member) int {
	if !mayRepeat(text, members) {
		return len(members)
	}
	places := make(map[string]int, len(members))
	for _, m := range members {
		name := string(text[m.key:m.colon])
		place, repeated := places[name]
		if !repeated {
			place = len(places)
			places[name] = place
		}
		members[place] = m
	}
	return len(places)
}

// mayRepeat reports whether two members have one name. Of many members, it says so without a look.
func mayRepeat(text []byte, members []member) bool {
	const many = 64
	if len(members) > many {
		return true
	}
	var seen [256]bool // by what is quickly known of a name with its quotation marks
	for i := range members {
		name := text[members[i].key:members[i].colon]
		mark := &seen[uint8(len(name)*37)^name[len(name)/2]^name[len(name)-2]*5]
		if *mark && hasName(text, members[:i], name) {
			return true
		}
		*mark = true
	}
	return false
}

func hasName(text []byte, members []member, name []byte) bool {
	for _, m := range members {
		if bytes.Equal(text[m.key:m.colon], name) {
			return true
		}
	}
	return false
}

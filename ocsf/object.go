package ocsf

import "slices"

// object is the members of an object of JSON, and which of them have found their place in an OCSF event. The client has read
// that JSON before. If it is none, because a caller made it, it has fewer members, and none of these is copied unseen.
type object struct {
	text    []byte
	members []member
	next    int // behind the member that was found last: they are usually asked for in their order
}

// member is where a member is within the text.
type member struct {
	key, colon int // the name with its quotation marks
	begin, end int // the value
	placed     bool
	inner      int // the number of an object of which some members may be placed; 0 is none
}

// name is a name as it is written: one with escapes equals no other.
func (o *object) name(m *member) []byte { return o.text[m.key+1 : m.colon-1] }

func (o *object) value(m *member) []byte { return o.text[m.begin:m.end] }

// plain returns the text of a member that is one: as it is written, so one with escapes is not what it says.
func (o *object) plain(m *member) string {
	if m == nil || !isText(o.value(m)) {
		return ""
	}
	return string(o.text[m.begin+1 : m.end-1])
}

// isText reports whether a value of JSON is a text that is not empty.
func isText(value []byte) bool {
	return len(value) > 2 && value[0] == '"' && value[len(value)-1] == '"'
}

// objectOf reads an object. Anything else has no members. Of several members with one name, the last counts, as elsewhere.
func (w *writer) objectOf(text []byte) object {
	first := len(w.members)
	at := blanks(text, 0)
	if at == len(text) || text[at] != '{' {
		return object{}
	}
	for at++; ; {
		m := member{key: blanks(text, at)}
		if m.key == len(text) || text[m.key] != '"' {
			break
		}
		m.colon = textEnd(text, m.key)
		m.begin = blanks(text, m.colon)
		m.end = valueEnd(text, m.begin)
		if m.end == m.begin {
			break
		}
		w.members = append(w.members, m)
		at = m.end
	}
	w.members = w.members[:first+lastByName(text, w.members[first:])]
	return object{text: text, members: w.members[first:len(w.members):len(w.members)]}
}

// within returns the members of an object within another one; none if it is not an object, or not there.
func (w *writer) within(o *object, name string) *object {
	inner := &w.inner[w.inners]
	w.inners++
	*inner = object{}
	if m := o.find(name); m != nil && o.text[m.begin] == '{' {
		*inner = w.objectOf(o.value(m))
		m.inner = w.inners
	}
	return inner
}

// find returns nil for a member that is not there.
func (o *object) find(name string) *member {
	for range o.members {
		if o.next == len(o.members) {
			o.next = 0
		}
		m := &o.members[o.next]
		o.next++
		if string(o.name(m)) == name {
			return m
		}
	}
	return nil
}

// place notes that members have found their place.
func (o *object) place(names ...string) {
	for _, name := range names {
		if m := o.find(name); m != nil {
			m.placed = true
		}
	}
}

// isPlaced reports whether all members have found their place.
func (o *object) isPlaced() bool {
	return !slices.ContainsFunc(o.members, func(m member) bool { return !m.placed })
}

// rest writes the members without a place that say something, as they came.
func (w *writer) rest(o *object) {
	for i := range o.members {
		m := &o.members[i]
		value := o.value(m)
		if m.placed || string(value) == "null" || string(value) == `""` {
			continue
		}
		begin := len(w.out)
		w.comma()
		w.out = append(append(w.out, o.text[m.key:m.colon]...), ':')
		if m.inner == 0 {
			w.out = append(w.out, value...)
			continue
		}
		w.out = append(w.out, '{')
		w.rest(&w.inner[m.inner-1])
		w.close(begin)
	}
}

package ocsf

import "bytes"

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

// objectOf reads an object. Anything else has no members.
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

// rest writes the members without a place that say something, as they came. Of several with one name, the last counts, as
// elsewhere.
func (w *writer) rest(o *object) {
	last := o.lastByName()
	for i := range o.members {
		m := &o.members[i]
		value := o.value(m)
		if m.placed || last != nil && last[string(o.name(m))] != i || string(value) == "null" || string(value) == `""` {
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

// lastByName returns which member is the last of each name, or nil if no two have one name.
func (o *object) lastByName() map[string]int {
	if !o.mayRepeat() {
		return nil
	}
	last := make(map[string]int, len(o.members))
	for i := range o.members {
		last[string(o.name(&o.members[i]))] = i
	}
	return last
}

// mayRepeat reports whether two members have one name. Of many members, it says so without a look.
func (o *object) mayRepeat() bool {
	const many = 32
	if len(o.members) > many {
		return true
	}
	for i := range o.members {
		a := &o.members[i]
		for j := range i {
			b := &o.members[j]
			if a.colon-a.key == b.colon-b.key && bytes.Equal(o.name(a), o.name(b)) {
				return true
			}
		}
	}
	return false
}

// blanks returns where the next thing begins: behind blanks and what separates members.
func blanks(text []byte, at int) int {
	for ; at < len(text); at++ {
		switch text[at] {
		case ' ', '\t', '\n', '\r', ':', ',':
		default:
			return at
		}
	}
	return at
}

// textEnd returns where the text that begins at a quotation mark ends.
func textEnd(text []byte, at int) int {
	for i := at + 1; ; i++ {
		next := bytes.IndexByte(text[i:], '"')
		if next < 0 {
			return len(text)
		}
		i += next
		escapes := 0
		for text[i-1-escapes] == '\\' && i-1-escapes > at {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

// valueEnd returns where the value that begins there ends.
func valueEnd(text []byte, at int) int {
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = textEnd(text, i) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ' ', '\t', '\n', '\r', ',':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

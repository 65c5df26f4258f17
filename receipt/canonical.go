package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendPlain appends JSON without white space, with every string in its shortest form: escapes are left only where JSON
// requires them. Writers of JSON differ in this, and encoding/json itself escapes <, > and &.
func appendPlain(dst, text []byte) []byte {
	text = validText(text)
	for {
		i := bytes.IndexByte(text, '\\') // only strings have backslashes
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		var size int
		dst, size = appendEscape(dst, text[i:])
		text = text[i+size:]
	}
}

// appendEscape appends the character whose escape begins the text, and returns how long that is.
func appendEscape(dst, text []byte) (appended []byte, size int) {
	switch text[1] {
	case '/':
		return append(dst, '/'), 2
	case 'u':
		r, size := escaped(text)
		if utf16.IsSurrogate(r) { // half of a pair that is not whole
			return fmt.Appendf(dst, `\u%04x`, r), size
		}
		return appendCharacter(dst, r), size
	default: // \" \\ \b \f \n \r \t
		return append(dst, text[:2]...), 2
	}
}

// escaped reads \uXXXX, or two of these that are one character.
func escaped(text []byte) (r rune, size int) {
	r = unit(text)
	if utf16.IsSurrogate(r) && len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
		if pair := utf16.DecodeRune(r, unit(text[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return r, 6
}

// unit reads the digits of \uXXXX, which are valid: the text is JSON.
func unit(text []byte) rune {
	n, _ := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n)
}

func appendCharacter(dst []byte, r rune) []byte {
	const short = "b\bf\fn\nr\rt\t"
	switch i := bytes.IndexRune([]byte(short), r); {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r < ' ' && i > 0:
		return append(dst, '\\', short[i-1])
	case r < ' ':
		return fmt.Appendf(dst, `\u%04x`, r)
	default:
		return utf8.AppendRune(dst, r)
	}
}

// validText returns text with the replacement character in place of each byte that is not UTF-8, as events are written.
func validText(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return []byte(string([]rune(string(text))))
}

// withResourcesInOrder returns a record of ThousandEyes with its resources in the order of their bytes, because the API gives them in
// none that is documented.
func withResourcesInOrder(record []byte) []byte {
	if record[0] != '{' {
		return record
	}
	members, changed := elements(record), false
	for i, member := range members {
		list, ok := bytes.CutPrefix(member, []byte(`"resources":`))
		if !ok || list[0] != '[' {
			continue
		}
		if resources := elements(list); !slices.IsSortedFunc(resources, bytes.Compare) {
			slices.SortFunc(resources, bytes.Compare)
			members[i] = slices.Concat([]byte(`"resources":[`), bytes.Join(resources, []byte(",")), []byte("]"))
			changed = true
		}
	}
	if !changed {
		return record
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
}

// elements returns the elements of an array, or the members of an object, without white space between them.
func elements(text []byte) [][]byte {
	var all [][]byte
	text = text[1 : len(text)-1]
	depth, quoted, begin := 0, false, 0
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '[' || b == '{':
			depth++
		case b == ']' || b == '}':
			depth--
		case b == ',' && depth == 0:
			all = append(all, text[begin:i])
			begin = i + 1
		}
	}
	return append(all, text[begin:])
}

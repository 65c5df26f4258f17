package ocsf

import "bytes"

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
		for text[i-1-escapes] == '\\' { // which the quotation mark is not
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
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ' ', '\t', '\n', '\r', ',':
			if depth == 0 {
				return i
			}
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

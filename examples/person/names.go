package main

import (
	"strings"
	"unicode"
)

// nameKey returns what two spellings of one name have in common: letters regardless of case and of their form in Unicode, with
// one blank between words. Another hyphen, middle name or accent makes another name.
func nameKey(name string) string {
	runes := decomposed(strings.Join(strings.Fields(name), " "))
	for i, r := range runes {
		runes[i] = unicode.ToLower(unicode.ToUpper(r))
	}
	return string(runes)
}

func sameName(a, b string) bool { return a != "" && nameKey(a) == nameKey(b) }

// sameAddress reports whether two e-mail addresses are one. Only ASCII letters are equal regardless of case, because servers
// differ about others.
func sameAddress(a, b string) bool {
	lower := func(text string) string {
		return strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			return r
		}, strings.TrimSpace(text))
	}
	return a != "" && string(decomposed(lower(a))) == string(decomposed(lower(b)))
}

// idKey returns what two spellings of one id have in common. UUIDs may have dashes and capitals.
func idKey(id string) string {
	if bare := strings.ToLower(strings.ReplaceAll(id, "-", "")); len(bare) == 32 && strings.Trim(bare, "0123456789abcdef") == "" {
		return bare
	}
	return id
}

func sameID(a, b string) bool { return a != "" && idKey(a) == idKey(b) }

// searchable returns the longest part of a name that a search for parts of names finds in every spelling: ASCII letters without
// marks and digits, or letters of scripts without case. It is "" if there is none.
func searchable(name string) (longest string) {
	runes := []rune(name)
	var part []rune
	for i, r := range append(runes, ' ') {
		marked := i+1 < len(runes) && unicode.Is(unicode.M, runes[i+1])
		if plain(r) && !marked {
			part = append(part, r)
			continue
		}
		if len(part) > len([]rune(longest)) {
			longest = string(part)
		}
		part = nil
	}
	return longest
}

func plain(r rune) bool {
	if r < unicode.MaxASCII {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	one := decomposed(string(r))
	return unicode.Is(unicode.Lo, r) && len(one) == 1 && one[0] == r
}

package main

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// oneLine returns a text without line breaks and whatever else a terminal might act on.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return utf8.RuneError
		}
		return r
	}, strings.ReplaceAll(strings.TrimSpace(text), "\n", "; "))
}

// cut returns a text of at most some letters.
func cut(text string, most int) string {
	letters := []rune(text)
	if most <= 0 || len(letters) <= most {
		return text
	}
	return string(letters[:most-1]) + "…"
}

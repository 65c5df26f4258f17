package main

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis stands for what was cut off.
const ellipsis = "…"

// columns returns how many columns of a terminal a printable text takes. Where terminals differ about an emoji or a mark, it
// is the larger number. Characters whose East Asian Width is ambiguous count as one column: on a terminal that is set to show
// them as two, a line may wrap.
func columns(text string) (n int) {
	for _, width := range characters(text) {
		n += width
	}
	return n
}

// prefix returns the longest beginning of a text in whole characters that takes up to n columns.
func prefix(text string, n int) string {
	end := 0
	for character, width := range characters(text) {
		if n -= width; n < 0 {
			break
		}
		end += len(character)
	}
	return text[:end]
}

// shortened returns a text of up to n columns, with a sign that there is more.
func shortened(text string, n int) string {
	if columns(text) <= n {
		return text
	}
	return strings.TrimRight(prefix(text, n-columns(ellipsis)), " ") + ellipsis
}

// characters ranges over what people see as one character each: a rune with the marks and joiners behind it, a syllable of
// Hangul, an emoji with its colour of skin, several emoji that are joined, or the two letters of a flag.
func characters(text string) iter.Seq2[string, int] {
	return func(yield func(character string, columns int) bool) {
		for len(text) > 0 {
			first, end := utf8.DecodeRuneInString(text)
			width, last, flag := widthOf(first), first, isFlag(first)
			for end < len(text) {
				next, size := utf8.DecodeRuneInString(text[end:])
				joined := last == emojiJoiner && unicode.Is(unicode.So, next)
				if !joined && !extends(next) && !joins(last, next) && !(flag && isFlag(next)) {
					break
				}
				if joined { // some terminals show each apart
					width += widthOf(next)
				}
				if next == emojiStyle || unicode.Is(unicode.Mc, next) {
					width = 2
				}
				flag, last, end = false, next, end+size
			}
			if !yield(text[:end], width) {
				return
			}
			text = text[end:]
		}
	}
}

const (
	emojiStyle  = 0xFE0F // makes an emoji of a character before it
	emojiJoiner = 0x200D // makes one emoji of two
)

// extends reports whether a rune belongs to the one before it.
func extends(r rune) bool {
	return unicode.Is(unicode.M, r) || isJoiner(r) || 0x1F3FB <= r && r <= 0x1F3FF // colours of skin
}

// joins reports whether two runes are parts of one syllable of Hangul.
func joins(a, b rune) bool {
	vowel := 0x1160 <= b && b <= 0x11A7
	final := 0x11A8 <= b && b <= 0x11FF
	return vowel && 0x1100 <= a && a <= 0x11A7 || final && (0x1160 <= a && a <= 0x11FF || 0xAC00 <= a && a <= 0xD7A3)
}

// isFlag reports whether a rune is a regional indicator, of which two are a flag.
func isFlag(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

// isJoiner reports whether a rune only says whether those around it are joined, as Persian, the scripts of India and emoji need.
func isJoiner(r rune) bool { return r == 0x200C || r == emojiJoiner }

// wide are the runes that take two columns: those whose East Asian Width in Unicode is wide or fullwidth, in ranges that may
// have unassigned ones between, and what may be an emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, {Lo: 0x231A, Hi: 0x231B, Stride: 1}, {Lo: 0x2329, Hi: 0x232A, Stride: 1},
		{Lo: 0x23E9, Hi: 0x23F3, Stride: 1}, {Lo: 0x25FD, Hi: 0x25FE, Stride: 1}, {Lo: 0x2600, Hi: 0x27BF, Stride: 1},
		{Lo: 0x2B1B, Hi: 0x2B55, Stride: 1}, {Lo: 0x2E80, Hi: 0x303E, Stride: 1}, {Lo: 0x3041, Hi: 0xA4CF, Stride: 1},
		{Lo: 0xA960, Hi: 0xA97F, Stride: 1}, {Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, {Lo: 0xF900, Hi: 0xFAFF, Stride: 1},
		{Lo: 0xFE10, Hi: 0xFE19, Stride: 1}, {Lo: 0xFE30, Hi: 0xFE6F, Stride: 1}, {Lo: 0xFF01, Hi: 0xFF60, Stride: 1},
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x16FE0, Hi: 0x18DFF, Stride: 1}, {Lo: 0x1AFF0, Hi: 0x1AFFF, Stride: 1}, {Lo: 0x1B000, Hi: 0x1B2FF, Stride: 1},
		{Lo: 0x1D300, Hi: 0x1D376, Stride: 1}, {Lo: 0x1F000, Hi: 0x1FAFF, Stride: 1}, {Lo: 0x20000, Hi: 0x3FFFD, Stride: 1},
	},
}

func widthOf(r rune) int {
	if unicode.Is(wide, r) {
		return 2
	}
	return 1
}

package mask

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// nameRune matches a character of a name as it appears in texts.
const nameRune = `[\pL\pN\pM_\-.\[\]%+*$]`

var (
	// namePattern matches what may be a name: an option of a command, or words. A number is not a word.
	namePattern = regexp.MustCompile(`-` + nameRune + `*|` + nameRune + `+(?: +\pL` + nameRune + `*)*`)
	// noValuePattern matches what may follow the name of a secret that has no value there: nothing, or more of a path
	// or a query.
	noValuePattern = regexp.MustCompile(`^(?:[\s:=]*$|[?&#](?:[^\s=:"']|$)|/[^\s=&?#;"'<>]{0,200}(?:[\s&?#]|$))`)
	// plainPattern matches the value in name=value, as forms, queries and cookies write it.
	plainPattern = regexp.MustCompile("^[^\\s&#;=\"'`\\\\<>(){}]*=*")
	// endPattern matches a certain end of such a value: the end of the text, or another pair.
	endPattern = regexp.MustCompile(`^(?:$|(?:[&#]|; *)` + nameRune + `+=)`)
	// credentialPattern matches a credential by its own form: a scheme or the like and a value, which in prose has a
	// digit; a JSON Web Token; or user information in a URL. In the user information, a slash may follow a colon that
	// begins no port.
	credentialPattern = regexp.MustCompile(`(?i)bearer\W+\w|^\s*(?:basic|digest|token)\s+\S|` +
		`(?:basic|digest|token|passw\w*|pwd|passphrase)\s+\S*\d|` +
		`eyJ[\w\-]+\.[\w\-]*\.|//(?:[^\s/?#]+|[^\s/?#]*:(?:\d+[^\d\s/?#]|[^\d\s])\S*)@`)
	// escapePattern matches a character that is escaped as in HTML, URLs, JSON and programs.
	escapePattern = regexp.MustCompile(`&(?:#?\w+;|#\d+)|[%\\]u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\\[nrt]|\\|\+`)
)

// maskText masks the secrets in a text: values in JSON, forms, queries and cookies. If it is unclear where a value
// ends, it masks everything that follows. If the text contains a secret in another form, it masks the whole text.
func maskText(text string, depth int) string {
	if masked, ok := maskNested(text, depth); ok {
		return masked
	}
	if credentialPattern.MatchString(text) {
		return scrub.Redacted
	}
	masked := maskPairs(text, depth)
	if hidesSecret(masked, depth) {
		return scrub.Redacted
	}
	return masked
}

// maskNested masks the secrets in JSON within a text.
func maskNested(text string, depth int) (masked string, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || !strings.Contains(`{["`, text[:1]) {
		return "", false
	}
	value, ok := readValue(text)
	if !ok {
		return "", false
	}
	if depth > maxNested {
		return scrub.Redacted, true
	}
	return writeValue(maskValue(value, depth))
}

// maskPairs masks the values in name=value. It masks the whole text if it contains the name of a secret in another
// form.
func maskPairs(text string, depth int) string {
	var b strings.Builder
	done := 0 // how much of the text was copied to b, or masked
	for _, at := range namePattern.FindAllStringIndex(text, -1) {
		rest := text[at[1]:]
		secret := at[0] >= done && isSecretPhrase(text[at[0]:at[1]])
		if rest == "" || rest[0] != '=' {
			if secret && !noValuePattern.MatchString(rest) {
				return scrub.Redacted
			}
			continue
		}
		value := plainPattern.FindString(rest[1:])
		ends := endPattern.MatchString(rest[1+len(value):])
		if at[0] < done || value == "" && ends || !secret && !hidesSecret(value, depth) {
			continue
		}
		b.WriteString(text[done:at[1]] + "=" + scrub.Redacted)
		if !ends {
			return b.String()
		}
		done = at[1] + 1 + len(value)
	}
	return b.String() + text[done:]
}

// isSecretPhrase reports whether words are or contain the name of a secret.
func isSecretPhrase(words string) bool {
	words, _ = unescaped(words)
	return isSecretName(words) || slices.ContainsFunc(strings.Fields(words), isSecretName)
}

// hidesSecret reports whether a text contains a secret behind escapes, or has escapes too deep to decide.
func hidesSecret(text string, depth int) bool {
	plain, ok := unescaped(text)
	if !ok || plain == text {
		return !ok
	}
	masked := maskText(plain, depth+1)
	return masked != plain && strings.Contains(masked, scrub.Redacted)
}

// unescaped returns a text without escapes, including those that appear when others are removed. ok is false if there
// are too many levels of them.
func unescaped(text string) (plain string, ok bool) {
	for range maxNested {
		plain = escapePattern.ReplaceAllStringFunc(text, unescapedRune)
		if plain == text {
			return plain, true
		}
		text = plain
	}
	return text, false
}

// unescapedRune returns what an escape stands for.
func unescapedRune(escape string) string {
	switch {
	case escape == `\`:
		return ""
	case escape == `\n`, escape == `\r`, escape == `\t`:
		return "\n"
	case escape == "+":
		return " "
	case escape[0] == '&':
		return html.UnescapeString(escape)
	}
	code, _ := strconv.ParseUint(strings.TrimLeft(escape, `%\ux`), 16, 32) // the pattern allows only hexadecimal digits
	if escape[0] == '%' && escape[1] != 'u' {
		return string([]byte{byte(code)})
	}
	return string(rune(code))
}

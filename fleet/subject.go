package fleet

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Names of streams and consumers, and the first words of subjects.
const (
	eventStream = "AUDITLOGS"
	taskStream  = "AUDITLOGS_TASKS"
	stateStream = "AUDITLOGS_STATE"

	eventSubject  = "auditlogs.event."
	placeSubject  = "auditlogs.place."
	taskSubject   = "auditlogs.task."
	stateSubject  = "auditlogs.state."
	budgetSubject = "auditlogs.budget."
)

// levels is how many words of a subject the name of a source has at most: tenant, API and the rest.
const levels = 3

// subject returns the subject of a source below a first word. Different names have different subjects.
func subject(first, source string) string {
	words := strings.SplitN(source, "/", levels)
	for i, word := range words {
		words[i] = token(word)
	}
	return first + strings.Join(words, ".")
}

// token writes a text as one word of a subject. NATS gives meaning to dots, stars, ">" and blanks, and refuses what is empty.
func token(text string) string {
	if text == "" {
		return "="
	}
	var word strings.Builder
	for _, c := range []byte(text) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			word.WriteByte(c)
		default:
			fmt.Fprintf(&word, "=%02X", c)
		}
	}
	return word.String()
}

// source returns the name of the source that a subject below a first word is of.
func source(first, subject string) (string, error) {
	rest, ok := strings.CutPrefix(subject, first)
	if !ok {
		return "", fmt.Errorf("the subject %q is not below %s", subject, first)
	}
	words := strings.Split(rest, ".")
	for i, word := range words {
		text, err := text(word)
		if err != nil {
			return "", fmt.Errorf("the subject %q: %w", subject, err)
		}
		words[i] = text
	}
	return strings.Join(words, "/"), nil
}

// text is the reverse of token.
func text(word string) (string, error) {
	if word == "=" {
		return "", nil
	}
	first, rest, _ := strings.Cut(word, "=")
	var text strings.Builder
	text.WriteString(first)
	for rest != "" {
		if len(rest) < 2 {
			return "", fmt.Errorf("%q ends within a byte", word)
		}
		c, err := hex.DecodeString(rest[:2])
		if err != nil {
			return "", fmt.Errorf("%q is not hexadecimal", rest[:2])
		}
		text.Write(c)
		var plain string
		plain, rest, _ = strings.Cut(rest[2:], "=")
		text.WriteString(plain)
	}
	return text.String(), nil
}

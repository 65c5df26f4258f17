package fleet

import (
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

package cli

import (
	"io"
	"os"
	"strconv"
	"strings"
)

// IsTerminal reports whether what is written there appears on a terminal.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, ok = columns(file)
	return ok
}

// Width returns how many columns a terminal has now, asking the terminal and then the variable COLUMNS. It is 0 if that is
// unknown, and for what is no terminal.
func Width(w io.Writer, environ []string) int {
	file, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, ok := columns(file)
	for _, pair := range environ {
		if text, found := strings.CutPrefix(pair, "COLUMNS="); ok && n == 0 && found {
			n, _ = strconv.Atoi(text)
		}
	}
	return max(n, 0)
}

package cli

import "strconv"

// Count returns a number with what it counts: "1 page", "2 pages". The plural of a thing ends in s.
func Count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

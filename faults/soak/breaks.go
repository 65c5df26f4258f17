package main

import (
	"fmt"
	"slices"
	"strings"
)

// breaks lists the ways in which the soak deliberately breaks what it checks.
type breaks []string

var allBreaks = []string{"lose", "repeat", "newer", "leak", "retries"}

func parseBreaks(text string) (breaks, error) {
	if text == "" {
		return nil, nil
	}
	chosen := breaks(strings.Split(text, ","))
	for _, name := range chosen {
		if !slices.Contains(allBreaks, name) {
			return nil, fmt.Errorf("-break: no %q", name)
		}
	}
	return chosen, nil
}

func (b breaks) has(name string) bool { return slices.Contains(b, name) }

// spoil removes the first record of a page, repeats its last one, or adds one that is newer than the listing.
func (b breaks) spoil(numbers []int, newer int) []int {
	if b.has("lose") {
		numbers = numbers[1:]
	}
	if b.has("repeat") {
		numbers = append(numbers, numbers[len(numbers)-1])
	}
	if b.has("newer") {
		numbers = append(numbers, newer)
	}
	return numbers
}

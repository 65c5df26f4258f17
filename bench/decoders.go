package main

import (
	"encoding/json"
	"io"
)

// decoder reads one page and returns the number of its records. It may keep buffers for the next page.
type decoder func(body io.Reader) (int, error)

// wholeArray reads a page as generated clients do: all of it into a new buffer, then into structs. The page is a bare
// array.
func wholeArray[T any]() decoder { return wholeIn(func(rows *[]T) int { return len(*rows) })() }

// wholeIn is the same for an envelope whose rows are counted.
func wholeIn[E any](count func(*E) int) func() decoder {
	return func() decoder {
		return func(body io.Reader) (int, error) {
			text, err := io.ReadAll(body)
			if err != nil {
				return 0, err
			}
			var envelope E
			err = json.Unmarshal(text, &envelope)
			return count(&envelope), err
		}
	}
}

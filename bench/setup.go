package main

import (
	"fmt"
	"strings"
	"time"
)

// window is a part of a listing: size rows from offset on, of those from row begin on.
type window struct{ begin, total, offset, size int }

func (w window) more() bool { return w.offset+w.size < w.total }

// setup is how a listing is served. It is the first element of the base URL's path, so that every reader has its own.
type setup struct {
	rows, page int // of all rows, and of a page at most
	delay      time.Duration
	framing    string // how bodies end: "", "chunked", "late" or "gzip"
}

func (s setup) String() string {
	return fmt.Sprintf("rows=%d,page=%d,delay=%s,framing=%s", s.rows, s.page, s.delay, s.framing)
}

func parseSetup(text string) (setup, error) {
	var s setup
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		var err error
		switch name {
		case "rows":
			_, err = fmt.Sscan(value, &s.rows)
		case "page":
			_, err = fmt.Sscan(value, &s.page)
		case "delay":
			s.delay, err = time.ParseDuration(value)
		case "framing":
			s.framing = value
		default:
			err = fmt.Errorf("no %q", name)
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// size is the length of pages when a client asks for one.
func (s setup) size(asked, largest int) int {
	if s.page > 0 {
		largest = min(largest, s.page)
	}
	return max(1, min(asked, largest))
}

package main

import (
	"fmt"
	"strings"
	"time"
)

// window is a part of a listing. The listing has the rows from begin on, the part has size rows from offset on.
type window struct{ begin, total, offset, size int }

func (w window) more() bool { return w.offset+w.size < w.total }

// setup says how a listing is served. It is the first element of the base URL's path, so that every reader has its own.
type setup struct {
	rows, page int // number of all rows, and maximum number on a page
	weight     weight
	delay      time.Duration
	framing    string // how bodies end: "", "chunked", "late" or "gzip"
}

func (s setup) String() string {
	return fmt.Sprintf("rows=%d,page=%d,weight=%s,delay=%s,framing=%s", s.rows, s.page, s.weight, s.delay, s.framing)
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
		case "weight":
			s.weight = weight(value)
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

// size returns the page size if a client asks for one.
func (s setup) size(asked, largest int) int {
	if s.page > 0 {
		largest = min(largest, s.page)
	}
	return max(1, min(asked, largest))
}

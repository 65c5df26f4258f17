package main

import "time"

// Time formats, all of fixed length.
const (
	micros   = "2006-01-02T15:04:05.000000Z"
	millis   = "2006-01-02T15:04:05.000Z"
	seconds  = "2006-01-02T15:04:05Z"
	fraction = 123456 * time.Microsecond // of every time whose format has a fraction
)

// newest is the time of the newest row, without its fraction. It is fixed, so that every run reads the same pages.
var newest = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)

// timeOf returns the time of a row. Row 0 is the newest. Of four rows, two share their time; the others are a second
// apart.
func timeOf(row int) time.Time {
	slot := row/4*3 + min(row%4, 2)
	return newest.Add(fraction - time.Duration(slot)*time.Second)
}

// rowAt returns the first row before the bound of a query, or at the bound if it is inclusive. Without a bound it
// returns 0.
func rowAt(bound string, part time.Duration, inclusive bool) int {
	t, err := time.Parse(time.RFC3339Nano, bound)
	if err != nil {
		return 0
	}
	later := newest.Add(part).Sub(t)
	slot := int(later / time.Second)
	switch {
	case later < 0:
		return 0
	case !inclusive || later%time.Second > 0:
		slot++
	}
	return slot/3*4 + slot%3
}

package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// history is a log whose records are computed when they are asked for: thousands of long logs need no memory, and their server is
// never what a measurement waits for. Times are whole microseconds.
type history struct {
	ID      int
	Since   time.Time     // of the first record
	Start   time.Time     // when it begins to grow
	Backlog int           // records between Since and Start, evenly spaced
	Every   time.Duration // between records from Start on; 0 if it does not grow
}

// step is the time between two records of the backlog.
func (h history) step() time.Duration {
	if h.Backlog == 0 {
		return 0
	}
	return (h.Start.Sub(h.Since) / time.Duration(h.Backlog)).Truncate(time.Microsecond)
}

// at returns the time of a record.
func (h history) at(k int) time.Time {
	if k < h.Backlog {
		return h.Since.Add(time.Duration(k) * h.step())
	}
	return h.Start.Add(time.Duration(k-h.Backlog) * h.Every)
}

// before returns how many records are older than t.
func (h history) before(t time.Time) int {
	if t.After(h.Start) {
		if h.Every <= 0 {
			return h.Backlog
		}
		return h.Backlog + ceil(t.Sub(h.Start), h.Every)
	}
	if h.Backlog == 0 || !t.After(h.Since) {
		return 0
	}
	return min(h.Backlog, ceil(t.Sub(h.Since), h.step()))
}

// ceil is a division that rounds up.
func ceil(a, b time.Duration) int { return int((a + b - 1) / b) }

// path returns what says all of it in an address.
func (h history) path() string {
	return fmt.Sprintf("%d/%d/%d/%d/%d", h.ID, h.Since.UnixMicro(), h.Start.UnixMicro(), h.Backlog, h.Every.Microseconds())
}

// historyWords is how many words a path has.
const historyWords = 5

func readHistory(path string) (history, error) {
	var n [historyWords]int64
	words := strings.Split(path, "/")
	if len(words) != len(n) {
		return history{}, fmt.Errorf("%q is no history", path)
	}
	for i, word := range words {
		var err error
		if n[i], err = strconv.ParseInt(word, 10, 64); err != nil {
			return history{}, err
		}
	}
	return history{int(n[0]), time.UnixMicro(n[1]), time.UnixMicro(n[2]), int(n[3]), time.Duration(n[4]) * time.Microsecond}, nil
}

// appendRecord appends a record in the form of Akinon's audit events, of about 500 bytes.
func (h history) appendRecord(b []byte, k int) []byte {
	b = fmt.Appendf(b, `{"uuid":"%08x-0000-4000-8000-%012x","timestamp":"`, h.ID, k)
	b = h.at(k).UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	return fmt.Appendf(b, `","user":{"id":%d,"email":"user%d@example.com","first_name":"Ada","last_name":"Example","username":"user%d"},`+
		`"content_type":%d,"object_id":%d,"url":"/api/v1/products/%d/","remote_addr":"192.0.2.%d",`+
		`"headers":{"User-Agent":"Mozilla/5.0 (X11; Linux x86_64)","Accept":"application/json"},"query_params":{},`+
		`"post_data":{"name":"product %d","price":"19.90","stock":%d,"is_active":true},"content":{"changed":["price","stock"]}}`,
		k%97, k%97, k%97, 10+k%20, k, k, k%250, k, k%500)
}

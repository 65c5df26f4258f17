package exact

import "encoding/json"

// Polling reports whether a poll was under way where a cursor of Follow was made: whoever goes on from there ends that poll
// first, which shows nothing of what came later. known is false for all other cursors. A cursor of several logs counts as
// polling if one of these is, and as known if all are.
func Polling(cursor string) (polling, known bool) {
	var c struct {
		Place *struct {
			Poll json.RawMessage `json:"p"`
		} `json:"follow"`
		Parts     []partCursor `json:"parts"`
		FollowAll []partCursor `json:"followAll"`
	}
	if _, err := Open(cursor, &c); err != nil {
		return false, false
	}
	if c.Place != nil {
		return len(c.Place.Poll) > 0 && string(c.Place.Poll) != "null", true
	}
	parts := append(c.Parts, c.FollowAll...)
	known = len(parts) > 0
	for _, part := range parts {
		p, k := Polling(part.Next)
		polling, known = polling || p, known && k
	}
	return polling, known
}

// partCursor is the position in one of several logs.
type partCursor struct {
	Next string `json:"c"`
}

package main

import (
	"compress/gzip"
	"net/http"
	"strings"
	"time"
)

// late is the time between the last byte of a body and its end, with the framing "late".
const late = 2 * time.Millisecond

// write sends a body. It ignores errors, because the reader may be gone.
func write(w http.ResponseWriter, r *http.Request, body []byte, framing string) {
	switch {
	case r.Method == http.MethodHead:
	case framing == "gzip" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		w.Header().Set("Content-Encoding", "gzip")
		zip, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		_, _ = zip.Write(body)
		_ = zip.Close()
	case framing == "chunked" || framing == "late":
		half := len(body) / 2
		for _, part := range [][]byte{body[:half], body[half:]} {
			_, _ = w.Write(part)
			_ = http.NewResponseController(w).Flush()
		}
		if framing == "late" {
			time.Sleep(late)
		}
	default:
		w.Header().Set("Content-Length", text(len(body)))
		_, _ = w.Write(body)
	}
}

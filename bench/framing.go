package main

import (
	"compress/gzip"
	"net/http"
	"strings"
	"time"
)

// late is how long after a body's last byte its end comes, where it comes late.
const late = 2 * time.Millisecond

// write sends a body. That the reader may be gone is his affair.
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

package transport

import (
	"bytes"
	"net/http"
)

// endsUnmarked reports whether only the end of the connection ended a body, as in HTTP/1.0. It looks the same if the body
// was cut. An answer to DELETE may be empty.
func endsUnmarked(req *http.Request, res *http.Response) bool {
	return res.Close && res.ProtoMajor == 1 && res.ContentLength < 0 && len(res.TransferEncoding) == 0 &&
		req.Method != http.MethodDelete
}

// cutJSON reports whether a text ends before its JSON value does. It looks only at brackets and quotes. A text that begins
// neither an object nor an array is not JSON that an API would send, and is left to its reader; but nothing at all is cut.
func cutJSON(text []byte) bool {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(byteOrderMark, text) { // also of nothing
		return true
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, byteOrderMark))
	if len(text) > 0 && text[0] != '{' && text[0] != '[' {
		return false
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return false
			}
		case '"':
			i = lastOfString(text, i)
		}
	}
	return true
}

// lastOfString returns the position of the quote that ends the string which begins at i, or the length of the text.
func lastOfString(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

package transport

import (
	"bytes"
	"io"
	"net/http"
	"sync/atomic"
)

const (
	maxErrorRead = 64 << 10
	maxPresize   = 4 << 20 // a server may claim any length, so memory is allocated in advance only up to this size
)

// bodyReader reads every answer as a whole within the attempt, up to a limit. So a body that breaks off is a failed
// attempt, which can be repeated, and the connection is always free for the next request.
type bodyReader struct {
	limit int64
	last  atomic.Int64 // size of the last body, as a guess for the next one whose length is not known
}

// byteOrderMark may precede a text in UTF-8. It is no part of the text, and no JSON.
var byteOrderMark = []byte("\uFEFF")

// memoryBody is a body in memory. Body returns its bytes without copying them again.
type memoryBody struct {
	bytes.Reader
	data []byte
}

func (*memoryBody) Close() error { return nil }

// Body returns the body of an answer from a Client, which has read it.
func Body(res *http.Response) []byte {
	if body, ok := res.Body.(*memoryBody); ok {
		return body.data
	}
	return nil
}

// readBody reads the body of an answer.
func readBody(b *bodyReader, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		res, err := next(a, req)
		if err != nil {
			return nil, err
		}
		data, err := b.read(a.Buffers, req, res)
		if err != nil {
			return nil, err
		}
		data = bytes.TrimPrefix(data, byteOrderMark)
		body := &memoryBody{data: data}
		body.Reset(data)
		res.Body = body
		dropBadLocation(req, res)
		return res, nil
	}
}

func (b *bodyReader) read(memory *Buffers, req *http.Request, res *http.Response) ([]byte, error) {
	if res.Body == nil {
		return nil, nil
	}
	defer func() { _ = res.Body.Close() }() // nothing can fail after the last byte
	if res.StatusCode/100 != 2 {
		return readRefusal(req, res, min(b.limit, maxErrorRead))
	}
	if req.Method == http.MethodHead {
		return nil, nil
	}
	if res.ContentLength > b.limit {
		return nil, &TooLargeError{b.limit}
	}
	buf := bytes.NewBuffer(memory.borrow(int(b.sizeOf(res))))
	if err := b.fill(buf, req, res); err != nil {
		memory.giveBack(buf.Bytes())
		return nil, err
	}
	if memory == nil && oversized(buf.Bytes()) {
		return bytes.Clone(buf.Bytes()), nil
	}
	return buf.Bytes(), nil
}

// fill reads a body to its end.
func (b *bodyReader) fill(buf *bytes.Buffer, req *http.Request, res *http.Response) error {
	n, err := buf.ReadFrom(io.LimitReader(res.Body, b.limit+1))
	switch {
	case n > b.limit:
		return &TooLargeError{b.limit}
	case err != nil:
		return err
	case !res.Uncompressed && n < res.ContentLength:
		return io.ErrUnexpectedEOF
	case endsUnmarked(req, res) && cutJSON(buf.Bytes()):
		return io.ErrUnexpectedEOF
	}
	b.last.Store(n)
	return nil
}

// sizeOf returns how much memory to allocate at first. bytes.Buffer needs some room after the last byte to see the end.
func (b *bodyReader) sizeOf(res *http.Response) int64 {
	size := res.ContentLength
	if size < 0 || res.Uncompressed {
		size = b.last.Load()
	}
	return min(size, b.limit, maxPresize) + bytes.MinRead
}

// readRefusal reads only as much of an error's body as is needed. The status matters more than whether the body is cut
// or breaks off.
func readRefusal(req *http.Request, res *http.Response, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(res.Body, limit))
	if err != nil && req.Context().Err() != nil {
		return nil, err
	}
	return data, nil
}

package transport

import (
	"bytes"
	"io"
	"net/http"
	"sync"
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
		data, err := b.read(req, res)
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

func (b *bodyReader) read(req *http.Request, res *http.Response) ([]byte, error) {
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
	buf := bytes.NewBuffer(borrowBody(int(b.sizeOf(res))))
	n, err := buf.ReadFrom(io.LimitReader(res.Body, b.limit+1))
	switch {
	case n > b.limit:
		return nil, &TooLargeError{b.limit}
	case err != nil:
		return nil, err
	case !res.Uncompressed && n < res.ContentLength:
		return nil, io.ErrUnexpectedEOF
	case endsUnmarked(req, res) && cutJSON(buf.Bytes()):
		return nil, io.ErrUnexpectedEOF
	}
	b.last.Store(n)
	if buf.Cap() > leastPooled && int(n) < buf.Cap()/2 { // not every answer is released, and none should keep much more memory than it needs
		small := bytes.Clone(buf.Bytes())
		returnBody(buf.Bytes())
		return small, nil
	}
	return buf.Bytes(), nil
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

// bodies holds buffers of answers that were read completely. A buffer has one owner at a time: the bodyReader until it
// has filled the buffer, then the reply whose body it becomes. Only that reply may return it. A buffer that is not
// returned is lost only to the pool.
var bodies sync.Pool

// leastPooled is the minimum size of a buffer that is worth keeping.
const leastPooled = 8 << 10

func borrowBody(size int) []byte {
	if b, ok := bodies.Get().(*[]byte); ok && cap(*b) >= size {
		return (*b)[:0]
	}
	return make([]byte, 0, size)
}

func returnBody(b []byte) {
	if cap(b) >= leastPooled && cap(b) <= 2*maxPresize {
		b = b[:0]
		bodies.Put(&b)
	}
}
